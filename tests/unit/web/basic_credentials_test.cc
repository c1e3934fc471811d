#include "web/basic_credentials.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace codearts {
namespace {

std::optional<BasicCredentials> Find(const std::vector<std::string>& values) {
  WebRequest request;
  for (const std::string& value : values) request.headers.push_back({"authorization", value});
  return FindBasicCredentials(request);
}

std::string Pair(const std::string& value) {
  const std::optional<BasicCredentials> found = Find({value});
  return found ? found->user + " " + std::string(found->password.Reveal()) : "none";
}

TEST(BasicCredentialsTest, DecodesUserAndPassword) {
  EXPECT_EQ(Pair("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), "Aladdin open sesame");
  EXPECT_EQ(Pair("bAsIc  YTpiOmM="), "a b:c");
  EXPECT_EQ(Pair("Basic Og=="), " ");
  EXPECT_EQ(Pair("Basic YTpi"), "a b");
}

TEST(BasicCredentialsTest, RefusesWhatIsMalformed) {
  for (const char* value : {"", "Basic", "Basic ", "Basic =", "Basic ====", "Basic YTpiOmM",
                            "Basic YT piOmM=", "Basic YTp=OmM=", "Basic YTpiOm!=", "Basic YWFh",
                            "Bearer YTpiOmM=", "BasicYTpiOmM="}) {
    EXPECT_EQ(Pair(value), "none") << value;
  }
}

TEST(BasicCredentialsTest, ReadsWhatItMade) {
  const HttpHeader header = MakeAuthorization({"Aladdin", Secret("open sesame")});

  EXPECT_EQ(header.name, "Authorization");
  EXPECT_EQ(header.value, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(Pair(MakeAuthorization({"a", Secret("b:c")}).value), "a b:c");
}

TEST(BasicCredentialsTest, NeedsExactlyOneHeader) {
  EXPECT_FALSE(Find({}));
  EXPECT_FALSE(Find({"Basic YTpi", "Basic YTpi"}));
}

}  // namespace
}  // namespace codearts
