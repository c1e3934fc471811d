// Clients that want to keep others from being served.
#include <gmock/gmock.h>

#include <chrono>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "support/raw_client.h"
#include "web_fixture.h"

namespace codearts::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

class WebAttackTest : public WebServerTest {
 protected:
  // Scrapes on connections of its own; fails the test unless each is answered.
  void Scrape(int times = 1) {
    for (int i = 0; i < times; ++i) {
      ASSERT_EQ(Ask(GetRequest("/metrics", "Connection: close\r\n")).status, 200);
    }
  }
};

TEST_F(WebAttackTest, FiveHundredHalfOpenClientsDelayNoScrape) {
  options_.max_connections = WebServerOptions().max_connections;
  // The server gets rid of none of them during the test.
  options_.request_timeout = std::chrono::hours(1);
  StartServer();
  std::vector<RawClient> silent;
  std::vector<RawClient> cut;
  std::vector<RawClient> dripping;
  for (int i = 0; i < 167; ++i) {
    silent.push_back(Connect());
    cut.push_back(Connect());
    cut.back().Send("GET /met");
    dripping.push_back(Connect());
    dripping.back().Send("GET /metrics HTTP/1.1\r\nHost: ");
  }

  for (int round = 0; round < 20; ++round) {
    for (RawClient& client : dripping) ASSERT_TRUE(client.Send("a"));
    Scrape(3);
  }
}

TEST_F(WebAttackTest, AHeadMustComeInTime) {
  options_.request_timeout = milliseconds(300);
  StartServer();
  RawClient silent = Connect();
  RawClient dripping = Connect();
  dripping.Send("GET /metrics HTTP/1.1\r\nHost: ");

  // Every byte comes soon after the one before, but the whole never: the loop ends because the
  // server closes the connection.
  while (dripping.Send("a")) {
  }

  EXPECT_TRUE(silent.IsClosedWithin(seconds(5)));
}

TEST_F(WebAttackTest, MoreClientsThanThreadsOnlyWait) {
  options_.max_connections = 4;
  options_.request_timeout = milliseconds(300);
  StartServer();
  std::vector<RawClient> half_open;
  for (int i = 0; i < 12; ++i) {
    half_open.push_back(Connect());
    half_open.back().Send("GET");
  }

  Scrape();
}

TEST_F(WebAttackTest, IdleConnectionsNeverTakeAllThreads) {
  options_.max_connections = 8;
  StartServer();
  std::vector<RawClient> clients;
  int kept = 0;
  for (int i = 0; i < 30; ++i) {
    clients.push_back(Connect());
    const std::optional<RawResponse> response = clients.back().Ask(GetRequest("/metrics"));
    ASSERT_TRUE(response);
    if (response->Header("Connection") == "keep-alive") ++kept;
  }

  EXPECT_EQ(kept, 4);
  Scrape(10);
}

TEST_F(WebAttackTest, ClientsThatDoNotReadAreCutOffAndDelayNoScrape) {
  options_.max_connections = 8;
  options_.request_timeout = milliseconds(300);
  big_ = std::make_shared<const std::string>(std::size_t{64} << 20U, 'x');
  StartServer();
  std::vector<RawClient> readers;
  for (int i = 0; i < 6; ++i) {
    readers.push_back(Connect(/*receive_buffer=*/4096));
    ASSERT_TRUE(readers.back().Send(GetRequest("/big")));
  }

  // Long enough for the server to give up on all of them.
  const auto start = steady_clock::now();
  while (steady_clock::now() - start < seconds(2)) Scrape();

  for (RawClient& reader : readers) EXPECT_FALSE(reader.Read());
}

TEST_F(WebAttackTest, AClientThatReadsTooSlowlyGetsNoWholeBody) {
  options_.response_timeout = milliseconds(500);
  big_ = std::make_shared<const std::string>(std::size_t{64} << 20U, 'x');
  StartServer();
  RawClient reader = Connect(/*receive_buffer=*/4096);
  ASSERT_TRUE(reader.Send(GetRequest("/big")));

  // As slow as it takes to make the other connections.
  std::size_t received = 0;
  const auto start = steady_clock::now();
  while (const std::size_t size = reader.Receive(1024)) {
    received += size;
    if (steady_clock::now() - start < seconds(1)) Scrape();
  }

  EXPECT_LT(received, big_->size());
  EXPECT_GT(received, 0U);
}

TEST_F(WebAttackTest, GarbageHarmsNobody) {
  options_.request_timeout = milliseconds(300);
  StartServer();
  std::minstd_rand random(1);  // NOLINT(cert-msc51-cpp): the same bytes each time.
  constexpr char kAlphabet[] = "GET /metrics HTTP/1.1\r\nHost: %00:;\t\0\xFF\x80{}[]";

  for (int i = 0; i < 300; ++i) {
    std::string bytes;
    const std::size_t size = random() % 2000;
    while (bytes.size() < size) bytes += kAlphabet[random() % sizeof kAlphabet];
    RawClient client = Connect();
    client.Send(bytes);
  }

  Scrape(10);
}

}  // namespace
}  // namespace codearts::testing
