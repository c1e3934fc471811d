#include "support/raw_client.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "base/text.h"

namespace codearts::testing {
namespace {

constexpr Duration kLimit = std::chrono::seconds(10);

void SetTimeout(int fd, int option, Duration limit) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(limit);
  const std::chrono::microseconds rest = limit - seconds;
  const timeval timeout = {seconds.count(), rest.count()};
  setsockopt(fd, SOL_SOCKET, option, &timeout, sizeof timeout);
}

RawResponse ParseHead(std::string_view head) {
  RawResponse response;
  const std::vector<std::string_view> lines = Split(head, '\n');
  if (lines.front().starts_with("HTTP/1.1 ")) {
    response.status = std::atoi(std::string(lines.front().substr(9, 3)).c_str());
  }
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::size_t colon = lines[i].find(':');
    if (colon == std::string_view::npos) continue;
    response.headers.push_back({std::string(lines[i].substr(0, colon)),
                                std::string(TrimWhitespace(lines[i].substr(colon + 1)))});
  }
  return response;
}

}  // namespace

std::string RawResponse::Header(std::string_view name) const {
  const std::string* value = FindHeader(headers, name);
  return value == nullptr ? "" : *value;
}

RawClient::RawClient(std::uint16_t port, int receive_buffer, const std::string& host) {
  addrinfo hints = {};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* address = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &address) != 0) return;
  fd_ = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (receive_buffer > 0) {
    setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  SetTimeout(fd_, SO_RCVTIMEO, kLimit);
  SetTimeout(fd_, SO_SNDTIMEO, kLimit);
  if (connect(fd_, address->ai_addr, address->ai_addrlen) != 0) {
    close(fd_);
    fd_ = -1;
  }
  freeaddrinfo(address);
}

RawClient::~RawClient() {
  if (fd_ >= 0) close(fd_);
}

RawClient::RawClient(RawClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {}

bool RawClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawClient::Fill() {
  std::array<char, 65536> chunk;
  const ssize_t received = recv(fd_, chunk.data(), chunk.size(), 0);
  if (received <= 0) return false;
  buffer_.append(chunk.data(), static_cast<std::size_t>(received));
  return true;
}

std::optional<RawResponse> RawClient::Read(bool head_only) {
  constexpr std::string_view kHeadEnd = "\r\n\r\n";
  std::size_t end = buffer_.find(kHeadEnd);
  while (end == std::string::npos) {
    if (!Fill()) return std::nullopt;
    end = buffer_.find(kHeadEnd);
  }
  RawResponse response = ParseHead(std::string_view(buffer_).substr(0, end));
  const std::size_t head_size = end + kHeadEnd.size();
  const std::string length = head_only ? "0" : response.Header("Content-Length");
  const std::size_t size = std::strtoull(length.c_str(), nullptr, 10);
  while (buffer_.size() < head_size + size) {
    if (!Fill()) return std::nullopt;
  }
  response.body = buffer_.substr(head_size, size);
  buffer_.erase(0, head_size + size);
  return response;
}

std::size_t RawClient::SkipBody() {
  const std::optional<RawResponse> head = Read(/*head_only=*/true);
  if (!head) return 0;
  const std::size_t size = std::strtoull(head->Header("Content-Length").c_str(), nullptr, 10);
  const std::size_t here = std::min(size, buffer_.size());
  buffer_.erase(0, here);
  for (std::size_t left = size - here; left > 0;) {
    const std::size_t received = Receive(left);
    if (received == 0) return 0;
    left -= received;
  }
  return size;
}

std::optional<RawResponse> RawClient::Ask(std::string_view bytes) {
  return Send(bytes) ? Read() : std::nullopt;
}

bool RawClient::IsClosedWithin(Duration limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  SetTimeout(fd_, SO_RCVTIMEO, limit);
  while (std::chrono::steady_clock::now() < deadline) {
    std::array<char, 65536> chunk;
    const ssize_t received = recv(fd_, chunk.data(), chunk.size(), 0);
    if (received == 0 || (received < 0 && errno == ECONNRESET)) return true;
  }
  return false;
}

std::size_t RawClient::Receive(std::size_t size) {
  std::array<char, 65536> chunk;
  const ssize_t received = recv(fd_, chunk.data(), std::min(size, chunk.size()), 0);
  return received < 0 ? 0 : static_cast<std::size_t>(received);
}

std::string GetRequest(std::string_view path, std::string_view headers) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n" + std::string(headers) + "\r\n";
}

}  // namespace codearts::testing
