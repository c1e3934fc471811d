#include "base/http_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace codearts {
namespace {

using ::testing::ElementsAre;
using ::testing::IsNull;
using ::testing::Pointee;

TEST(HttpMessageTest, FindsHeadersWithoutRegardToCase) {
  const std::vector<HttpHeader> headers = {{"Retry-After", "3"}, {"retry-after", "9"}};

  EXPECT_THAT(FindHeader(headers, "RETRY-AFTER"), Pointee(std::string("3")));
  EXPECT_THAT(FindHeader(headers, "Retry"), IsNull());
}

TEST(HttpMessageTest, SetsAndReplacesHeaders) {
  std::vector<HttpHeader> headers = {{"Host", "a"}};

  SetHeader(headers, "X-Auth-Token", "t");
  SetHeader(headers, "HOST", "b");

  EXPECT_THAT(headers, ElementsAre(HttpHeader{"Host", "b"}, HttpHeader{"X-Auth-Token", "t"}));
}

}  // namespace
}  // namespace codearts
