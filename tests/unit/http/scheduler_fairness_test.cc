// Who gets the slots: one slow, broken or throttled lane or group must not starve the others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "http/request_scheduler.h"
#include "support/fake_transport.h"
#include "support/status_matchers.h"
#include "unit/http/scheduler_fixture.h"

namespace codearts::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::Le;
using ::testing::SizeIs;

class SchedulerFairnessTest : public SchedulerTest {
 protected:
  SchedulerFairnessTest() {
    options_.requests_per_second = 0;
    options_.concurrency = 8;
  }

  void SubmitMany(int count, const std::string& url, const std::string& group = "",
                  Credential* credential = nullptr) {
    for (int i = 0; i < count; ++i) Submit(CallTo(url, credential, group));
  }

  // Requests to URLs with "slow" take 10 seconds, others 50 ms; those with "dead" get no answer.
  void AnswerByUrl() {
    transport_.SetHandler([](const HttpRequest& request) {
      if (request.url.find("dead") != std::string::npos) {
        return Reply(Status(StatusCode::kDeadlineExceeded, "timeout")).After(seconds(10));
      }
      return Reply(200).After(request.url.find("slow") != std::string::npos ? seconds(10)
                                                                            : milliseconds(50));
    });
  }

  // When the last request to `url` was sent, since the start of the test.
  Duration LastSendTo(std::string_view url) const {
    Duration last{-1};
    for (const auto& sent : transport_.sent()) {
      if (sent.request.url == url) {
        last = std::max(last, std::chrono::duration_cast<Duration>(sent.at - start_));
      }
    }
    return last;
  }
};

TEST_F(SchedulerFairnessTest, SendsTheNextRequestsBeforeAnswersAreRead) {
  options_.concurrency = 2;
  transport_.SetHandler([](const HttpRequest&) { return Reply(200).After(milliseconds(50)); });
  std::vector<std::size_t> sent_by_then;
  for (int i = 0; i < 4; ++i) {
    scheduler().Submit(CallTo("https://a/"), [&](const Result<HttpResponse>& answer) {
      EXPECT_THAT(answer, IsOk());
      sent_by_then.push_back(transport_.sent().size());
    });
  }

  Run();

  EXPECT_THAT(sent_by_then, ElementsAre(4, 4, 4, 4));
}

TEST_F(SchedulerFairnessTest, ServesOneGroupInOrder) {
  options_.concurrency = 1;
  AnswerByUrl();
  for (const char* url : {"https://a.test/1", "https://a.test/2", "https://a.test/3"}) {
    Submit(CallTo(url));
  }

  Run();

  EXPECT_THAT(SentUrls(), ElementsAre("https://a.test/1", "https://a.test/2", "https://a.test/3"));
}

TEST_F(SchedulerFairnessTest, GroupsTakeTurns) {
  options_.concurrency = 1;
  AnswerByUrl();
  SubmitMany(3, "https://a.test/one", "one");
  SubmitMany(3, "https://a.test/two", "two");

  Run();

  EXPECT_THAT(SentUrls(),
              ElementsAre("https://a.test/one", "https://a.test/two", "https://a.test/one",
                          "https://a.test/two", "https://a.test/one", "https://a.test/two"));
}

TEST_F(SchedulerFairnessTest, LanesTakeTurnsHoweverManyGroupsTheyHave) {
  options_.concurrency = 1;
  AnswerByUrl();
  for (const char* group : {"1", "2", "3", "4"}) SubmitMany(2, "https://a.test/", group);
  SubmitMany(2, "https://b.test/");

  Run();

  EXPECT_THAT(LastSendTo("https://b.test/"), Le(milliseconds(4 * 50)));
}

TEST_F(SchedulerFairnessTest, ASlowGroupLeavesHalfOfTheSlotsToAnother) {
  AnswerByUrl();
  SubmitMany(40, "https://a.test/slow", "slow");
  SubmitMany(40, "https://a.test/quick", "quick");

  Run();

  // 40 requests of 50 ms over 4 slots.
  EXPECT_EQ(LastSendTo("https://a.test/quick"), milliseconds(9 * 50));
}

TEST_F(SchedulerFairnessTest, ASlowHostLeavesHalfOfTheSlotsToAnother) {
  AnswerByUrl();
  SubmitMany(40, "https://slow.test/");
  SubmitMany(40, "https://b.test/");

  Run();

  EXPECT_EQ(LastSendTo("https://b.test/"), milliseconds(9 * 50));
}

TEST_F(SchedulerFairnessTest, AFreeSlotGoesToWhoHasFewest) {
  AnswerByUrl();
  SubmitMany(40, "https://a.test/slow", "slow");
  SubmitMany(1, "https://a.test/quick", "quick");
  // Slow ones hold 7 slots when these come: the one slot left circulates among the quick.
  transport_.RunAt(start_ + milliseconds(10),
                   [this] { SubmitMany(20, "https://a.test/quick", "quick"); });

  Run();

  EXPECT_EQ(LastSendTo("https://a.test/quick"), milliseconds(20 * 50));
}

TEST_F(SchedulerFairnessTest, ADeadHostGetsAQuarterOfTheSlotsUntilItAnswers) {
  options_.retries = 0;
  AnswerByUrl();
  SubmitMany(1, "https://dead.test/");
  Run();
  const SteadyTime then = clock_.SteadyNow();

  SubmitMany(20, "https://dead.test/");
  transport_.RunAt(then + milliseconds(10), [this] { SubmitMany(60, "https://b.test/"); });
  Run();

  // 60 requests of 50 ms over 6 slots, although they came later.
  EXPECT_EQ(LastSendTo("https://b.test/"),
            std::chrono::duration_cast<Duration>(then - start_) + milliseconds(10 + 9 * 50));

  transport_.SetHandler([](const HttpRequest&) { return Reply(200).After(seconds(1)); });
  SubmitMany(1, "https://dead.test/");
  Run();
  const std::size_t before = transport_.sent().size();
  SubmitMany(8, "https://dead.test/");
  Run();
  EXPECT_EQ(transport_.sent()[before].at, transport_.sent()[before + 7].at);
}

TEST_F(SchedulerFairnessTest, AThrottledHostDoesNotHoldUpAnother) {
  transport_.SetHandler([](const HttpRequest& request) {
    return request.url == "https://a.test/" ? Reply(429).Header("Retry-After", "5")
                                            : Reply(200).After(milliseconds(50));
  });
  SubmitMany(40, "https://a.test/");
  SubmitMany(40, "https://b.test/");

  Run();

  EXPECT_THAT(LastSendTo("https://b.test/"), Le(milliseconds(9 * 50)));
  EXPECT_THAT(results_, SizeIs(80));
}

TEST_F(SchedulerFairnessTest, AnUnprovenCredentialTriesAHostThatAnswersFirst) {
  options_.retries = 0;
  AnswerByUrl();
  FakeCredential credential("default");
  SubmitMany(1, "https://dead.test/", "", &credential);
  Run();
  const SteadyTime then = clock_.SteadyNow();

  SubmitMany(1, "https://dead.test/", "", &credential);
  SubmitMany(1, "https://b.test/", "", &credential);
  Run();

  EXPECT_EQ(LastSendTo("https://b.test/"), std::chrono::duration_cast<Duration>(then - start_));
}

}  // namespace
}  // namespace codearts::testing
