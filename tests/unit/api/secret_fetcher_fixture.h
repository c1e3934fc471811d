#ifndef CODEARTS_TESTS_UNIT_API_SECRET_FETCHER_FIXTURE_H_
#define CODEARTS_TESTS_UNIT_API_SECRET_FETCHER_FIXTURE_H_

#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "api/error_body.h"
#include "auth/fetched_credential.h"
#include "http/request_scheduler.h"
#include "support/fake_clock.h"
#include "support/fake_transport.h"
#include "support/silent_observer.h"

namespace codearts::testing {

// A scheduler over a scripted transport, for what fetches tokens and keys.
class SecretFetcherTest : public ::testing::Test {
 protected:
  // Lets `fetcher` fetch once, to the end.
  Result<FetchedSecret> FetchBy(SecretFetcher& fetcher) {
    std::optional<Result<FetchedSecret>> fetched;
    fetcher.Fetch([&fetched](Result<FetchedSecret> result) { fetched = std::move(result); });
    scheduler_.Run({});
    EXPECT_TRUE(fetched);
    return fetched.value_or(Status(StatusCode::kInternal, "not called"));
  }

  const HttpRequest& Sent(std::size_t i) const { return transport_.sent()[i].request; }

  FakeClock clock_;
  FakeTransport transport_{clock_};
  SilentObserver observer_;
  RequestScheduler scheduler_{transport_, clock_, observer_, StatusFromResponse,
                              SchedulerOptions()};
};

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_UNIT_API_SECRET_FETCHER_FIXTURE_H_
