#include "web/status_texts.h"

#include <gmock/gmock.h>

#include <string>

namespace codearts {
namespace {

TEST(StatusTextsTest, PrefersWhatTheBrowserLikesBest) {
  EXPECT_EQ(PreferredLanguage("zh-CN,zh;q=0.9,en;q=0.8"), Language::kChinese);
  EXPECT_EQ(PreferredLanguage("en-GB, zh;q=0.9"), Language::kEnglish);
  EXPECT_EQ(PreferredLanguage("fr, zh;q=0.5, en;q=0.7"), Language::kEnglish);
  EXPECT_EQ(PreferredLanguage("ZH"), Language::kChinese);
  EXPECT_EQ(PreferredLanguage("zh;q=0.5,en;q=0.5"), Language::kChinese);
}

TEST(StatusTextsTest, IsEnglishWhereNothingElseIsLiked) {
  for (const char* header : {"", "fr", "*", "zh;q=0", "zh;level=1", ";;,,", "zhuang"}) {
    EXPECT_EQ(PreferredLanguage(header), Language::kEnglish) << header;
  }
}

TEST(StatusTextsTest, HasAWordForEveryStatusAndReason) {
  for (const Language language : {Language::kEnglish, Language::kChinese}) {
    for (int i = 0; i < static_cast<int>(ExecutionStatus::kUnknown); ++i) {
      const auto status = static_cast<ExecutionStatus>(i);
      EXPECT_NE(StatusText(status, language), StatusText(ExecutionStatus::kUnknown, language))
          << ExecutionStatusName(status);
    }
    EXPECT_NE(ReasonText(StatusCode::kUnauthenticated, language),
              ReasonText(StatusCode::kPermissionDenied, language));
  }
  EXPECT_EQ(StatusText(ExecutionStatus::kFailed, Language::kChinese), "失败");
}

}  // namespace
}  // namespace codearts
