#include "auth/watched_secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "support/status_matchers.h"
#include "support/temp_dir.h"

namespace codearts {
namespace {

using ::codearts::testing::IsOk;
using ::codearts::testing::StatusIs;
using ::codearts::testing::TempDir;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

SecretSource FromFile(const std::string& path) {
  return {Secret("as configured"), path};
}

bool ReadsAgain(WatchedSecret& secret) {
  const auto read_again = secret.Refresh();
  EXPECT_THAT(read_again, IsOk());
  return read_again.ok() && *read_again;
}

TEST(WatchedSecretTest, AGivenValueStays) {
  WatchedSecret secret({Secret("given"), ""});

  EXPECT_FALSE(ReadsAgain(secret));
  EXPECT_EQ(secret.value().Reveal(), "given");
}

TEST(WatchedSecretTest, ReadsItsFileOnce) {
  const TempDir folder;
  WatchedSecret secret(FromFile(folder.Write("sk", "first\n")));

  EXPECT_TRUE(ReadsAgain(secret));
  EXPECT_EQ(secret.value().Reveal(), "first");
  EXPECT_FALSE(ReadsAgain(secret));
}

TEST(WatchedSecretTest, SeesAReplacedFileOfTheSameSizeAndTime) {
  const TempDir folder;
  const std::string path = folder.Write("sk", "first");
  WatchedSecret secret(FromFile(path));
  ASSERT_TRUE(ReadsAgain(secret));
  const auto time = std::filesystem::last_write_time(path);

  folder.Write("sk", "other");
  std::filesystem::last_write_time(path, time);

  EXPECT_TRUE(ReadsAgain(secret));
  EXPECT_EQ(secret.value().Reveal(), "other");
}

TEST(WatchedSecretTest, SeesAFileWrittenInPlace) {
  const TempDir folder;
  const std::string path = folder.Write("sk", "first");
  WatchedSecret secret(FromFile(path));
  ASSERT_TRUE(ReadsAgain(secret));
  const auto time = std::filesystem::last_write_time(path);

  std::ofstream(path) << "other";
  std::filesystem::last_write_time(path, time + std::chrono::nanoseconds(1));

  EXPECT_TRUE(ReadsAgain(secret));
  EXPECT_EQ(secret.value().Reveal(), "other");
}

TEST(WatchedSecretTest, FollowsASwitchedLinkAsKubernetesSwitchesThem) {
  const TempDir folder;
  folder.Write("one", "first");
  folder.Write("two", "other");
  std::filesystem::create_symlink("one", folder.PathOf("sk"));
  WatchedSecret secret(FromFile(folder.PathOf("sk")));
  ASSERT_TRUE(ReadsAgain(secret));

  std::filesystem::create_symlink("two", folder.PathOf("sk.new"));
  std::filesystem::rename(folder.PathOf("sk.new"), folder.PathOf("sk"));

  EXPECT_TRUE(ReadsAgain(secret));
  EXPECT_EQ(secret.value().Reveal(), "other");
}

TEST(WatchedSecretTest, NamesAFileThatIsGoneAndRecovers) {
  const TempDir folder;
  const std::string path = folder.Write("sk", "first");
  WatchedSecret secret(FromFile(path));
  ASSERT_TRUE(ReadsAgain(secret));

  std::filesystem::remove(path);
  EXPECT_THAT(secret.Refresh(),
              StatusIs(StatusCode::kCredentials, path + ": No such file or directory"));
  EXPECT_EQ(secret.value().Reveal(), "first");

  folder.Write("sk", "second");
  EXPECT_TRUE(ReadsAgain(secret));
  EXPECT_EQ(secret.value().Reveal(), "second");
}

TEST(WatchedSecretTest, KeepsTheLastGoodValueWhenTheFileHoldsNone) {
  const TempDir folder;
  WatchedSecret secret(FromFile(folder.Write("sk", "first")));
  ASSERT_TRUE(ReadsAgain(secret));

  folder.Write("sk", "two\nlines");

  EXPECT_THAT(secret.Refresh(), StatusIs(StatusCode::kCredentials,
                                         AllOf(HasSubstr("/sk: "), Not(HasSubstr("lines")))));
  // Not only the first time.
  EXPECT_THAT(secret.Refresh(), StatusIs(StatusCode::kCredentials));
  EXPECT_EQ(secret.value().Reveal(), "first");
}

}  // namespace
}  // namespace codearts
