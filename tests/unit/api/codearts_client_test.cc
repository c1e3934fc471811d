#include "api/codearts_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/error_body.h"
#include "support/fake_clock.h"
#include "support/fake_transport.h"
#include "support/status_matchers.h"
#include "support/test_data.h"

namespace codearts {
namespace {

using ::codearts::testing::FakeClock;
using ::codearts::testing::FakeTransport;
using ::codearts::testing::IsOk;
using ::codearts::testing::ReadTestFile;
using ::codearts::testing::Reply;
using ::codearts::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class NullObserver final : public RequestObserver {
 public:
  void OnResponse(std::string_view, int, Duration) override {}
  void OnRetry(std::string_view) override {}
  void OnThrottled(std::string_view) override {}
  void OnBudget(std::string_view, double) override {}
};

// A client over a scripted transport, without retries unless told otherwise.
class CodeArtsClientTest : public ::testing::Test {
 protected:
  explicit CodeArtsClientTest(int retries = 0)
      : scheduler_(transport_, clock_, observer_, StatusFromResponse, Options(retries)) {}

  static SchedulerOptions Options(int retries) {
    SchedulerOptions options;
    options.requests_per_second = 0;
    options.retries = retries;
    options.jitter_seed = 1;
    return options;
  }

  // Answers with `replies`, calls and returns what `done` was given. `call` takes the done
  // function.
  template <typename T, typename Call>
  Result<T> Ask(std::vector<Reply> replies, Call call) {
    for (Reply& reply : replies) transport_.Script(std::move(reply));
    std::optional<Result<T>> answer;
    call([&answer](Result<T> result) { answer.emplace(std::move(result)); });
    client_.Run({});
    EXPECT_TRUE(answer.has_value()) << "done was not called";
    return answer ? *std::move(answer) : Status(StatusCode::kInternal, "done was not called");
  }

  Result<Page<Pipeline>> ListPipelines(std::vector<Reply> replies, PageRequest page = {}) {
    return Ask<Page<Pipeline>>(std::move(replies), [&](auto done) {
      client_.ListPipelines(target_, page, std::move(done));
    });
  }
  Result<Page<RunSummary>> ListRuns(std::vector<Reply> replies, PageRequest page = {}) {
    return Ask<Page<RunSummary>>(std::move(replies), [&](auto done) {
      client_.ListPipelineRuns(target_, {pipeline_, page}, std::move(done));
    });
  }
  Result<PipelineRun> ShowDetail(std::vector<Reply> replies) {
    return Ask<PipelineRun>(std::move(replies), [&](auto done) {
      client_.ShowPipelineRunDetail(target_, pipeline_, run_, std::move(done));
    });
  }
  Result<Page<QueuedRun>> ListQueue(std::vector<Reply> replies) {
    return Ask<Page<QueuedRun>>(std::move(replies), [&](auto done) {
      client_.ListPipelineQueue(target_, pipeline_, std::move(done));
    });
  }
  Result<Page<Project>> ListProjects(std::vector<Reply> replies, PageRequest page = {}) {
    return Ask<Page<Project>>(std::move(replies), [&](auto done) {
      client_.ListProjects(target_, page, std::move(done));
    });
  }

  const HttpRequest& LastRequest() const { return transport_.sent().back().request; }

  FakeClock clock_;
  FakeTransport transport_{clock_};
  NullObserver observer_;
  RequestScheduler scheduler_;
  CodeArtsClient client_{scheduler_, transport_, clock_};
  ApiTarget target_{ProjectId{"54f9"}, "https://api.example.com", nullptr};
  PipelineId pipeline_{"7f3a"};
  RunId run_{"25adfa6784124cfc9b9274ceaecf9957"};
};

TEST_F(CodeArtsClientTest, ListsPipelinesInOrderOfCreation) {
  const auto page = ListPipelines({Reply(200, ReadTestFile("data/pipelines_page.json"))},
                                  {.offset = 200, .limit = 50});

  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(page->items, SizeIs(3));
  EXPECT_EQ(LastRequest().method, "POST");
  EXPECT_EQ(LastRequest().url, "https://api.example.com/v5/54f9/api/pipelines/list");
  EXPECT_EQ(LastRequest().body,
            R"({"offset":200,"limit":50,"sort_key":"create_time","sort_dir":"asc"})");
  EXPECT_THAT(LastRequest().headers, ElementsAre(HttpHeader{"Content-Type", "application/json"}));
}

TEST_F(CodeArtsClientTest, ListsRunsNewestFirst) {
  const auto page =
      ListRuns({Reply(200, ReadTestFile("data/runs_page.json"))}, {.offset = 0, .limit = 2});

  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(page->items, SizeIs(2));
  EXPECT_EQ(LastRequest().method, "POST");
  EXPECT_EQ(LastRequest().url,
            "https://api.example.com/v5/54f9/api/pipelines/7f3a/pipeline-runs/list");
  EXPECT_EQ(LastRequest().body,
            R"({"offset":0,"limit":2,"sort_key":"start_time","sort_dir":"desc"})");
}

TEST_F(CodeArtsClientTest, ShowsARunThatNamesAnotherProjectAndPipeline) {
  const auto run =
      ShowDetail({Reply(200, ReadTestFile("data/run_detail_documented_example.json"))});

  ASSERT_THAT(run, IsOk());
  EXPECT_EQ(run->run_number, 1);
  EXPECT_NE(run->pipeline_id, pipeline_);
  EXPECT_EQ(LastRequest().method, "GET");
  EXPECT_EQ(LastRequest().url,
            "https://api.example.com/v5/54f9/api/pipelines/7f3a/pipeline-runs/detail"
            "?pipeline_run_id=25adfa6784124cfc9b9274ceaecf9957");
  EXPECT_THAT(LastRequest().headers, IsEmpty());
  EXPECT_EQ(LastRequest().body, "");
}

TEST_F(CodeArtsClientTest, RefusesAnotherRun) {
  run_.value = "another";

  EXPECT_THAT(ShowDetail({Reply(200, ReadTestFile("data/run_detail_documented_example.json"))}),
              StatusIs(StatusCode::kInvalidResponse,
                       "pipeline 7f3a run another: detail: id is another run's"));
}

TEST_F(CodeArtsClientTest, DoesNotTakeTheGatewaysNotFoundForADeletedRun) {
  const std::string gateway = R"({"error_code":"APIGW.0101","error_msg":"API does not exist"})";
  const std::string service = R"({"error_code":"DEVPIPE.00011401","error_msg":"gone"})";

  const auto unknown_path = ShowDetail({Reply(404, gateway)});
  EXPECT_THAT(unknown_path, StatusIs(StatusCode::kUnavailable, StartsWith("pipeline 7f3a run ")));
  EXPECT_EQ(unknown_path.status().details().error_code, "APIGW.0101");
  EXPECT_THAT(ShowDetail({Reply(404, service)}), StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(ShowDetail({Reply(404, "")}), StatusIs(StatusCode::kNotFound));
}

TEST_F(CodeArtsClientTest, ListsTheQueue) {
  const auto page = ListQueue({Reply(200, ReadTestFile("data/queue_page.json"))});

  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(page->items, SizeIs(2));
  EXPECT_EQ(LastRequest().method, "GET");
  EXPECT_EQ(LastRequest().url,
            "https://api.example.com/v5/54f9/api/pipelines/7f3a/queued-pipeline"
            "?offset=0&limit=100");
}

TEST_F(CodeArtsClientTest, ListsProjectsWithoutAProject) {
  target_.project.value.clear();

  const auto page = ListProjects({Reply(200, ReadTestFile("data/projects_page.json"))},
                                 {.offset = 1000, .limit = 1000});

  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(page->items, SizeIs(2));
  EXPECT_EQ(LastRequest().method, "GET");
  EXPECT_EQ(LastRequest().url, "https://api.example.com/v4/projects?offset=1000&limit=1000");
}

TEST_F(CodeArtsClientTest, EncodesIds) {
  target_.project.value = "a/b?c";
  pipeline_.value = "..%/é";
  run_.value = "x&y=z";

  EXPECT_THAT(ShowDetail({Reply(404)}), StatusIs(StatusCode::kNotFound));

  EXPECT_EQ(LastRequest().url,
            "https://api.example.com/v5/a%2Fb%3Fc/api/pipelines/..%25%2F%C3%A9"
            "/pipeline-runs/detail?pipeline_run_id=x%26y%3Dz");
}

TEST_F(CodeArtsClientTest, GivesTheEmptyPageAtTheEnd) {
  const auto pipelines = ListPipelines({Reply(200, R"({"total":3,"pipelines":[]})")}, {3, 100});
  ASSERT_THAT(pipelines, IsOk());
  EXPECT_THAT(pipelines->items, IsEmpty());
  EXPECT_EQ(pipelines->total, 3);
  const auto runs = ListRuns({Reply(200, R"({"total":"7","pipeline_runs":null})")}, {7, 100});
  ASSERT_THAT(runs, IsOk());
  EXPECT_THAT(runs->items, IsEmpty());
  EXPECT_EQ(runs->total, 7);
}

TEST_F(CodeArtsClientTest, ShowsARunOfUnknownStatus) {
  run_.value = "r";

  const auto run = ShowDetail({Reply(200, R"({"id":"r","run_number":3,"status":"NOVEL"})")});

  ASSERT_THAT(run, IsOk());
  EXPECT_EQ(run->status, ExecutionStatus::kUnknown);
  EXPECT_EQ(run->unknown_run_statuses, 1);
}

TEST_F(CodeArtsClientTest, RunsTasksAfterTheirDelay) {
  const SteadyTime start = clock_.SteadyNow();
  std::optional<SteadyTime> ran;
  client_.RunAfter(std::chrono::seconds(7), [&] { ran = clock_.SteadyNow(); });

  client_.Run({});

  EXPECT_EQ(ran, start + std::chrono::seconds(7));
}

class RetryingClientTest : public CodeArtsClientTest {
 protected:
  RetryingClientTest() : CodeArtsClientTest(1) {}
};

TEST_F(RetryingClientTest, RepeatsAThrottledCallAfterTheTimeThatTheServerAsksFor) {
  const SteadyTime start = clock_.SteadyNow();

  EXPECT_THAT(ListRuns({Reply(429, "").Header("Retry-After", "7"),
                        Reply(200, ReadTestFile("data/runs_page.json"))}),
              IsOk());

  ASSERT_THAT(transport_.sent(), SizeIs(2));
  EXPECT_GE(transport_.sent()[1].at - start, std::chrono::seconds(7));
}

TEST_F(RetryingClientTest, RepeatsWhatAnErrorBodyWithHttp200CallsTemporary) {
  EXPECT_THAT(ListPipelines({Reply(200, R"({"error_code":"DEVCP.00020500","error_msg":"busy"})"),
                             Reply(200, ReadTestFile("data/pipelines_page.json"))}),
              IsOk());
}

// ---- Failures, the same for every call.

enum class Operation { kListPipelines, kListRuns, kDetail, kQueue, kProjects };

struct CallCase {
  const char* name;
  Operation operation;
  const char* context;
};

class ClientFailureTest : public CodeArtsClientTest,
                          public ::testing::WithParamInterface<CallCase> {
 protected:
  Status Call(Reply reply) {
    switch (GetParam().operation) {
      case Operation::kListPipelines:
        return ListPipelines({std::move(reply)}).status();
      case Operation::kListRuns:
        return ListRuns({std::move(reply)}).status();
      case Operation::kDetail:
        return ShowDetail({std::move(reply)}).status();
      case Operation::kQueue:
        return ListQueue({std::move(reply)}).status();
      case Operation::kProjects:
        return ListProjects({std::move(reply)}).status();
    }
    return Status(StatusCode::kInternal, "no such operation");
  }
};

TEST_P(ClientFailureTest, NamesTheCallAndTheReason) {
  const std::string context = GetParam().context;
  const std::string throttled = R"({"error_code":"APIGW.0308","request_id":"d4e8"})";

  EXPECT_THAT(Call(Reply(401)), StatusIs(StatusCode::kUnauthenticated, context + "HTTP 401"));
  EXPECT_THAT(Call(Reply(403)), StatusIs(StatusCode::kPermissionDenied, context + "HTTP 403"));
  EXPECT_THAT(Call(Reply(404)), StatusIs(StatusCode::kNotFound, context + "HTTP 404"));
  EXPECT_THAT(Call(Reply(429, throttled)),
              StatusIs(StatusCode::kThrottled, context + "HTTP 429 (APIGW.0308, request_id d4e8)"));
  EXPECT_THAT(Call(Reply(500, "<html>")), StatusIs(StatusCode::kUnavailable, context + "HTTP 500"));
  EXPECT_THAT(Call(Reply(302)),
              StatusIs(StatusCode::kUnavailable, context + "HTTP 302: redirect refused"));
  EXPECT_THAT(Call(Reply(Status(StatusCode::kDeadlineExceeded, "timed out"))),
              StatusIs(StatusCode::kDeadlineExceeded, context + "timed out"));
}

TEST_P(ClientFailureTest, TellsWhenToRetryAThrottledCall) {
  EXPECT_EQ(Call(Reply(429)).details().retry_after, std::nullopt);
  EXPECT_EQ(Call(Reply(429).Header("Retry-After", "7")).details().retry_after,
            std::chrono::seconds(7));
}

TEST_P(ClientFailureTest, RefusesAnErrorBodyWithHttp200) {
  EXPECT_THAT(Call(Reply(200, R"({"error_code":"DEVCP.00014031","error_msg":"no"})")),
              StatusIs(StatusCode::kPermissionDenied,
                       GetParam().context + std::string("HTTP 200 (DEVCP.00014031): no")));
}

TEST_P(ClientFailureTest, RefusesAnswersThatDoNotDecode) {
  const std::string wrong_types =
      R"({"pipelines":7,"pipeline_runs":7,"queuedPipelines":7,"projects":7,"id":7})";
  const std::string truncated = R"({"total":1,"pipelines":[{"pip)";
  for (const std::string& body :
       {std::string(), std::string("{"), std::string("{}"), std::string("null"), std::string("7"),
        std::string("<html>login</html>"), wrong_types, truncated}) {
    EXPECT_THAT(Call(Reply(200, body)),
                StatusIs(StatusCode::kInvalidResponse, StartsWith(GetParam().context)))
        << body;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Calls, ClientFailureTest,
    ::testing::Values(CallCase{"ListPipelines", Operation::kListPipelines, "list_pipelines: "},
                      CallCase{"ListRuns", Operation::kListRuns, "pipeline 7f3a: list_runs: "},
                      CallCase{"Detail", Operation::kDetail,
                               "pipeline 7f3a run 25adfa6784124cfc9b9274ceaecf9957: detail: "},
                      CallCase{"Queue", Operation::kQueue, "pipeline 7f3a: queue: "},
                      CallCase{"Projects", Operation::kProjects, "projects: "}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace codearts
