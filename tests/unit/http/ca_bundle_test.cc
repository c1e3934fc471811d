#include "http/ca_bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include "support/status_matchers.h"
#include "support/temp_dir.h"

namespace codearts {
namespace {

using ::codearts::testing::IsOk;
using ::codearts::testing::StatusIs;
using ::codearts::testing::TempDir;
using ::testing::HasSubstr;

constexpr const char* kSystem = "-----BEGIN CERTIFICATE-----\nsystem\n-----END CERTIFICATE-----";
constexpr const char* kExtra = "-----BEGIN CERTIFICATE-----\nextra\n-----END CERTIFICATE-----\n";

std::string Contents(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(CaBundleTest, IsTheSystemsFileWithoutAnother) {
  const auto bundle = CaBundle::Create("/etc/system.pem", "");

  ASSERT_THAT(bundle, IsOk());
  EXPECT_EQ(bundle->path(), "/etc/system.pem");
}

TEST(CaBundleTest, MergesBothFilesIntoOneThatCanBeReadAgainAndAgain) {
  const TempDir folder;
  auto created =
      CaBundle::Create(folder.Write("system.pem", kSystem), folder.Write("extra.pem", kExtra));
  ASSERT_THAT(created, IsOk());

  const CaBundle bundle = *std::move(created);

  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(Contents(bundle.path()), std::string(kSystem) + "\n" + kExtra);
  }
}

TEST(CaBundleTest, IsTheOtherFileWhereTheSystemHasNone) {
  const TempDir folder;
  const std::string extra = folder.Write("extra.pem", kExtra);

  const auto bundle = CaBundle::Create(folder.PathOf("missing.pem"), extra);

  ASSERT_THAT(bundle, IsOk());
  EXPECT_EQ(bundle->path(), extra);
}

TEST(CaBundleTest, RefusesAFileWithoutCertificates) {
  const TempDir folder;
  const std::string system = folder.Write("system.pem", kSystem);

  EXPECT_THAT(CaBundle::Create(system, folder.PathOf("missing.pem")),
              StatusIs(StatusCode::kInvalidArgument,
                       folder.PathOf("missing.pem") + ": No such file or directory"));
  EXPECT_THAT(CaBundle::Create(system, folder.Write("key.pem", "text")),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("holds no PEM certificate")));
}

}  // namespace
}  // namespace codearts
