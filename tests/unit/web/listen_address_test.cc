#include "web/listen_address.h"

#include <gmock/gmock.h>

#include "support/status_matchers.h"

namespace codearts {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

TEST(ParseListenAddressTest, ReadsEveryForm) {
  const std::vector<std::pair<std::string, ListenAddress>> cases = {
      {":10440", {"", 10440}},
      {"127.0.0.1:0", {"127.0.0.1", 0}},
      {"localhost:65535", {"localhost", 65535}},
      {"my_host-1.example:80", {"my_host-1.example", 80}},
      {"[::1]:10440", {"::1", 10440}},
      {"[::]:10440", {"::", 10440}},
      {"[::ffff:127.0.0.1]:1", {"::ffff:127.0.0.1", 1}},
  };
  for (const auto& [text, expected] : cases) {
    const Result<ListenAddress> address = ParseListenAddress(text);
    ASSERT_THAT(address, IsOk()) << text;
    EXPECT_EQ(*address, expected) << text;
    EXPECT_EQ(FormatListenAddress(*address), text);
  }
}

TEST(ParseListenAddressTest, SaysWhatIsWrongAndHowToWriteIt) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "it has no port"},
      {"10440", "it has no port"},
      {"localhost", "it has no port"},
      {":", "the port is not a number from 0 to 65535"},
      {":http", "the port is not a number"},
      {":65536", "the port is not a number"},
      {":-1", "the port is not a number"},
      {":+80", "the port is not a number"},
      {":80s", "the port is not a number"},
      {": 80", "the port is not a number"},
      {"::1:80", "an IPv6 address needs brackets"},
      {"[::1:80", "an IPv6 address needs brackets"},
      {"[]:80", "the host is not a name"},
      {"[::1%eth0]:80", "the host is not a name"},
      {"[local]:80", "the host is not a name"},
      {"host,127.0.0.1:80", "the host is not a name"},
      {"http://host:80", "an IPv6 address needs brackets"},
      {"a b:80", "the host is not a name"},
      {"127.0.0.1:80,:81", "an IPv6 address needs brackets"},
  };
  for (const auto& [text, problem] : cases) {
    EXPECT_THAT(ParseListenAddress(text),
                StatusIs(StatusCode::kInvalidArgument,
                         AllOf(HasSubstr("\"" + text + "\""), HasSubstr(problem),
                               HasSubstr("write it as :10440"))))
        << text;
  }
}

}  // namespace
}  // namespace codearts
