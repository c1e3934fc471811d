#include "config/yaml_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace codearts {
namespace {

using ::testing::HasSubstr;
using Kind = YamlNode::Kind;

// Returns the problem, or "" if the text is accepted.
std::string ProblemOf(std::string_view text) {
  const YamlDocument document = ParseYaml(text);
  return document.error ? document.error->problem : "";
}

TEST(YamlTreeTest, KeepsKindsTextsAndLines) {
  const YamlDocument document =
      ParseYaml("# comment\na: 1\nb:\n  - x\n  - {c: ~}\n\"d\": '${e}'\n");

  ASSERT_FALSE(document.error);
  ASSERT_EQ(document.root.kind, Kind::kMap);
  ASSERT_EQ(document.root.entries.size(), 3U);
  const YamlEntry* a = FindEntry(&document.root, "a");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->value.kind, Kind::kScalar);
  EXPECT_EQ(a->value.text, "1");
  EXPECT_EQ(a->value.line, 2);
  const YamlEntry* b = FindEntry(&document.root, "b");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->value.line, 3);  // Of the key, not of the first item.
  ASSERT_EQ(b->value.items.size(), 2U);
  EXPECT_EQ(b->value.items[1].line, 5);
  EXPECT_EQ(b->value.items[1].entries[0].value.kind, Kind::kNull);
  EXPECT_EQ(document.root.entries[2].key, "d");
  EXPECT_EQ(document.root.entries[2].value.text, "${e}");
  EXPECT_EQ(FindEntry(&document.root, "e"), nullptr);
  EXPECT_EQ(FindEntry(nullptr, "a"), nullptr);
}

TEST(YamlTreeTest, KeepsDuplicateKeys) {
  const YamlDocument document = ParseYaml("a: 1\na: 2\n");

  ASSERT_EQ(document.root.entries.size(), 2U);
  EXPECT_EQ(document.root.entries[1].value.text, "2");
}

TEST(YamlTreeTest, EmptyTextsAreNull) {
  for (const std::string_view text : {"", "\n", "# only a comment\n", "---\n", "--- ~\n...\n"}) {
    const YamlDocument document = ParseYaml(text);
    EXPECT_FALSE(document.error) << text;
    EXPECT_EQ(document.root.kind, Kind::kNull) << text;
  }
}

TEST(YamlTreeTest, NamesTheLineOfWhatIsWrong) {
  const YamlDocument document = ParseYaml("a: 1\nb: [1, 2\nc: 3\n");

  ASSERT_TRUE(document.error);
  EXPECT_EQ(document.error->line, 3);
  EXPECT_THAT(document.error->problem, HasSubstr("not valid YAML: end of sequence flow not found"));
}

TEST(YamlTreeTest, RefusesBrokenYaml) {
  for (const std::string_view text :
       {"a: b: c", "a: \"b", "a: {b", "\ta: 1", "a:\n\tb: 1", "a: @b", "%YAML 9.9\n---\na: 1",
        "a: *b", "? [a, b]\n: c", "{a: 1}: 2"}) {
    EXPECT_THAT(ProblemOf(text), HasSubstr("not valid YAML")) << text;
  }
}

TEST(YamlTreeTest, RefusesAnchorsAliasesAndFurtherDocuments) {
  EXPECT_THAT(ProblemOf("a: &x 1"), HasSubstr("anchors and aliases are not supported"));
  EXPECT_THAT(ProblemOf("a: &x\nb: 1"), HasSubstr("anchors and aliases are not supported"));
  EXPECT_THAT(ProblemOf("a: &x [1]"), HasSubstr("anchors and aliases are not supported"));
  EXPECT_THAT(ProblemOf("a: &x {b: 1}"), HasSubstr("anchors and aliases are not supported"));
  EXPECT_THAT(ProblemOf("a: !x &y"), HasSubstr("anchors and aliases are not supported"));
  const YamlDocument two = ParseYaml("a: 1\n---\nb: 2\n");
  ASSERT_TRUE(two.error);
  EXPECT_EQ(two.error->line, 2);
  EXPECT_EQ(two.error->problem, "a second document starts here");
  EXPECT_EQ(ProblemOf("- a\nb: 1\n"), "a second document starts here");
}

TEST(YamlTreeTest, RefusesTheBillionLaughs) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int j = 1; j < 9; ++j) bomb += ", " + last;
    bomb += "]\n";
  }
  EXPECT_THAT(ProblemOf(bomb), HasSubstr("anchors and aliases are not supported"));
}

TEST(YamlTreeTest, BoundsTheNesting) {
  const auto nested = [](int depth) {
    const auto count = static_cast<std::size_t>(depth);
    return std::string(count, '[') + std::string(count, ']');
  };
  EXPECT_EQ(ProblemOf(nested(kMaxYamlDepth)), "");
  EXPECT_THAT(ProblemOf(nested(kMaxYamlDepth + 1)), HasSubstr("nested too deeply"));
}

TEST(YamlTreeTest, SurvivesLongRunsOfAnyToken) {
  constexpr std::size_t kLength = std::size_t{16} << 10U;
  for (const std::string_view piece :
       {"[",   "{",   "]",     "- ",  "? ", ": ",  "a: ",          "{a: ", "[? ",
        "*a ", "&a ", "!a ",   "\"",  "'",  "|\n", "%a\n",         "#",    "\t",
        " ",   "\n",  "---\n", "a\n", "[]", ",",   "\xEF\xBB\xBF", "\\"}) {
    std::string text;
    while (text.size() + piece.size() <= kLength) text += piece;
    ParseYaml(text);  // Returns, whatever it says.
    ParseYaml("[" + text.substr(1));
  }
}

TEST(YamlTreeTest, RefusesWhatIsNotText) {
  EXPECT_EQ(ProblemOf("a: \xFF"), "is not UTF-8 text");
  EXPECT_EQ(ProblemOf(std::string_view("a: \0b", 5)), "is not UTF-8 text; it may be UTF-16");
  EXPECT_EQ(ProblemOf(std::string_view("\xFF\xFE"
                                       "a\0",
                                       4)),
            "is not UTF-8 text; it may be UTF-16");
  EXPECT_EQ(ProblemOf("\x7F"
                      "ELF\x02\x01\x01"),
            "");  // A word, if a strange one.
}

TEST(YamlTreeTest, NamesTheLineThatIsNotUtf8) {
  const YamlDocument gbk = ParseYaml("a: 1\nname: \xB6\xA9\xB5\xA5\n");

  ASSERT_TRUE(gbk.error);
  EXPECT_EQ(gbk.error->line, 2);
  EXPECT_EQ(gbk.error->remedy, "save it as UTF-8, not in GBK or another encoding");
}

TEST(YamlTreeTest, RefusesMoreThanAMebibyte) {
  EXPECT_EQ(ProblemOf(std::string(kMaxYamlBytes, '#')), "");
  EXPECT_EQ(ProblemOf(std::string(kMaxYamlBytes + 1, '#')), "is larger than 1 MiB");
}

}  // namespace
}  // namespace codearts
