#ifndef CODEARTS_TESTS_UNIT_SIMULATOR_TEST_CLIENT_H_
#define CODEARTS_TESTS_UNIT_SIMULATOR_TEST_CLIENT_H_

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/socket.h"

namespace codearts::sim {

// A blocking client that sees every byte; waits are bounded.
class TestClient {
 public:
  struct Answer {
    int status = 0;
    std::string head;
    std::string body;
  };

  explicit TestClient(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  }

  void Send(std::string_view text) {
    EXPECT_EQ(send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }

  // Receives once, for at most twenty seconds. Returns 0 at the end of the stream, -1 on a reset or
  // when nothing comes.
  ssize_t Receive() {
    pollfd wait{fd_.get(), POLLIN, 0};
    if (poll(&wait, 1, 20'000) != 1) return -1;
    std::array<char, 65536> buffer{};
    const ssize_t got = recv(fd_.get(), buffer.data(), buffer.size(), 0);
    error_ = got < 0 ? errno : 0;
    if (got > 0) received_.append(buffer.data(), static_cast<std::size_t>(got));
    return got;
  }

  // Takes one answer with a Content-Length, as far as it comes: a body may be short.
  Answer ReadAnswer() {
    Answer answer;
    std::size_t end = std::string::npos;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
      if (Receive() <= 0) return answer;
    }
    answer.head = received_.substr(0, end);
    received_.erase(0, end + 4);
    std::from_chars(answer.head.data() + 9, answer.head.data() + 12, answer.status);
    const std::size_t length = ContentLength(answer.head);
    while (received_.size() < length) {
      if (Receive() <= 0) break;
    }
    answer.body = received_.substr(0, length);
    received_.erase(0, length);
    return answer;
  }

  Answer Ask(std::string_view request) {
    Send(request);
    return ReadAnswer();
  }

  static std::size_t ContentLength(const std::string& head) {
    const std::string_view mark = "Content-Length: ";
    const std::size_t at = head.find(mark);
    std::size_t length = 0;
    if (at != std::string::npos) {
      std::from_chars(head.data() + at + mark.size(), head.data() + head.size(), length);
    }
    return length;
  }

  const std::string& received() const { return received_; }
  int error() const { return error_; }
  int fd() const { return fd_.get(); }

 private:
  Fd fd_;
  std::string received_;
  int error_ = 0;
};

}  // namespace codearts::sim

#endif  // CODEARTS_TESTS_UNIT_SIMULATOR_TEST_CLIENT_H_
