#include "config/file_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <string_view>

#include "support/status_matchers.h"
#include "support/temp_dir.h"

namespace codearts {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;
using testing::TempDir;

TEST(FileReaderTest, ReadsWholeFiles) {
  const TempDir dir;
  const std::string text(100'000, 'x');

  const Result<std::string> read = ReadTextFile(dir.Write("f", text), text.size());

  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(*read, text);
}

TEST(FileReaderTest, SaysWhyAFileCannotBeRead) {
  const TempDir dir;
  EXPECT_THAT(ReadTextFile(dir.PathOf("none"), 10),
              StatusIs(StatusCode::kInvalidArgument, "No such file or directory"));
  EXPECT_THAT(ReadTextFile(dir.PathOf(""), 10),
              StatusIs(StatusCode::kInvalidArgument, "Is a directory"));
  EXPECT_THAT(ReadTextFile(dir.Write("f", "12345678901"), 10),
              StatusIs(StatusCode::kInvalidArgument, "larger than 10 bytes"));
}

TEST(FileReaderTest, EndlessFilesEnd) {
  EXPECT_THAT(ReadTextFile("/dev/zero", 1000), StatusIs(StatusCode::kInvalidArgument));
}

TEST(FileReaderTest, RemovesTheByteOrderMarkOfSecrets) {
  const TempDir dir;
  const Result<Secret> secret = ReadSecretFile(dir.Write("f", "\xEF\xBB\xBFs3cret\r\n"));
  ASSERT_THAT(secret, IsOk());
  EXPECT_EQ(secret->Reveal(), "s3cret");
  EXPECT_THAT(ReadSecretFile(dir.Write("f", "\xEF\xBB\xBF\n")),
              StatusIs(StatusCode::kInvalidArgument, "is empty"));
}

TEST(FileReaderTest, RemovesLineEndsFromSecrets) {
  const TempDir dir;
  for (const std::string_view text : {"s3cret", "s3cret\n", "s3cret\r\n", "s3cret\n\n"}) {
    const Result<Secret> secret = ReadSecretFile(dir.Write("f", text));
    ASSERT_THAT(secret, IsOk());
    EXPECT_EQ(secret->Reveal(), "s3cret");
  }
  const Result<Secret> spaced = ReadSecretFile(dir.Write("f", " a b \n"));
  ASSERT_THAT(spaced, IsOk());
  EXPECT_EQ(spaced->Reveal(), " a b ");
}

TEST(FileReaderTest, RefusesFilesThatHoldNoSecret) {
  const TempDir dir;
  EXPECT_THAT(ReadSecretFile(dir.Write("f", "")),
              StatusIs(StatusCode::kInvalidArgument, "is empty"));
  EXPECT_THAT(ReadSecretFile(dir.Write("f", "\n\n")),
              StatusIs(StatusCode::kInvalidArgument, "is empty"));
  EXPECT_THAT(ReadSecretFile(dir.Write("f", "ak: 1\nsk: 2\n")),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("line break")));
  EXPECT_THAT(ReadSecretFile(dir.Write("f", std::string(200'000, 'x'))),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("larger")));
  EXPECT_THAT(ReadSecretFile(dir.PathOf("none")),
              StatusIs(StatusCode::kInvalidArgument, "No such file or directory"));
}

TEST(FileReaderTest, LongTokensFit) {
  const TempDir dir;
  EXPECT_THAT(ReadSecretFile(dir.Write("f", std::string(100'000, 'x') + "\n")), IsOk());
}

TEST(FileReaderTest, KnowsWhatOthersMayRead) {
  const TempDir dir;
  const std::string path = dir.Write("f", "x");

  ASSERT_EQ(chmod(path.c_str(), 0644), 0);
  EXPECT_TRUE(IsReadableByOthers(path));
  ASSERT_EQ(chmod(path.c_str(), 0640), 0);
  EXPECT_FALSE(IsReadableByOthers(path));
  EXPECT_FALSE(IsReadableByOthers(dir.PathOf("none")));
}

}  // namespace
}  // namespace codearts
