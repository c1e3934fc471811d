#include "simulator/faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim_testing.h"
#include "support/status_matchers.h"

namespace codearts::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

// One pipeline with one finished run.
class FaultsTest : public ::testing::Test {
 protected:
  FaultsTest() {
    sim_.Start({.duration = seconds(10)});
    sim_.simulator.Advance(seconds(10));
  }

  void Add(const Fault& fault) { ASSERT_THAT(sim_.simulator.AddFault(fault), IsOk()); }
  Reply Detail() { return sim_.simulator.Handle(Get(sim_.Path("/pipeline-runs/detail"))); }
  Reply Runs() { return sim_.simulator.Handle(Post(sim_.Path("/pipeline-runs/list"), "{}")); }

  OnePipeline sim_;
};

TEST_F(FaultsTest, StatusKindsHaveTheDocumentedBodies) {
  const struct {
    std::string kind;
    int status;
    std::string code;
  } cases[] = {{"400", 400, "DEVCP.00021400"}, {"401", 401, "APIGW.0301"},
               {"403", 403, "APIGW.0302"},     {"404", 404, "APIGW.0101"},
               {"429", 429, "APIGW.0308"},     {"500", 500, "DEVCP.00010000"},
               {"502", 502, "APIGW.0201"},     {"503", 503, "APIGW.0613"},
               {"504", 504, "APIGW.0201"},     {"error200", 200, "DEVCP.00012002"}};
  for (const auto& one : cases) {
    Add({.kind = one.kind, .count = 1});
    const Reply reply = Detail();
    EXPECT_EQ(reply.status, one.status) << one.kind;
    EXPECT_EQ(Body(reply)["error_code"].GetString(), one.code) << one.kind;
  }
  Add({.kind = "error200nested", .count = 1, .code = "X.1"});
  EXPECT_STREQ(Body(Detail())["error"]["code"].GetString(), "X.1");
  EXPECT_STREQ(Body(Detail())["status"].GetString(), "COMPLETED") << "used up";
}

TEST_F(FaultsTest, GatewayErrorsNameTheRequest) {
  Add({.kind = "502"});
  const Reply first = Detail();
  const std::string* id = FindHeader(first.headers, "X-Request-Id");
  ASSERT_NE(id, nullptr);
  EXPECT_EQ(Body(first)["request_id"].GetString(), *id);
  EXPECT_NE(*FindHeader(Detail().headers, "X-Request-Id"), *id);
}

TEST_F(FaultsTest, RetryAfterAndCodeAreAsGiven) {
  Add({.kind = "500", .code = "COCT.0070003", .retry_after = 7});
  const Reply reply = Detail();
  EXPECT_EQ(*FindHeader(reply.headers, "Retry-After"), "7");
  EXPECT_STREQ(Body(reply)["error_code"].GetString(), "COCT.0070003");
}

TEST_F(FaultsTest, CountAfterAndClear) {
  Add({.kind = "500", .count = 2, .after = 1});
  std::vector<int> statuses;
  for (int i = 0; i < 5; ++i) statuses.push_back(Detail().status);
  EXPECT_THAT(statuses, ElementsAre(200, 500, 500, 200, 200));

  Add({.kind = "500"});
  EXPECT_EQ(Detail().status, 500);
  sim_.simulator.ClearFaults();
  EXPECT_EQ(Detail().status, 200);
}

TEST_F(FaultsTest, HitOnlyWhatTheyName) {
  Add({.endpoint = "list_runs", .kind = "500"});
  EXPECT_EQ(Detail().status, 200);
  EXPECT_EQ(Runs().status, 500);
  sim_.simulator.ClearFaults();

  Add({.kind = "500", .project = "other"});
  Add({.kind = "503", .pipeline = sim_.pipeline_id});
  EXPECT_EQ(Detail().status, 503);
  EXPECT_EQ(sim_.simulator.Handle(Get("/v4/projects", "offset=0&limit=5")).status, 200);
  sim_.simulator.ClearFaults();

  Add({.endpoint = "metadata", .kind = "500"});
  EXPECT_EQ(sim_.simulator.Handle(Get("/openstack/latest/securitykey")).status, 500);
  EXPECT_EQ(Detail().status, 200);
}

TEST_F(FaultsTest, UnknownKindIsRefused) {
  EXPECT_THAT(sim_.simulator.AddFault({.kind = "explode"}),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("truncate")));
}

TEST_F(FaultsTest, BodiesThatAreNoJson) {
  for (const std::string kind : {"html", "garbage", "empty", "deep"}) {
    Add({.kind = kind, .count = 1});
    const Reply reply = Detail();
    EXPECT_EQ(reply.status, 200);
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(reply.content().data(), reply.content().size());
    EXPECT_TRUE(document.HasParseError()) << kind;
  }
  Add({.kind = "html", .count = 1, .status = 502});
  EXPECT_EQ(Detail().status, 502);
  Add({.kind = "deep", .count = 1});
  EXPECT_EQ(Detail().content().size(), 1'000'000u);
  Add({.kind = "huge", .count = 1});
  EXPECT_EQ(Detail().content().size(), 64u << 20);
}

TEST_F(FaultsTest, SpoiltNamesAreNoUtf8ButTheRestIsRight) {
  Add({.kind = "badutf8", .count = 1});
  const Reply reply = Detail();
  EXPECT_THAT(reply.body, HasSubstr("\"name\":\"\xff\xfe\xc3stage-1\""));
  EXPECT_STREQ(Body(reply)["status"].GetString(), "COMPLETED");
}

TEST_F(FaultsTest, StatusesCanBeUnknownOnes) {
  Add({.kind = "unknown_status", .count = 1});
  const auto body = Body(Detail());
  EXPECT_STREQ(body["status"].GetString(), "NEW_COMPLETED");
  EXPECT_STREQ(body["stages"][0]["status"].GetString(), "NEW_COMPLETED");
}

TEST_F(FaultsTest, SpoiltTypesLeaveObjectsAndArrays) {
  Add({.kind = "wrongtypes", .count = 1});
  const auto body = Body(Detail());
  EXPECT_TRUE(body["status"].IsInt());
  EXPECT_TRUE(body["run_number"].IsString());
  EXPECT_TRUE(body["is_publish"].IsArray());
  EXPECT_TRUE(body["stages"].IsArray());
  EXPECT_TRUE(body["stages"][0]["name"].IsInt());
}

TEST_F(FaultsTest, DeliveryIsSpoiltWithoutTouchingTheAnswer) {
  Add({.kind = "truncate", .count = 1});
  EXPECT_EQ(Detail().delivery.manner, Delivery::Manner::kTruncate);
  Add({.kind = "trickle", .count = 1, .seconds = 0.5});
  const Reply trickled = Detail();
  EXPECT_EQ(trickled.delivery.manner, Delivery::Manner::kTrickle);
  EXPECT_EQ(trickled.delivery.trickle_interval, Duration(500));
  Add({.kind = "slow", .count = 1, .seconds = 2});
  const Reply late = Detail();
  EXPECT_EQ(late.delivery.delay, seconds(2));
  EXPECT_STREQ(Body(late)["status"].GetString(), "COMPLETED");
  Add({.kind = "reset", .count = 1});
  EXPECT_EQ(Detail().delivery.manner, Delivery::Manner::kReset);
  EXPECT_EQ(sim_.simulator.Counts().Of("detail", "reset"), 1);
}

TEST_F(FaultsTest, RedirectSaysWhere) {
  Add({.kind = "redirect", .location = "http://127.0.0.1:9/x"});
  const Reply reply = Detail();
  EXPECT_EQ(reply.status, 302);
  EXPECT_EQ(*FindHeader(reply.headers, "Location"), "http://127.0.0.1:9/x");
}

TEST_F(FaultsTest, PagesCanBeEndlessOrShift) {
  for (int i = 0; i < 4; ++i) {
    sim_.Start({.duration = seconds(10)});
    sim_.simulator.Advance(minutes(1));
  }
  const auto numbers = [&](int offset) {
    const auto list =
        sim_.ListRuns(R"({"sort_dir":"asc","limit":2,"offset":)" + std::to_string(offset) + "}");
    std::vector<int> result{list["total"].GetInt()};
    for (const auto& run : list["pipeline_runs"].GetArray()) {
      result.push_back(run["run_number"].GetInt());
    }
    return result;
  };
  Add({.endpoint = "list_runs", .kind = "endless_paging"});
  EXPECT_THAT(numbers(0), ElementsAre(1'000'000'000, 1, 2));
  EXPECT_THAT(numbers(5000), ElementsAre(1'000'000'000, 1, 2));
  sim_.simulator.ClearFaults();

  Add({.endpoint = "list_runs", .kind = "page_shift"});
  EXPECT_THAT(numbers(0), ElementsAre(5, 1, 2));
  EXPECT_THAT(numbers(2), ElementsAre(4, 4, 5)) << "3 was passed over";
}

}  // namespace
}  // namespace codearts::sim
