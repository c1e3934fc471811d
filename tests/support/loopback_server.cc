#include "support/loopback_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace codearts::testing {
namespace {

// Returns the length of the body that `head` announces; 0 if it does not.
std::size_t BodyLength(std::string_view head) {
  constexpr std::string_view kName = "\r\nContent-Length: ";
  const std::size_t at = head.find(kName);
  std::size_t length = 0;
  if (at != std::string_view::npos) {
    const char* digits = head.data() + at + kName.size();
    std::from_chars(digits, head.data() + head.size(), length);
  }
  return length;
}

}  // namespace

Peer::Peer(int fd, SSL_CTX* tls) : fd_(fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (tls != nullptr) StartTls(tls);
}

Peer::~Peer() {
  SSL_free(ssl_);
}

void Peer::StartTls(SSL_CTX* tls) {
  ssl_ = SSL_new(tls);
  SSL_set_fd(ssl_, fd_);
}

bool Peer::Accept() {
  return ssl_ == nullptr || SSL_accept(ssl_) == 1;
}

std::string Peer::Read() {
  std::array<char, 16384> buffer{};
  const auto size = static_cast<int>(buffer.size());
  const auto count = ssl_ != nullptr ? SSL_read(ssl_, buffer.data(), size)
                                     : static_cast<int>(recv(fd_, buffer.data(), buffer.size(), 0));
  return count > 0 ? std::string(buffer.data(), static_cast<std::size_t>(count)) : std::string();
}

std::optional<std::string> Peer::ReadRequest() {
  std::size_t size = 0;
  while (size == 0 || unread_.size() < size) {
    const std::size_t end = unread_.find("\r\n\r\n");
    if (end != std::string::npos) size = end + 4 + BodyLength(unread_.substr(0, end));
    if (size != 0 && unread_.size() >= size) break;
    const std::string more = Read();
    if (more.empty()) return std::nullopt;
    unread_ += more;
  }
  std::string request = unread_.substr(0, size);
  unread_.erase(0, size);
  return request;
}

bool Peer::Write(std::string_view text) {
  while (!text.empty()) {
    const auto count = ssl_ != nullptr
                           ? SSL_write(ssl_, text.data(), static_cast<int>(text.size()))
                           : static_cast<int>(send(fd_, text.data(), text.size(), MSG_NOSIGNAL));
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void Peer::ResetOnClose() {
  const linger at_once{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

TlsContextPtr MakeTlsContext(const TlsCertificate& certificate) {
  TlsContextPtr context(SSL_CTX_new(TLS_server_method()));
  const auto bio_of = [](const std::string& text) {
    return std::unique_ptr<BIO, decltype(&BIO_free)>(
        BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free);
  };
  X509* x509 = PEM_read_bio_X509(bio_of(certificate.certificate).get(), nullptr, nullptr, nullptr);
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio_of(certificate.key).get(), nullptr, nullptr, nullptr);
  EXPECT_EQ(SSL_CTX_use_certificate(context.get(), x509), 1);
  EXPECT_EQ(SSL_CTX_use_PrivateKey(context.get(), key), 1);
  X509_free(x509);
  EVP_PKEY_free(key);
  return context;
}

LoopbackServer::LoopbackServer(Handler handler, TlsContextPtr tls)
    : handler_(std::move(handler)), tls_(std::move(tls)) {
  signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL.
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  EXPECT_EQ(bind(listener_, generic, size), 0);
  EXPECT_EQ(listen(listener_, SOMAXCONN), 0);
  EXPECT_EQ(getsockname(listener_, generic, &size), 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { AcceptAll(); });
}

LoopbackServer::~LoopbackServer() {
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  close(listener_);
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_) shutdown(fd, SHUT_RDWR);
  }
  for (std::thread& worker : workers_) worker.join();
}

std::string LoopbackServer::Url(std::string_view path) const {
  return std::string(tls_ ? "https" : "http") + "://127.0.0.1:" + std::to_string(port_) +
         std::string(path);
}

void LoopbackServer::AcceptAll() {
  for (;;) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    ++connections_;
    const std::lock_guard lock(mutex_);
    open_.push_back(fd);
    workers_.emplace_back([this, fd] { Serve(fd); });
  }
}

void LoopbackServer::Serve(int fd) {
  {
    Peer peer(fd, tls_.get());
    if (peer.Accept()) handler_(peer);
  }
  // Under the lock, so that the destructor never touches a number that is used again.
  const std::lock_guard lock(mutex_);
  std::erase(open_, fd);
  close(fd);
}

std::string HttpReply(int status_code, std::string_view body, std::string_view extra_headers) {
  return "HTTP/1.1 " + std::to_string(status_code) +
         " Reason\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(extra_headers) + "\r\n" + std::string(body);
}

LoopbackServer::Handler KeepAlive(std::function<std::string(const std::string& request)> respond) {
  return [respond = std::move(respond)](Peer& peer) {
    while (const auto request = peer.ReadRequest()) {
      if (!peer.Write(respond(*request))) return;
    }
  };
}

}  // namespace codearts::testing
