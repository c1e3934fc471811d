#include "web/reply.h"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <optional>
#include <string_view>

#include "web/request_check.h"

namespace codearts {
namespace {

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Status";
  }
}

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7), whatever the locale.
std::string FormatHttpDate(Timestamp time) {
  using namespace std::chrono;  // NOLINT(google-build-using-namespace)
  static constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                            "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const sys_days day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<seconds>(time - day));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()),
                     kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

}  // namespace

Reply FormatReply(const WebResponse& response, bool head_only, bool keep_alive, Timestamp now) {
  const std::size_t body_size = response.body ? response.body->size() : 0;
  const std::size_t size = body_size + response.parts.size();
  Reply reply;
  reply.keep_alive = keep_alive;
  if (!head_only) {
    if (body_size > 0) reply.body = response.body;
    reply.parts = response.parts;
  }
  auto out = std::back_inserter(reply.head);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\nDate: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n",
                 response.status, ReasonPhrase(response.status), FormatHttpDate(now),
                 response.content_type, size);
  for (const HttpHeader& header : response.headers) {
    fmt::format_to(out, "{}: {}\r\n", header.name, header.value);
  }
  fmt::format_to(out, "X-Content-Type-Options: nosniff\r\nConnection: {}\r\n\r\n",
                 keep_alive ? "keep-alive" : "close");
  return reply;
}

bool CutIntoSlices(const Reply& reply, std::size_t size,
                   const std::function<bool(std::string_view)>& write) {
  std::string slice = reply.head;
  const auto add = [&](std::string_view piece) {
    while (!piece.empty()) {
      const std::string_view next = piece.substr(0, size - slice.size());
      piece.remove_prefix(next.size());
      // A whole slice of one piece needs no copy.
      const bool is_whole = next.size() == size;
      if (!is_whole) slice += next;
      if (!is_whole && slice.size() < size) return true;
      if (!write(is_whole ? next : std::string_view(slice))) return false;
      slice.clear();
    }
    return true;
  };
  if (reply.body && !add(*reply.body)) return false;
  for (const std::string_view part : reply.parts.parts()) {
    if (!add(part)) return false;
  }
  return slice.empty() || write(slice);
}

Reply MakeReply(const WebHandler& handler, const WebRequest& request, bool allow_keep_alive,
                Timestamp now) {
  const bool head_only = request.method == "HEAD";
  if (const std::optional<WebResponse> refusal = RefuseMalformed(request)) {
    return FormatReply(*refusal, head_only, false, now);
  }
  return FormatReply(HandleSafely(handler, request), head_only,
                     allow_keep_alive && MayKeepAlive(request), now);
}

}  // namespace codearts
