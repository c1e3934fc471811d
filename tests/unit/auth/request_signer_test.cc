#include "auth/request_signer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/time_format.h"
#include "support/status_matchers.h"
#include "support/test_data.h"

namespace codearts {
namespace {

using ::codearts::testing::IsOk;
using ::codearts::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsNull;
using ::testing::Not;
using ::testing::Pointee;

// A request that an official SDK signed.
struct SigningVector {
  std::string name;
  HttpRequest request;
  AccessKeys keys;
  std::vector<std::string> signed_headers;
  RequestSignature expected;
};

void PrintTo(const SigningVector& vector, std::ostream* out) {
  *out << vector.name;
}

std::string Text(const rapidjson::Value& object, const char* key) {
  const rapidjson::Value& value = object[key];
  return value.IsNull() ? "" : std::string(value.GetString(), value.GetStringLength());
}

SigningVector ReadVector(const rapidjson::Value& json) {
  SigningVector vector;
  vector.name = Text(json, "name");
  vector.request.method = Text(json, "method");
  vector.request.url = Text(json, "url");
  vector.request.body = Text(json, "body");
  for (const auto& header : json["headers_out"].GetObject()) {
    if (std::string(header.name.GetString()) == "Authorization") continue;
    vector.request.headers.push_back({header.name.GetString(), header.value.GetString()});
  }
  vector.keys.access_key = Text(json, "ak");
  vector.keys.secret_key = Secret(Text(json, "sk"));
  for (const std::string_view name : Split(json["signed_headers"].GetString(), ';')) {
    vector.signed_headers.emplace_back(name);
  }
  vector.expected = {Text(json, "canonical_request"), Text(json, "string_to_sign"),
                     Text(json, "signature"), Text(json, "authorization")};
  return vector;
}

std::vector<SigningVector> ReadVectors() {
  const std::string file = testing::ReadTestFile("data/signing.json");
  rapidjson::Document document;
  document.Parse(file.data(), file.size());
  std::vector<SigningVector> vectors;
  for (const rapidjson::Value& json : document["vectors"].GetArray()) {
    vectors.push_back(ReadVector(json));
  }
  return vectors;
}

class SigningVectorTest : public ::testing::TestWithParam<SigningVector> {};

TEST_P(SigningVectorTest, IsReproduced) {
  const auto signature =
      ComputeSignature(GetParam().request, GetParam().keys, GetParam().signed_headers);

  ASSERT_THAT(signature, IsOk());
  EXPECT_EQ(signature->canonical_request, GetParam().expected.canonical_request);
  EXPECT_EQ(signature->string_to_sign, GetParam().expected.string_to_sign);
  EXPECT_EQ(signature->signature, GetParam().expected.signature);
  EXPECT_EQ(signature->authorization, GetParam().expected.authorization);
}

TEST_P(SigningVectorTest, ChangesWithEachSignedPart) {
  const SigningVector& vector = GetParam();
  std::vector<std::pair<std::string, SigningVector>> variants;
  const auto vary = [&](const std::string& what) -> SigningVector& {
    return variants.emplace_back(what, vector).second;
  };
  vary("method").request.method[0] ^= 1;
  vary("path").request.url.insert(vector.request.url.find_first_of("/?", 8) == std::string::npos
                                      ? vector.request.url.size()
                                      : vector.request.url.find_first_of("/?", 8),
                                  "/x");
  vary("query").request.url += vector.request.url.find('?') == std::string::npos ? "?x=1" : "&x=1";
  vary("secret key").keys.secret_key = Secret(std::string(vector.keys.secret_key.Reveal()) + "x");
  if (FindHeader(vector.request.headers, "X-Sdk-Content-Sha256") == nullptr) {
    vary("body").request.body += 'x';
  }
  for (const std::string& name : vector.signed_headers) {
    const std::string* value = FindHeader(vector.request.headers, name);
    if (value != nullptr) SetHeader(vary(name).request.headers, name, *value + "1");
  }

  for (const auto& [what, variant] : variants) {
    const auto signature = ComputeSignature(variant.request, variant.keys, variant.signed_headers);

    ASSERT_THAT(signature, IsOk()) << what;
    EXPECT_NE(signature->signature, vector.expected.signature) << what;
  }
}

INSTANTIATE_TEST_SUITE_P(Vectors, SigningVectorTest, ::testing::ValuesIn(ReadVectors()),
                         [](const auto& test) {
                           std::string name;
                           for (const char c : test.param.name) {
                             if (c != '-') name += c;
                           }
                           return name;
                         });

TEST(RequestSignerTest, HasEveryVector) {
  EXPECT_EQ(ReadVectors().size(), 50U);
}

constexpr Timestamp kNow = FromEpochMillis(1'717'205'096'789);  // 2024-06-01T01:24:56.789Z

AccessKeys PermanentKeys() {
  return {"AK", Secret("SK"), Secret()};
}

HttpRequest GetRequest() {
  HttpRequest request;
  request.url = "https://Pipeline.example.test:8443/v5/x?limit=1";
  return request;
}

TEST(RequestSignerTest, SignsHostAndDate) {
  HttpRequest request = GetRequest();

  ASSERT_THAT(SignRequest(request, PermanentKeys(), kNow), IsOk());

  EXPECT_THAT(FindHeader(request.headers, "Host"),
              Pointee(std::string("pipeline.example.test:8443")));
  EXPECT_THAT(FindHeader(request.headers, "X-Sdk-Date"), Pointee(std::string("20240601T012456Z")));
  EXPECT_THAT(FindHeader(request.headers, "X-Security-Token"), IsNull());
  EXPECT_THAT(FindHeader(request.headers, "Authorization"),
              Pointee(HasSubstr("SDK-HMAC-SHA256 Access=AK, SignedHeaders=host;x-sdk-date, ")));
}

TEST(RequestSignerTest, SignsContentTypeAndSecurityToken) {
  HttpRequest request = GetRequest();
  request.method = "POST";
  request.body = "{}";
  request.headers.push_back({"Content-Type", "application/json"});
  AccessKeys keys = PermanentKeys();
  keys.security_token = Secret("TOKEN");

  ASSERT_THAT(SignRequest(request, keys, kNow), IsOk());

  EXPECT_THAT(FindHeader(request.headers, "X-Security-Token"), Pointee(std::string("TOKEN")));
  EXPECT_THAT(FindHeader(request.headers, "Authorization"),
              Pointee(HasSubstr("SignedHeaders=content-type;host;x-sdk-date;x-security-token, ")));
}

TEST(RequestSignerTest, ReplacesWhatAnEarlierAttemptAdded) {
  HttpRequest again = GetRequest();
  AccessKeys temporary = {"AK2", Secret("SK2"), Secret("TOKEN")};
  ASSERT_THAT(SignRequest(again, temporary, kNow), IsOk());
  HttpRequest once = GetRequest();
  const Timestamp later = kNow + std::chrono::minutes(1);

  ASSERT_THAT(SignRequest(again, PermanentKeys(), later), IsOk());
  ASSERT_THAT(SignRequest(once, PermanentKeys(), later), IsOk());

  EXPECT_THAT(again.headers, ::testing::UnorderedElementsAreArray(once.headers));
}

TEST(RequestSignerTest, IgnoresOuterSpacesOfHeaders) {
  HttpRequest plain = GetRequest();
  plain.headers = {{"X-Sdk-Date", "20240601T012456Z"}, {"X-Note", "a  b"}};
  HttpRequest padded = plain;
  padded.headers[1].value = " \ta  b ";

  const auto expected = ComputeSignature(plain, PermanentKeys(), {"X-Sdk-Date", "X-Note"});
  const auto actual = ComputeSignature(padded, PermanentKeys(), {"x-note", "x-sdk-date"});

  ASSERT_THAT(expected, IsOk());
  ASSERT_THAT(actual, IsOk());
  EXPECT_EQ(actual->signature, expected->signature);
}

TEST(RequestSignerTest, DecodesPathAndQueryBeforeEncoding) {
  HttpRequest request;
  request.headers = {{"X-Sdk-Date", "20240601T012456Z"}};
  request.url = "https://a.test/v5/%7ename(1)//%2f/?b=%7e&a=(2)&&c";

  const auto signature = ComputeSignature(request, PermanentKeys(), {"x-sdk-date"});

  ASSERT_THAT(signature, IsOk());
  EXPECT_THAT(signature->canonical_request,
              HasSubstr("GET\n/v5/~name%281%29//%2F/\na=%282%29&b=~&c=\n"));
}

TEST(RequestSignerTest, RefusesToSignWithoutKeys) {
  HttpRequest request = GetRequest();

  EXPECT_THAT(SignRequest(request, {"", Secret("SK"), Secret()}, kNow),
              StatusIs(StatusCode::kCredentials));
  EXPECT_THAT(SignRequest(request, {"AK", Secret(), Secret()}, kNow),
              StatusIs(StatusCode::kCredentials));
  EXPECT_THAT(request.headers, ::testing::IsEmpty());
}

TEST(RequestSignerTest, RefusesWhatItCannotSign) {
  HttpRequest request = GetRequest();
  EXPECT_THAT(ComputeSignature(request, PermanentKeys(), {"host", "x-sdk-date"}),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("X-Sdk-Date")));
  request.headers = {{"X-Sdk-Date", "20240601T012456Z"}};
  EXPECT_THAT(ComputeSignature(request, PermanentKeys(), {"host"}),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("X-Sdk-Date")));
  EXPECT_THAT(ComputeSignature(request, PermanentKeys(), {"x-sdk-date", "X-Missing"}),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("x-missing")));
  request.url = "https://user:secret@a.test/";
  EXPECT_THAT(SignRequest(request, PermanentKeys(), kNow),
              StatusIs(StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("malformed URL"), Not(HasSubstr("secret")))));
}

}  // namespace
}  // namespace codearts
