#include "api/error_body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/time_format.h"
#include "support/status_matchers.h"
#include "support/test_data.h"

namespace codearts {
namespace {

using ::codearts::testing::IsOk;
using ::codearts::testing::ReadTestFile;
using ::codearts::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

HttpResponse Answer(int status_code, std::string body, std::vector<HttpHeader> headers = {}) {
  HttpResponse response;
  response.status_code = status_code;
  response.headers = std::move(headers);
  response.body = std::move(body);
  return response;
}

Status Classify(int status_code, std::string body = "") {
  return StatusFromResponse(Answer(status_code, std::move(body)));
}

std::string CodeBody(const std::string& code) {
  return R"({"error_code":")" + code + R"(","error_msg":"text"})";
}

TEST(ErrorBodyTest, LetsSuccessesThrough) {
  EXPECT_THAT(Classify(200, ReadTestFile("data/run_detail_documented_example.json")), IsOk());
  EXPECT_THAT(Classify(200, ReadTestFile("data/run_in_progress.json")), IsOk());
  EXPECT_THAT(Classify(200, ReadTestFile("data/pipelines_page.json")), IsOk());
  EXPECT_THAT(Classify(200, ReadTestFile("data/runs_page.json")), IsOk());
  EXPECT_THAT(Classify(200, ReadTestFile("data/queue_page.json")), IsOk());
  EXPECT_THAT(Classify(200, ReadTestFile("data/projects_page.json")), IsOk());
  EXPECT_THAT(Classify(200, "[]"), IsOk());
  EXPECT_THAT(Classify(204, ""), IsOk());
  EXPECT_THAT(Classify(200, R"({"total":0,"pipelines":[]})"), IsOk());
}

struct HttpCase {
  int status_code;
  StatusCode expected;
};

TEST(ErrorBodyTest, MapsEachHttpStatus) {
  for (const HttpCase& c : {
           HttpCase{100, StatusCode::kInvalidResponse},
           HttpCase{301, StatusCode::kUnavailable},
           HttpCase{302, StatusCode::kUnavailable},
           HttpCase{400, StatusCode::kInvalidResponse},
           HttpCase{401, StatusCode::kUnauthenticated},
           HttpCase{403, StatusCode::kPermissionDenied},
           HttpCase{404, StatusCode::kNotFound},
           HttpCase{405, StatusCode::kInvalidResponse},
           HttpCase{408, StatusCode::kUnavailable},
           HttpCase{413, StatusCode::kInvalidResponse},
           HttpCase{429, StatusCode::kThrottled},
           HttpCase{494, StatusCode::kInvalidResponse},
           HttpCase{500, StatusCode::kUnavailable},
           HttpCase{502, StatusCode::kUnavailable},
           HttpCase{503, StatusCode::kUnavailable},
           HttpCase{504, StatusCode::kUnavailable},
           HttpCase{999, StatusCode::kInvalidResponse},
           HttpCase{1000, StatusCode::kInvalidResponse},
       }) {
    for (const char* body : {"", "<html><body>Bad Gateway</body></html>", "upstream failed", "{}",
                             "{", "[]", "null"}) {
      EXPECT_THAT(Classify(c.status_code, body), StatusIs(c.expected))
          << c.status_code << " " << body;
    }
  }
}

struct CodeCase {
  int status_code;
  const char* error_code;
  StatusCode expected;
};

TEST(ErrorBodyTest, LetsAKnownCodeDecide) {
  for (const CodeCase& c : {
           CodeCase{429, "APIGW.0308", StatusCode::kThrottled},
           CodeCase{403, "APIG.0308", StatusCode::kThrottled},
           CodeCase{500, "COCT.0070003", StatusCode::kThrottled},
           CodeCase{500, "COCT.0070500", StatusCode::kUnavailable},
           CodeCase{401, "APIGW.0301", StatusCode::kUnauthenticated},
           CodeCase{401, "APIGW.0307", StatusCode::kUnauthenticated},
           CodeCase{401, "DEV.00000001", StatusCode::kUnauthenticated},
           CodeCase{401, "DEVCP.00021018", StatusCode::kPermissionDenied},
           CodeCase{403, "APIGW.0302", StatusCode::kPermissionDenied},
           CodeCase{405, "APIGW.0502", StatusCode::kPermissionDenied},
           CodeCase{200, "DEVCP.00014031", StatusCode::kPermissionDenied},
           CodeCase{400, "DEVPIPE.30011011", StatusCode::kPermissionDenied},
           CodeCase{200, "DEVCP.00012002", StatusCode::kNotFound},
           CodeCase{400, "DEVPIPE.00011401", StatusCode::kNotFound},
           CodeCase{200, "DEVPIPE.00011412", StatusCode::kNotFound},
           CodeCase{400, "DEVPIPE.30021001", StatusCode::kNotFound},
           CodeCase{500, "DEV_21_100169", StatusCode::kNotFound},
           CodeCase{404, "APIGW.0101", StatusCode::kNotFound},
           CodeCase{200, "DEVCP.00010000", StatusCode::kUnavailable},
           CodeCase{500, "DEVCP.00020500", StatusCode::kUnavailable},
           CodeCase{502, "APIGW.0201", StatusCode::kUnavailable},
           CodeCase{400, "APIGW.0201", StatusCode::kInvalidResponse},
           CodeCase{200, "DEVCP.00014004", StatusCode::kInvalidResponse},
           CodeCase{400, "DEVCP.00021400", StatusCode::kInvalidResponse},
           CodeCase{200, "NEW.12345678", StatusCode::kInvalidResponse},
       }) {
    const Status status = Classify(c.status_code, CodeBody(c.error_code));
    EXPECT_THAT(status, StatusIs(c.expected)) << c.error_code;
    EXPECT_EQ(status.details().error_code, c.error_code);
    EXPECT_EQ(status.details().http_status, c.status_code);
  }
}

TEST(ErrorBodyTest, FindsTheCodeInEveryShape) {
  for (const char* body : {
           R"({"error_code":"DEVCP.00014031","error_msg":"m"})",
           R"({"errorCode":"DEVCP.00014031","errorMsg":"m"})",
           R"({"error":{"code":"DEVCP.00014031","message":"m"},"result":null,"status":"error"})",
           R"({"error":{"error_code":"DEVCP.00014031","error_msg":"m"}})",
           R"({"code":"DEVCP.00014031","message":"m"})",
           R"({"error_msg":"m","error":{"code":"DEVCP.00014031"}})",
           R"({"forbidden":{"code":"DEVCP.00014031","message":"m"}})",
           " \n{\"error_code\":\"DEVCP.00014031\",\"error_msg\":\"m\"}",
           R"({"error_code":"DEVCP.00014031","error_msg":"m","pipelines":[{"pipeline_id":"p"}]})",
           R"({"error":{"code":"DEVCP.00014031","message":"m"},"pipelines":[{"pipeline_id":"p"}]})",
       }) {
    EXPECT_THAT(Classify(200, body),
                StatusIs(StatusCode::kPermissionDenied, "HTTP 200 (DEVCP.00014031): m"))
        << body;
  }
}

TEST(ErrorBodyTest, TakesATextWithoutACodeForAnErrorIfNothingElseIsThere) {
  EXPECT_THAT(Classify(200, R"({"pipeline_run_id":"","error_msg":"went wrong"})"),
              StatusIs(StatusCode::kInvalidResponse, "HTTP 200: went wrong"));
  EXPECT_THAT(Classify(200, R"({"pipelines":[],"error_msg":"went wrong"})"),
              StatusIs(StatusCode::kInvalidResponse));
  EXPECT_THAT(Classify(200, R"({"id":null,"error":"went wrong"})"),
              StatusIs(StatusCode::kInvalidResponse, "HTTP 200: went wrong"));
  EXPECT_THAT(Classify(200, R"({"pipelines":[{"pipeline_id":"p"}],"error_msg":"a warning"})"),
              IsOk());
  EXPECT_THAT(Classify(200, R"({"id":"r","code":"c","message":"m"})"), IsOk());
}

TEST(ErrorBodyTest, TakesEmptyErrorMembersForNone) {
  for (const char* body : {
           R"({"error_code":null,"error_msg":null,"id":null})",
           R"({"error_code":"","error_msg":""})",
           R"({"error":null,"status":"success"})",
           R"({"error":{}})",
           R"({"error_code":"0"})",
           R"({"code":200})",
           R"({"code":"success"})",
       }) {
    EXPECT_THAT(Classify(200, body), IsOk()) << body;
  }
}

TEST(ErrorBodyTest, DoesNotLookIntoLargeSuccesses) {
  const std::string padding(16384, ' ');
  EXPECT_THAT(Classify(200, CodeBody("DEVCP.00014031") + padding), IsOk());
  EXPECT_THAT(Classify(500, CodeBody("DEVCP.00014031") + padding),
              StatusIs(StatusCode::kUnavailable, "HTTP 500"));
}

TEST(ErrorBodyTest, TellsTheRequestId) {
  const std::string body = R"({"error_code":"APIGW.0308","error_msg":"m","request_id":"body-1"})";
  EXPECT_EQ(StatusFromResponse(Answer(429, body, {{"x-request-id", "head-1"}})).message(),
            "HTTP 429 (APIGW.0308, request_id head-1): m");
  EXPECT_EQ(StatusFromResponse(Answer(429, body)).details().request_id, "body-1");
  EXPECT_EQ(StatusFromResponse(Answer(500, "", {{"X-IAM-Trace-Id", "trace"}})).message(),
            "HTTP 500 (request_id trace)");
  EXPECT_EQ(StatusFromResponse(Answer(500, "", {{"X-Request-Id", "not an id\n"}})).message(),
            "HTTP 500");
}

TEST(ErrorBodyTest, TellsWhenToRetry) {
  const std::string body = CodeBody("APIGW.0308");
  EXPECT_EQ(StatusFromResponse(Answer(429, body)).details().retry_after, std::nullopt);
  EXPECT_EQ(StatusFromResponse(Answer(429, body, {{"Retry-After", "7"}})).details().retry_after,
            std::chrono::seconds(7));
  EXPECT_EQ(StatusFromResponse(Answer(503, "", {{"Retry-After", "7"}})).details().retry_after,
            std::chrono::seconds(7));
}

TEST(ErrorBodyTest, RefusesRedirectsWithoutNamingTheirTarget) {
  EXPECT_THAT(StatusFromResponse(Answer(302, "", {{"Location", "https://x/?token=PLANTED"}})),
              StatusIs(StatusCode::kUnavailable, "HTTP 302: redirect refused"));
}

TEST(ErrorBodyTest, DoesNotRepeatTheHttpStatusAsACode) {
  const Status status =
      Classify(401, R"({"error":{"code":401,"message":"m","title":"Unauthorized"}})");

  EXPECT_THAT(status, StatusIs(StatusCode::kUnauthenticated, "HTTP 401"));
  EXPECT_EQ(status.details().error_code, "");
}

TEST(ErrorBodyTest, TellsTheCauseOfARefusalAndTheServersTime) {
  const char* expired =
      R"({"error_code":"APIGW.0301","error_msg":"signature expired, signature time:1"})";

  const Status status =
      StatusFromResponse(Answer(401, expired, {{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}}));

  EXPECT_EQ(status.details().cause, ErrorCause::kClock);
  EXPECT_EQ(status.details().server_time, ParseIso8601("1994-11-06T08:49:37Z"));
  EXPECT_EQ(
      Classify(403, R"({"error":{"code":403,"message":"The user is locked."}})").details().cause,
      ErrorCause::kUserLocked);
  EXPECT_EQ(Classify(401, "{}").details().cause, ErrorCause::kUnknown);
  EXPECT_EQ(Classify(401, "{}").details().server_time, std::nullopt);
}

TEST(ErrorBodyTest, NeverShowsSecrets) {
  const char* gateway_text =
      "Incorrect IAM authentication information: verify aksk signature fail, ak PLANTEDAK, "
      "Access=PLANTEDAK, canonicalRequest:GET|/v5/PLANTEDPATH||host:PLANTED|";
  for (const int status_code : {200, 400, 401, 403, 404, 429, 500}) {
    for (const std::string& body : {
             R"({"error_msg":")" + std::string(gateway_text) + R"(","error_code":"APIGW.0301"})",
             std::string(R"({"error_msg":"your secret is PLANTED","error_code":"PLANTED key"})"),
             std::string(R"({"error_msg":"m","encoded_authorization_message":"PLANTED"})"),
             std::string(R"({"error_msg":{"x":"PLANTED"},"error_code":"X.1"})"),
             std::string("<html>PLANTED</html>"),
             std::string("PLANTED"),
         }) {
      const Status status = StatusFromResponse(Answer(
          status_code, body, {{"X-Request-Id", "Access=PLANTED"}, {"Set-Cookie", "PLANTED"}}));
      EXPECT_THAT(status.message(), Not(HasSubstr("PLANTED"))) << body;
      EXPECT_THAT(status.details().error_code, Not(HasSubstr("PLANTED"))) << body;
      EXPECT_THAT(status.details().request_id, Not(HasSubstr("PLANTED"))) << body;
    }
  }
  EXPECT_EQ(Classify(401, R"({"error_msg":")" + std::string(gateway_text) +
                              R"(","error_code":"APIGW.0301","request_id":"d4e8"})")
                .message(),
            "HTTP 401 (APIGW.0301, request_id d4e8): the signature does not match: check the "
            "secret key");
}

}  // namespace
}  // namespace codearts
