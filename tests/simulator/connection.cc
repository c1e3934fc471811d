#include "simulator/connection.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "fmt/format.h"
#include "simulator/replies.h"

namespace codearts::sim {
namespace {

constexpr std::size_t kChunk = 65536;

std::string_view ReasonOf(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 302:
      return "Found";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

std::string HeadOf(const Reply& reply, bool keep_alive) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\n", reply.status,
                                 ReasonOf(reply.status), reply.content_type);
  for (const HttpHeader& header : reply.headers) {
    head += fmt::format("{}: {}\r\n", header.name, header.value);
  }
  if (reply.delivery.chunked) {
    head += "Transfer-Encoding: chunked\r\n";
  } else {
    head += fmt::format("Content-Length: {}\r\n", reply.content().size());
  }
  head += keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
  return head;
}

// In place, as bodies may be huge.
void AppendChunked(std::string_view body, std::string& out) {
  out.reserve(out.size() + body.size() + (body.size() / kChunk + 2) * 16);
  for (std::size_t at = 0; at < body.size(); at += kChunk) {
    const std::size_t size = std::min(kChunk, body.size() - at);
    fmt::format_to(std::back_inserter(out), "{:x}\r\n", size);
    out += body.substr(at, size);
    out += "\r\n";
  }
  out += "0\r\n\r\n";
}

}  // namespace

void Connection::OnReady(SteadyTime now) {
  if (stream_.Read(received_) == Stream::Io::kClosed) {
    closed_ = true;
    return;
  }
  if (!interim_.empty()) {
    std::string_view pending = interim_;
    Send(pending);
    interim_.erase(0, interim_.size() - pending.size());
  }
  if (delivering_ && !timer_) ContinueDelivery(now);
  Serve(now);
}

void Connection::OnTimer(SteadyTime now) {
  timer_.reset();
  if (!delivering_) {
    StartDelivery(now);
  } else {
    ContinueDelivery(now);
  }
  Serve(now);
}

void Connection::Serve(SteadyTime now) {
  while (!closed_ && !reply_ && TakeRequest(now)) {
  }
}

// Returns false when there is no complete request yet.
bool Connection::TakeRequest(SteadyTime now) {
  if (received_.empty()) return false;
  RequestParser::Outcome outcome = parser_.Next(received_);
  if (std::holds_alternative<RequestParser::NeedMore>(outcome)) return false;
  if (std::holds_alternative<RequestParser::Continue>(outcome)) {
    interim_ = "HTTP/1.1 100 Continue\r\n\r\n";
    std::string_view pending = interim_;
    Send(pending);
    interim_.erase(0, interim_.size() - pending.size());
    return false;
  }
  if (const auto* bad = std::get_if<RequestParser::Bad>(&outcome)) {
    keep_alive_ = false;
    head_only_ = false;
    Accept(GatewayError(bad->status, "APIGW.0201", "Invalid request"), now);
    return true;
  }
  const auto& complete = std::get<RequestParser::Complete>(outcome);
  keep_alive_ = complete.keep_alive;
  head_only_ = complete.request.method == "HEAD";
  Accept(handler_(complete.request), now);
  return true;
}

void Connection::Accept(Reply reply, SteadyTime now) {
  reply_ = std::move(reply);
  if (reply_->delivery.delay > Duration(0)) {
    timer_ = now + reply_->delivery.delay;
  } else {
    StartDelivery(now);
  }
}

void Connection::StartDelivery(SteadyTime now) {
  if (reply_->delivery.manner == Delivery::Manner::kReset) {
    stream_.Reset();
    closed_ = true;
    return;
  }
  delivering_ = true;
  const bool truncated = reply_->delivery.manner == Delivery::Manner::kTruncate;
  keep_alive_ = keep_alive_ && !truncated;
  head_ = HeadOf(*reply_, keep_alive_);
  body_rest_ = reply_->content();
  if (truncated) body_rest_ = body_rest_.substr(0, body_rest_.size() / 2);
  if (reply_->delivery.chunked) {
    AppendChunked(body_rest_, head_);
    body_rest_ = {};
    // Half a chunked body lacks its end.
    if (truncated) head_.resize(head_.size() - 5);
  }
  if (head_only_) body_rest_ = {};
  head_rest_ = head_;
  ContinueDelivery(now);
}

void Connection::Send(std::string_view& pending) {
  std::size_t sent = 0;
  if (stream_.Write(pending, sent) == Stream::Io::kClosed) closed_ = true;
  pending.remove_prefix(sent);
}

void Connection::ContinueDelivery(SteadyTime now) {
  if (!head_rest_.empty()) Send(head_rest_);
  if (closed_ || !head_rest_.empty()) return;
  if (!body_rest_.empty() && reply_->delivery.manner == Delivery::Manner::kTrickle) {
    std::string_view byte = body_rest_.substr(0, 1);
    Send(byte);
    if (byte.empty()) body_rest_.remove_prefix(1);
    timer_ = now + reply_->delivery.trickle_interval;
  } else if (!body_rest_.empty()) {
    Send(body_rest_);
  }
  if (closed_ || !body_rest_.empty()) return;
  timer_.reset();
  delivering_ = false;
  reply_.reset();
  if (!keep_alive_) closed_ = true;
}

}  // namespace codearts::sim
