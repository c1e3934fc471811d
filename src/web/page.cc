#include "web/page.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <memory>

#include "base/text.h"

namespace codearts {
namespace {

struct Asset {
  std::string_view path;
  std::string_view content_type;
  std::string_view content;
};

constexpr Asset kStyle = {
    "/assets/status.css",
    "text/css; charset=utf-8",
#include "web/assets/status.css.inc"
};

constexpr Asset kScript = {
    "/assets/status.js",
    "text/javascript; charset=utf-8",
#include "web/assets/status.js.inc"
};

constexpr Asset kIcon = {
    "/assets/icon.svg",
    "image/svg+xml",
#include "web/assets/icon.svg.inc"
};

// Forms and requests of the script go to the exporter itself.
constexpr std::string_view kPolicy =
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

// A few digits of the content's SHA-256: another content has another address.
std::string VersionOf(const Asset& asset) {
  std::array<unsigned char, 32> digest{};
  EVP_Digest(asset.content.data(), asset.content.size(), digest.data(), nullptr, EVP_sha256(),
             nullptr);
  return HexEncode({reinterpret_cast<const char*>(digest.data()), 6});
}

// Relative, so that pages work behind a proxy that gives them a prefix.
std::string AddressOf(const Asset& asset) {
  return fmt::format("{}?v={}", asset.path.substr(1), VersionOf(asset));
}

WebHandler MakeAssetHandler(const Asset& asset) {
  WebResponse kept = TextResponse(200, std::string(asset.content));
  kept.content_type = asset.content_type;
  kept.headers = {{"Cache-Control", "public, max-age=31536000, immutable"}};
  WebResponse passing = kept;
  passing.headers = {{"Cache-Control", "no-cache"}};
  return [kept, passing, query = "v=" + VersionOf(asset)](const WebRequest& request) {
    return request.query == query ? kept : passing;
  };
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  for (const char c : RepairUtf8(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

WebResponse PageResponse(const HtmlPage& page) {
  static const std::string kHead = fmt::format(
      "<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<link rel=\"icon\" href=\"{}\">\n<link rel=\"stylesheet\" href=\"{}\">\n"
      "<script src=\"{}\" defer></script>\n",
      AddressOf(kIcon), AddressOf(kStyle), AddressOf(kScript));
  WebResponse response = TextResponse(
      200, fmt::format("<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n{}<title>{}</title>\n</head>\n"
                       "<body>\n{}</body>\n</html>\n",
                       page.language, kHead, EscapeHtml(page.title), page.body));
  response.content_type = "text/html; charset=utf-8";
  response.headers = {{"Content-Security-Policy", std::string(kPolicy)},
                      {"X-Frame-Options", "DENY"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cache-Control", "no-store"}};
  return response;
}

void AddAssetRoutes(Router& router) {
  for (const Asset* asset : {&kStyle, &kScript, &kIcon}) {
    router.Add({"GET"}, std::string(asset->path), MakeAssetHandler(*asset));
  }
}

}  // namespace codearts
