#include "simulator/request_parser.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"

namespace codearts::sim {
namespace {

// Room for an X-Auth-Token of 100,000 characters.
constexpr std::size_t kMostHeadBytes = 256u << 10;
// The gateway's own limit. Source: api.md, 6.3.
constexpr std::size_t kMostBodyBytes = 12u << 20;

// A client that takes this server for its proxy sends the whole URL.
std::string_view PathOf(std::string_view target) {
  constexpr std::string_view kScheme = "http://";
  if (!target.starts_with(kScheme)) return target;
  const std::size_t slash = target.find('/', kScheme.size());
  return slash == std::string_view::npos ? "/" : target.substr(slash);
}

bool ParseHead(std::string_view head, Request& request, bool& keep_alive) {
  const std::vector<std::string_view> lines = Split(head, '\n');
  const std::vector<std::string_view> words = Split(TrimWhitespace(lines[0]), ' ');
  if (words.size() != 3 || !words[2].starts_with("HTTP/1.") || words[0].empty()) return false;
  request.method = words[0];
  const std::string_view target = PathOf(words[1]);
  const std::size_t question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::string_view line = lines[i];
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    request.headers.push_back(
        {std::string(line.substr(0, colon)), std::string(TrimWhitespace(line.substr(colon + 1)))});
  }
  const std::string* connection = FindHeader(request.headers, "Connection");
  keep_alive = words[2] == "HTTP/1.1";
  if (connection != nullptr && EqualsIgnoreCase(*connection, "close")) keep_alive = false;
  if (connection != nullptr && EqualsIgnoreCase(*connection, "keep-alive")) keep_alive = true;
  return true;
}

bool ParseLength(const Request& request, std::size_t& length) {
  if (FindHeader(request.headers, "Transfer-Encoding") != nullptr) return false;
  const std::string* text = FindHeader(request.headers, "Content-Length");
  length = 0;
  if (text == nullptr) return true;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), length);
  return error == std::errc() && end == text->data() + text->size();
}

}  // namespace

RequestParser::Outcome RequestParser::Next(std::string& buffer) {
  const std::size_t end = buffer.find("\r\n\r\n", searched_);
  if (end == std::string::npos) {
    searched_ = buffer.size() < 3 ? 0 : buffer.size() - 3;
    if (buffer.size() > kMostHeadBytes) return Bad{494};
    return NeedMore{};
  }
  searched_ = end;
  Complete complete;
  std::size_t length = 0;
  if (!ParseHead(std::string_view(buffer).substr(0, end), complete.request, complete.keep_alive)) {
    return Bad{400};
  }
  if (!ParseLength(complete.request, length)) return Bad{411};
  if (length > kMostBodyBytes) return Bad{413};
  const std::size_t body = end + 4;
  if (buffer.size() - body < length) {
    const std::string* expect = FindHeader(complete.request.headers, "Expect");
    if (expect == nullptr || continued_) return NeedMore{};
    continued_ = true;
    return Continue{};
  }
  complete.request.body = buffer.substr(body, length);
  buffer.erase(0, body + length);
  searched_ = 0;
  continued_ = false;
  return complete;
}

}  // namespace codearts::sim
