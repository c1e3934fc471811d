// What no test of a single behaviour covers: bodies that are cut or damaged anywhere.

#include <gtest/gtest.h>

#include <cstddef>
#include <random>
#include <string>

#include "api/error_body.h"
#include "api/list_decode.h"
#include "api/run_detail_decode.h"
#include "support/status_matchers.h"
#include "support/test_data.h"

namespace codearts {
namespace {

using ::codearts::testing::IsOk;
using ::codearts::testing::ReadTestFile;
using ::codearts::testing::StatusIs;

TEST(HostileBodyTest, ADetailCutAtAnyByteIsAnInvalidResponse) {
  std::string body = ReadTestFile("data/run_detail_documented_example.json");
  while (body.back() != '}') body.pop_back();
  ASSERT_THAT(DecodeRunDetail(body), IsOk());

  for (std::size_t size = 0; size < body.size(); ++size) {
    ASSERT_THAT(DecodeRunDetail(body.substr(0, size)), StatusIs(StatusCode::kInvalidResponse))
        << size;
  }
}

TEST(HostileBodyTest, AListCutAtAnyByteIsAnInvalidResponse) {
  std::string body = ReadTestFile("data/pipelines_page.json");
  while (body.back() != '}') body.pop_back();
  ASSERT_THAT(DecodePipelines(body), IsOk());

  for (std::size_t size = 0; size < body.size(); ++size) {
    ASSERT_THAT(DecodePipelines(body.substr(0, size)), StatusIs(StatusCode::kInvalidResponse))
        << size;
  }
}

// Changes, drops or repeats a few bytes.
std::string Damage(std::string body, std::mt19937& random) {
  const auto pick = [&](std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
  };
  const std::size_t changes = 1 + pick(4);
  for (std::size_t i = 0; i < changes; ++i) {
    const std::size_t at = pick(body.size());
    const std::size_t kind = pick(4);
    if (kind == 0) body[at] = static_cast<char>(pick(256));
    if (kind == 1) body[at] = R"({}[],:"\0123456789-+eEtfnu)"[pick(26)];
    if (kind == 2 && body.size() > 64) body.erase(at, 1 + pick(32));
    if (kind == 3) body.insert(at, body.substr(pick(body.size()), 1 + pick(64)));
  }
  return body;
}

// Decoders end with a value or kInvalidResponse, whatever they are given.
template <typename Decode>
void ExpectNoSurprise(const std::string& body, Decode decode) {
  std::mt19937 random(20240601);
  int decoded = 0;
  for (int i = 0; i < 3000; ++i) {
    const auto result = decode(Damage(body, random));
    if (result.ok()) {
      ++decoded;
    } else {
      ASSERT_THAT(result, StatusIs(StatusCode::kInvalidResponse)) << i;
    }
  }
  // Damage inside a text leaves a document that decodes: both ways were taken.
  EXPECT_GT(decoded, 0);
  EXPECT_LT(decoded, 3000);
}

TEST(HostileBodyTest, DamagedDetailsNeverSurprise) {
  ExpectNoSurprise(ReadTestFile("data/run_detail_documented_example.json"), DecodeRunDetail);
  ExpectNoSurprise(ReadTestFile("data/run_in_progress.json"), DecodeRunDetail);
}

TEST(HostileBodyTest, DamagedListsNeverSurprise) {
  ExpectNoSurprise(ReadTestFile("data/pipelines_page.json"), DecodePipelines);
  ExpectNoSurprise(ReadTestFile("data/runs_page.json"), DecodeRuns);
  ExpectNoSurprise(ReadTestFile("data/queue_page.json"), DecodeQueue);
  ExpectNoSurprise(ReadTestFile("data/projects_page.json"), DecodeProjects);
}

TEST(HostileBodyTest, DamagedErrorsStayFailures) {
  const std::string body =
      R"({"error_msg":"The throttling threshold has been reached: policy user over ratelimit",)"
      R"("error_code":"APIGW.0308","request_id":"d4e8"})";
  std::mt19937 random(20240601);
  for (int i = 0; i < 3000; ++i) {
    HttpResponse response;
    response.status_code = 429;
    response.body = Damage(body, random);
    const Status status = StatusFromResponse(response);
    ASSERT_FALSE(status.ok());
    ASSERT_LT(status.message().size(), 400U);
    ASSERT_EQ(status.message().find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace codearts
