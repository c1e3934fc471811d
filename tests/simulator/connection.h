#ifndef CODEARTS_SIMULATOR_CONNECTION_H_
#define CODEARTS_SIMULATOR_CONNECTION_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "simulator/http_types.h"
#include "simulator/request_parser.h"
#include "simulator/stream.h"

namespace codearts::sim {

using Handler = std::function<Reply(const Request&)>;

// One client's connection: reads requests, asks the handler, delivers the answers one after the
// other and as each of them wants to be delivered. Driven by the server's loop.
class Connection {
 public:
  Connection(int fd, SSL_CTX* context, const Handler& handler)
      : stream_(fd, context), handler_(handler) {}

  int fd() const { return stream_.fd(); }
  // Whether the loop has to drop it.
  bool closed() const { return closed_; }
  bool wants_write() const { return stream_.wants_write(); }
  // When OnTimer() is due; nullopt for never.
  std::optional<SteadyTime> timer() const { return timer_; }
  // Whether an answer is on its way.
  bool busy() const { return reply_.has_value(); }

  void OnReady(SteadyTime now);
  void OnTimer(SteadyTime now);

 private:
  void Serve(SteadyTime now);
  bool TakeRequest(SteadyTime now);
  void Accept(Reply reply, SteadyTime now);
  void StartDelivery(SteadyTime now);
  void ContinueDelivery(SteadyTime now);
  void Send(std::string_view& pending);

  Stream stream_;
  const Handler& handler_;
  RequestParser parser_;
  std::string received_;
  std::string interim_;         // "100 Continue", to be sent first.
  std::optional<Reply> reply_;  // Being delivered, or waiting for its time.
  bool delivering_ = false;
  bool keep_alive_ = true;
  bool head_only_ = false;
  bool closed_ = false;
  std::string head_;            // The answer's head, and its body if that is chunked.
  std::string_view head_rest_;  // What of it has not been sent.
  std::string_view body_rest_;
  std::optional<SteadyTime> timer_;
};

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_CONNECTION_H_
