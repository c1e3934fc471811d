#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "support/raw_client.h"
#include "support/status_matchers.h"
#include "web_fixture.h"

namespace codearts::testing {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Every other limit is an hour: what ends here in the time that a test may take was ended by Stop.
class WebStopTest : public WebServerTest {
 protected:
  WebStopTest() {
    options_.request_timeout = hours(1);
    options_.keep_alive_timeout = hours(1);
    options_.response_timeout = hours(1);
  }
};

TEST_F(WebStopTest, IdleAndHalfOpenConnectionsDoNotDelayIt) {
  StartServer();
  std::vector<RawClient> clients;
  for (int i = 0; i < 12; ++i) {
    clients.push_back(Connect());
    // Once it was answered, a thread has the connection.
    ASSERT_TRUE(clients.back().Ask(GetRequest("/metrics")));
    if (i % 2 == 1) clients.back().Send("GET /met");
  }

  server_->Stop(hours(1));

  for (RawClient& client : clients) EXPECT_TRUE(client.IsClosedWithin(seconds(5)));
}

TEST_F(WebStopTest, ClientsThatWaitForAThreadDoNotDelayIt) {
  options_.max_connections = 2;
  StartServer();
  std::vector<RawClient> clients;
  for (int i = 0; i < 60; ++i) {
    clients.push_back(Connect());
    clients.back().Send("GET /met");
  }

  server_->Stop(hours(1));

  EXPECT_FALSE(RawClient(port_).connected());
}

TEST_F(WebStopTest, WaitsForTheRequestInFlightAndRefusesNewOnes) {
  StartServer();
  RawClient early = Connect();
  ASSERT_EQ(early.Ask(GetRequest("/metrics"))->status, 200);
  RawClient slow = Connect();
  ASSERT_TRUE(slow.Send(GetRequest("/slow")));
  ASSERT_TRUE(gate_.Reaches(1));
  std::jthread stopper([&] { server_->Stop(seconds(20)); });

  // Until the other thread has come so far, requests are served.
  std::optional<RawResponse> refused = early.Ask(GetRequest("/metrics"));
  while (refused && refused->status == 200) refused = early.Ask(GetRequest("/metrics"));
  gate_.Open();
  const std::optional<RawResponse> finished = slow.Read();
  stopper.join();

  ASSERT_TRUE(refused && finished);
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(refused->Header("Connection"), "close");
  EXPECT_EQ(finished->status, 200);
  EXPECT_EQ(finished->body, "done\n");
}

TEST_F(WebStopTest, CutsClientsThatDoNotReadAfterTheGrace) {
  big_ = std::make_shared<const std::string>(std::size_t{64} << 20U, 'x');
  StartServer();
  RawClient reader = Connect(/*receive_buffer=*/4096);
  ASSERT_TRUE(reader.Send(GetRequest("/big")));
  ASSERT_GT(reader.Receive(1), 0U);

  server_->Stop(milliseconds(300));

  EXPECT_FALSE(reader.Read());
}

TEST_F(WebStopTest, UnderLoadEveryAnswerThatComesIsWhole) {
  StartServer();
  std::atomic<int> answered = 0;
  std::atomic<int> refused = 0;
  std::atomic<bool> partial = false;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, path = i % 2 == 0 ? "/metrics" : "/big"] {
      for (;;) {
        RawClient client = Connect();
        const std::optional<RawResponse> response = client.Ask(GetRequest(path));
        if (!response) {
          if (!client.rest().empty()) partial = true;
          return;
        }
        ++(response->status == 200 ? answered : refused);
        if (response->status != 200) return;
      }
    });
  }
  while (answered < 20 && !partial) std::this_thread::yield();

  server_->Stop(hours(1));
  threads.clear();

  EXPECT_FALSE(partial);
  EXPECT_GE(answered, 20);
}

TEST_F(WebStopTest, FreesThePortAndMayBeCalledAgain) {
  StartServer();
  const std::uint16_t port = port_;
  EXPECT_EQ(Ask(GetRequest("/metrics")).status, 200);

  server_->Stop(Duration(0));
  server_->Stop(Duration(0));
  EXPECT_FALSE(RawClient(port).connected());
  server_.reset();

  options_.listen_addresses = {{"127.0.0.1", port}};
  StartServer();
  EXPECT_EQ(Ask(GetRequest("/metrics")).status, 200);
}

}  // namespace
}  // namespace codearts::testing
