#include "web/base64.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstddef>

namespace codearts {

std::string EncodeBase64(std::string_view bytes) {
  // OpenSSL writes a zero at the end, where a string has one anyway.
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  return text;
}

std::string DecodeBase64(std::string_view text) {
  const std::size_t padding = text.size() - std::min(text.size(), text.find_last_not_of('=') + 1);
  const std::string_view digits = text.substr(0, text.size() - padding);
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.empty() || text.size() % 4 != 0 || padding > 2 ||
      digits.find_first_not_of(kDigits) != std::string_view::npos) {
    return "";
  }
  std::string decoded(text.size() / 4 * 3, '\0');
  EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                  reinterpret_cast<const unsigned char*>(text.data()),
                  static_cast<int>(text.size()));
  decoded.resize(decoded.size() - padding);
  return decoded;
}

}  // namespace codearts
