#include "simulator/signature.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/http_message.h"
#include "base/text.h"
#include "base/time_format.h"
#include "simulator/access.h"
#include "support/test_data.h"

namespace codearts::sim {
namespace {

// A request signed by an official SDK. Source: tests/data/signing.json.
struct Vector {
  std::string name;
  std::string secret_key;
  Timestamp date;
  std::string canonical_request;
  std::string authorization;
  Request request;
};

std::string PathAndQueryOf(std::string_view url) {
  const std::size_t host = url.find("://") + 3;
  const std::size_t path = url.find_first_of("/?", host);
  return path == std::string_view::npos ? "" : std::string(url.substr(path));
}

Vector ReadVector(const rapidjson::Value& value) {
  Vector vector;
  vector.name = value["name"].GetString();
  vector.secret_key = value["sk"].GetString();
  vector.date = ParseSdkDate(value["date"].GetString()).value_or(Timestamp());
  vector.canonical_request = value["canonical_request"].GetString();
  vector.authorization = value["authorization"].GetString();
  vector.request.method = value["method"].GetString();
  const std::string target = PathAndQueryOf(value["url"].GetString());
  vector.request.path = target.substr(0, target.find('?'));
  if (target.find('?') != std::string::npos) {
    vector.request.query = target.substr(target.find('?') + 1);
  }
  for (const auto& header : value["headers_out"].GetObject()) {
    vector.request.headers.push_back({header.name.GetString(), header.value.GetString()});
  }
  if (value["body"].IsString()) vector.request.body = value["body"].GetString();
  return vector;
}

std::vector<Vector> ReadVectors() {
  const std::string text = testing::ReadTestFile("data/signing.json");
  rapidjson::Document document;
  document.Parse(text.data(), text.size());
  std::vector<Vector> vectors;
  for (const rapidjson::Value& value : document["vectors"].GetArray()) {
    vectors.push_back(ReadVector(value));
  }
  return vectors;
}

SignatureVerdict Verify(const Vector& vector, const Request& request) {
  const std::string* header = FindHeader(request.headers, "Authorization");
  const auto authorization = ParseAuthorization(header == nullptr ? "" : *header);
  if (!authorization) return SignatureVerdict::kMismatch;
  return VerifySignature(request, *authorization, vector.secret_key, vector.date);
}

void FlipLast(std::string& text) {
  text.back() = static_cast<char>(text.back() ^ 1);
}

// Every vector with one byte flipped in the place named.
struct Flip {
  std::string place;
  Request request;
};

std::vector<Flip> FlipsOf(const Vector& vector) {
  std::vector<Flip> flips;
  const auto add = [&](const std::string& place, auto change) {
    Flip flip{place, vector.request};
    change(flip.request);
    flips.push_back(flip);
  };
  add("method", [](Request& request) { FlipLast(request.method); });
  if (vector.request.path.size() > 1) {
    add("path", [](Request& request) { FlipLast(request.path); });
  }
  if (!vector.request.query.empty()) {
    add("query", [](Request& request) { FlipLast(request.query); });
  }
  // The payload's own hash stands in for the body: a changed body passes, by the rules.
  const bool unsigned_payload =
      FindHeader(vector.request.headers, "X-Sdk-Content-Sha256") != nullptr;
  if (!vector.request.body.empty() && !unsigned_payload) {
    add("body", [](Request& request) { FlipLast(request.body); });
  }
  add("signature", [](Request& request) { FlipLast(request.headers.back().value); });
  const auto authorization = ParseAuthorization(vector.authorization);
  for (const std::string_view name : Split(authorization->signed_headers, ';')) {
    const std::string* value = FindHeader(vector.request.headers, name);
    std::string flipped = *value + "1";
    if (!value->empty()) {
      flipped = *value;
      FlipLast(flipped);
    }
    add("header " + std::string(name),
        [&](Request& request) { SetHeader(request.headers, name, flipped); });
  }
  return flips;
}

TEST(SignatureTest, AcceptsWhatOfficialSdksSign) {
  const std::vector<Vector> vectors = ReadVectors();
  ASSERT_GE(vectors.size(), 50u);
  for (const Vector& vector : vectors) {
    EXPECT_EQ(Verify(vector, vector.request), SignatureVerdict::kValid) << vector.name << "\n"
                                                                        << vector.canonical_request;
  }
}

TEST(SignatureTest, BuildsTheirCanonicalRequests) {
  for (const Vector& vector : ReadVectors()) {
    const auto authorization = ParseAuthorization(vector.authorization);
    ASSERT_TRUE(authorization) << vector.name;
    EXPECT_EQ(CanonicalRequest(vector.request, authorization->signed_headers),
              vector.canonical_request)
        << vector.name;
  }
}

TEST(SignatureTest, RefusesOneFlippedByteAnywhere) {
  for (const Vector& vector : ReadVectors()) {
    for (const Flip& flip : FlipsOf(vector)) {
      EXPECT_NE(Verify(vector, flip.request), SignatureVerdict::kValid)
          << vector.name << ": " << flip.place;
    }
    Vector other_key = vector;
    FlipLast(other_key.secret_key);
    EXPECT_EQ(Verify(other_key, vector.request), SignatureVerdict::kMismatch) << vector.name;
  }
}

TEST(SignatureTest, RefusesAFlippedAccessKey) {
  const TokenService no_tokens({});
  for (const Vector& vector : ReadVectors()) {
    AccessControl access(no_tokens);
    access.AddKey(ParseAuthorization(vector.authorization)->access_key, vector.secret_key);
    EXPECT_EQ(access.Refuse(vector.request, vector.date), std::nullopt) << vector.name;

    Request request = vector.request;
    std::string& header = request.headers.back().value;
    const std::size_t key = header.find("Access=") + 7;
    header[key] = static_cast<char>(header[key] ^ 1);
    const auto reason = access.Refuse(request, vector.date);
    ASSERT_TRUE(reason) << vector.name;
    EXPECT_TRUE(reason->ends_with("not exist")) << *reason;
  }
}

TEST(SignatureTest, AcceptsFifteenMinutesEitherWay) {
  Vector vector = ReadVectors().front();
  const Timestamp date = vector.date;
  for (const int seconds : {-900, 900}) {
    vector.date = date + std::chrono::seconds(seconds);
    EXPECT_EQ(Verify(vector, vector.request), SignatureVerdict::kValid) << seconds;
    vector.date += Duration(seconds > 0 ? 1 : -1);
    EXPECT_EQ(Verify(vector, vector.request), SignatureVerdict::kExpired) << seconds;
  }
}

TEST(SignatureTest, WantsTheDateAmongTheSignedHeaders) {
  const Vector vector = ReadVectors().front();
  Request request = vector.request;
  std::string& header = request.headers.back().value;
  const std::size_t at = header.find(";x-sdk-date");
  ASSERT_NE(at, std::string::npos);
  header.erase(at, 11);
  EXPECT_EQ(Verify(vector, request), SignatureVerdict::kNoDate);
}

TEST(SignatureTest, ReadsPathAndQueryHoweverTheyAreEncoded) {
  Request encoded{"GET", "/a%7E%2Ab", "k=%21%28x%29", {}, ""};
  Request plain{"GET", "/a~*b", "k=!(x)", {}, ""};
  EXPECT_EQ(CanonicalRequest(encoded, "x-sdk-date"), CanonicalRequest(plain, "x-sdk-date"));
}

TEST(SignatureTest, RefusesOtherAuthorizations) {
  EXPECT_FALSE(ParseAuthorization(""));
  EXPECT_FALSE(ParseAuthorization("Basic YTpi"));
  EXPECT_FALSE(ParseAuthorization("SDK-HMAC-SHA256"));
  EXPECT_FALSE(ParseAuthorization("SDK-HMAC-SHA256 Access=a, SignedHeaders=b"));
  EXPECT_FALSE(ParseAuthorization("SDK-HMAC-SM3 Access=a, SignedHeaders=b, Signature=c"));
}

}  // namespace
}  // namespace codearts::sim
