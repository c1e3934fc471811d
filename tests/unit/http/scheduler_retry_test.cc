// Attempts, retries, throttling and the end of calls; see the other scheduler tests for credentials
// and fairness.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <stop_token>
#include <string>

#include "http/request_scheduler.h"
#include "http/retry_policy.h"
#include "support/fake_transport.h"
#include "support/status_matchers.h"
#include "unit/http/scheduler_fixture.h"

namespace codearts::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Not;
using ::testing::SizeIs;

class SchedulerRetryTest : public SchedulerTest {};

TEST_F(SchedulerRetryTest, ReturnsTheResponse) {
  transport_.Script(Reply(200, "body").After(milliseconds(50)));

  const auto response = RunOne(CallTo(kUrl));

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "body");
  EXPECT_THAT(observer_.responses,
              ElementsAre(RecordingObserver::Response{"list_pipelines", 200, milliseconds(50)}));
  EXPECT_THAT(observer_.retries, IsEmpty());
}

TEST_F(SchedulerRetryTest, SendsTheCallAsItIsWithTheConfiguredTimeout) {
  options_.request_timeout = seconds(3);
  transport_.SetHandler([](const HttpRequest&) { return Reply(200); });
  ApiCall call = CallTo(kUrl);
  call.request.method = "POST";
  call.request.body = "{}";
  call.request.headers = {{"Content-Type", "application/json"}};

  Submit(call);
  call.request.timeout = seconds(1);
  Submit(call);
  Run();

  ASSERT_THAT(transport_.sent(), SizeIs(2));
  EXPECT_EQ(transport_.sent()[0].request.method, "POST");
  EXPECT_EQ(transport_.sent()[0].request.body, "{}");
  EXPECT_EQ(transport_.sent()[0].request.headers, call.request.headers);
  EXPECT_EQ(transport_.sent()[0].request.timeout, seconds(3));
  EXPECT_EQ(transport_.sent()[1].request.timeout, seconds(1));
}

TEST_F(SchedulerRetryTest, KeepsWhatTheApiSaidAboutAFailure) {
  transport_.Script(Reply(404, "DEVPIPE.00011401").Header("X-Request-Id", "r1"));

  const auto response = RunOne(CallTo(kUrl));

  EXPECT_THAT(response, StatusIs(StatusCode::kNotFound, "list_pipelines: HTTP 404"));
  EXPECT_EQ(response.status().details().http_status, 404);
  EXPECT_EQ(response.status().details().error_code, "DEVPIPE.00011401");
  EXPECT_EQ(response.status().details().request_id, "r1");
  EXPECT_THAT(transport_.sent(), SizeIs(1));
}

TEST_F(SchedulerRetryTest, DoesNotRepeatACallThatMayNotBe) {
  transport_.Script(Reply(503));
  ApiCall call = CallTo(kUrl);
  call.may_repeat = false;

  EXPECT_THAT(RunOne(call), StatusIs(StatusCode::kUnavailable));

  EXPECT_THAT(transport_.sent(), SizeIs(1));
  EXPECT_THAT(observer_.retries, IsEmpty());
}

TEST_F(SchedulerRetryTest, RepeatsServerAndTransportErrorsWithJitter) {
  transport_.Script(Reply(503));
  transport_.Script(Reply(Status(StatusCode::kUnavailable, "reset")));
  transport_.Script(Reply(Status(StatusCode::kDeadlineExceeded, "timeout")));
  transport_.Script(Reply(200));

  EXPECT_THAT(RunOne(CallTo(kUrl)), IsOk());

  const auto times = SendTimes();
  ASSERT_THAT(times, SizeIs(4));
  EXPECT_THAT(times[1] - times[0], Le(RetryPolicy::kFirstBound));
  EXPECT_THAT(times[2] - times[1], Le(2 * RetryPolicy::kFirstBound));
  EXPECT_THAT(times[3] - times[2], Le(4 * RetryPolicy::kFirstBound));
  EXPECT_GT(times[3], Duration(0));
  EXPECT_THAT(observer_.retries, SizeIs(3));
  EXPECT_THAT(observer_.responses, SizeIs(4));
  EXPECT_EQ(observer_.responses[1].http_status, 0);
}

TEST_F(SchedulerRetryTest, ReturnsTheLastFailureWhenRetriesAreUsedUp) {
  options_.retries = 2;
  transport_.Script(Reply(500));
  transport_.Script(Reply(501));
  transport_.Script(Reply(502));

  EXPECT_THAT(RunOne(CallTo(kUrl)), StatusIs(StatusCode::kUnavailable, "list_pipelines: HTTP 502"));
  EXPECT_THAT(transport_.sent(), SizeIs(3));
}

TEST_F(SchedulerRetryTest, DoesNotRepeatWhatWillNotPass) {
  for (const int status : {400, 403, 404}) {
    transport_.Script(Reply(status));
    EXPECT_THAT(RunOne(CallTo(kUrl)), Not(IsOk())) << status;
  }
  transport_.Script(Reply(Status(StatusCode::kInvalidResponse, "too large")));
  EXPECT_THAT(RunOne(CallTo(kUrl)), StatusIs(StatusCode::kInvalidResponse));

  EXPECT_THAT(transport_.sent(), SizeIs(4));
}

TEST_F(SchedulerRetryTest, DoesNotRepeatAfterTheWindow) {
  options_.retry_window = seconds(10);
  transport_.SetHandler([](const HttpRequest&) { return Reply(503).After(milliseconds(10'001)); });

  EXPECT_THAT(RunOne(CallTo(kUrl)), StatusIs(StatusCode::kUnavailable));
  EXPECT_THAT(transport_.sent(), SizeIs(1));
}

TEST_F(SchedulerRetryTest, WaitsForRetryAfter) {
  transport_.Script(Reply(429).Header("Retry-After", "7"));
  transport_.Script(Reply(200));

  EXPECT_THAT(RunOne(CallTo(kUrl)), IsOk());

  EXPECT_THAT(SendTimes(), ElementsAre(Duration(0), seconds(7)));
  EXPECT_THAT(observer_.throttled, ElementsAre("list_pipelines"));
}

TEST_F(SchedulerRetryTest, RetryAfterHoldsUpTheWholeLaneAndNoOther) {
  transport_.SetHandler([this](const HttpRequest& request) {
    const bool first = transport_.sent().empty();
    return first ? Reply(429).Header("Retry-After", "5").After(milliseconds(10))
                 : Reply(200).Header("Url", request.url);
  });
  options_.concurrency = 1;

  Submit(CallTo("https://a.test/1"));
  Submit(CallTo("https://a.test/2"));
  Submit(CallTo("https://b.test/1"));
  Run();

  EXPECT_THAT(SentUrls(), ElementsAre("https://a.test/1", "https://b.test/1", "https://a.test/1",
                                      "https://a.test/2"));
  EXPECT_THAT(results_, SizeIs(3));
  EXPECT_THAT(results_, Each(IsOk()));
  EXPECT_EQ(SendTimes()[1], milliseconds(10));
  EXPECT_THAT(SendTimes()[2], Ge(seconds(5)));
}

TEST_F(SchedulerRetryTest, ALongRetryAfterFailsTheLanesCallsUntilItIsOver) {
  transport_.Script(Reply(429).Header("Retry-After", "240"));

  options_.concurrency = 1;
  Submit(CallTo(kUrl));
  Submit(CallTo(kUrl));
  Run();

  ASSERT_THAT(results_, SizeIs(2));
  EXPECT_THAT(results_[0], StatusIs(StatusCode::kThrottled, "list_pipelines: HTTP 429"));
  EXPECT_EQ(results_[0].status().details().retry_after, seconds(240));
  EXPECT_THAT(results_[1],
              StatusIs(StatusCode::kThrottled,
                       "list_pipelines: not sent: the server asked to wait 240 s more"));
  EXPECT_THAT(transport_.sent(), SizeIs(1));

  clock_.Advance(seconds(200));
  EXPECT_THAT(RunOne(CallTo(kUrl)), StatusIs(StatusCode::kThrottled));
  clock_.Advance(seconds(40));
  transport_.Script(Reply(200));
  EXPECT_THAT(RunOne(CallTo(kUrl)), IsOk());
}

TEST_F(SchedulerRetryTest, ALongRetryAfterOfAnOverloadedServerCountsToo) {
  transport_.Script(Reply(503).Header("Retry-After", "240"));
  EXPECT_THAT(RunOne(CallTo(kUrl)), StatusIs(StatusCode::kUnavailable, "list_pipelines: HTTP 503"));

  clock_.Advance(seconds(200));
  EXPECT_THAT(RunOne(CallTo(kUrl)),
              StatusIs(StatusCode::kThrottled,
                       "list_pipelines: not sent: the server asked to wait 40 s more"));
  clock_.Advance(seconds(40));
  transport_.Script(Reply(200));
  EXPECT_THAT(RunOne(CallTo(kUrl)), IsOk());

  EXPECT_THAT(transport_.sent(), SizeIs(2));
  EXPECT_THAT(observer_.throttled, IsEmpty());
}

TEST_F(SchedulerRetryTest, ThrottlingHalvesTheLanesRateAndSaysSo) {
  transport_.Script(Reply(429));
  transport_.SetHandler([](const HttpRequest&) { return Reply(200); });

  EXPECT_THAT(RunOne(CallTo(kUrl)), IsOk());

  ASSERT_THAT(observer_.budgets, SizeIs(Ge(2U)));
  EXPECT_EQ(observer_.budgets[0], (std::pair<std::string, double>("a.test", 20)));
  EXPECT_EQ(observer_.budgets[1], (std::pair<std::string, double>("a.test", 10)));
}

TEST_F(SchedulerRetryTest, PacesALaneByItsRate) {
  options_.requests_per_second = 10;
  transport_.SetHandler([](const HttpRequest&) { return Reply(200); });

  for (int i = 0; i < 102; ++i) Submit(CallTo(kUrl));
  Run();

  EXPECT_THAT(results_, SizeIs(102));
  EXPECT_NEAR(ToSeconds(SendTimes().back()), 10, 0.3);
}

TEST_F(SchedulerRetryTest, WithoutALimitEverythingGoesAtOnceUntilTheServerThrottles) {
  options_.requests_per_second = 0;
  options_.concurrency = 1000;
  transport_.SetHandler([](const HttpRequest&) { return Reply(200); });
  for (int i = 0; i < 100; ++i) Submit(CallTo(kUrl));
  Run();
  EXPECT_THAT(SendTimes(), Each(Duration(0)));
  EXPECT_TRUE(std::isinf(observer_.budgets.back().second));

  transport_.Script(Reply(429));
  EXPECT_THAT(RunOne(CallTo(kUrl)), IsOk());

  EXPECT_NEAR(observer_.budgets.back().second, 50, 1);
}

TEST_F(SchedulerRetryTest, NeverHasMoreInFlightThanAllowed) {
  options_.requests_per_second = 0;
  options_.concurrency = 7;
  transport_.SetHandler([](const HttpRequest&) { return Reply(200).After(milliseconds(50)); });

  for (int i = 0; i < 70; ++i) Submit(CallTo(kUrl));
  Run();

  EXPECT_EQ(transport_.max_in_flight(), 7);
  EXPECT_EQ(SendTimes().back(), milliseconds(450));
}

TEST_F(SchedulerRetryTest, CallsMaySubmitMoreCalls) {
  transport_.SetHandler([](const HttpRequest&) { return Reply(200); });
  int left = 3;
  std::function<void(Result<HttpResponse>)> next = [&](const Result<HttpResponse>& result) {
    EXPECT_THAT(result, IsOk());
    if (left-- > 0) scheduler().Submit(CallTo(kUrl), next);
  };

  scheduler().Submit(CallTo(kUrl), next);
  Run();

  EXPECT_THAT(transport_.sent(), SizeIs(4));
}

TEST_F(SchedulerRetryTest, TimersOfOthersMaySubmitCalls) {
  transport_.SetHandler([](const HttpRequest&) { return Reply(200); });
  transport_.RunAt(start_ + seconds(2), [this] { Submit(CallTo(kUrl)); });

  Run();

  EXPECT_THAT(results_, ElementsAre(IsOk()));
  EXPECT_THAT(SendTimes(), ElementsAre(seconds(2)));
}

TEST_F(SchedulerRetryTest, StopEndsEverything) {
  options_.concurrency = 2;
  options_.requests_per_second = 0;
  std::stop_source stop;
  transport_.SetHandler([](const HttpRequest&) { return Reply(200).After(seconds(5)); });
  transport_.Script(Reply(503).After(milliseconds(10)));
  transport_.RunAt(start_ + milliseconds(10), [&] { stop.request_stop(); });

  for (int i = 0; i < 5; ++i) {
    scheduler().Submit(CallTo(kUrl), [this](Result<HttpResponse> result) {
      results_.push_back(std::move(result));
      if (results_.size() == 5) Submit(CallTo(kUrl));  // Ends as well.
    });
  }
  scheduler().Run(stop.get_token());

  EXPECT_THAT(results_, SizeIs(6));
  EXPECT_THAT(results_, Each(StatusIs(StatusCode::kDeadlineExceeded)));
  EXPECT_EQ(transport_.in_flight(), 0);
  EXPECT_THAT(observer_.retries, IsEmpty());

  EXPECT_THAT(RunOne(CallTo(kUrl)), IsOk());
}

TEST_F(SchedulerRetryTest, StopEndsACallThatWaitsToBeRepeated) {
  std::stop_source stop;
  transport_.Script(Reply(429).Header("Retry-After", "5"));
  transport_.RunAt(start_ + seconds(1), [&] { stop.request_stop(); });

  Submit(CallTo(kUrl));
  scheduler().Run(stop.get_token());

  EXPECT_THAT(results_, ElementsAre(StatusIs(StatusCode::kDeadlineExceeded,
                                             "list_pipelines: stopped before it was done")));
}

TEST_F(SchedulerRetryTest, TakesNewOptions) {
  transport_.SetHandler([](const HttpRequest&) { return Reply(200).After(milliseconds(10)); });
  EXPECT_THAT(RunOne(CallTo(kUrl)), IsOk());

  options_.requests_per_second = 0;
  options_.concurrency = 3;
  options_.request_timeout = seconds(2);
  scheduler().SetOptions(options_);
  for (int i = 0; i < 30; ++i) Submit(CallTo(kUrl));
  Run();

  EXPECT_EQ(transport_.max_in_flight(), 3);
  EXPECT_EQ(transport_.sent().back().request.timeout, seconds(2));
  EXPECT_EQ(SendTimes().back(), milliseconds(100));
}

}  // namespace
}  // namespace codearts::testing
