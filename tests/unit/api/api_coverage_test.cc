// docs/api-coverage.md says of every documented field what becomes of it.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "support/test_data.h"

namespace codearts {
namespace {

using ::codearts::testing::ReadTestFile;

// Fields in order, by table.
using Tables = std::map<std::string, std::vector<std::string>>;

Tables DocumentedFields() {
  Tables tables;
  const std::string list = ReadTestFile("data/run_detail_fields.txt");
  for (const std::string_view line : Split(list, '\n')) {
    if (line.empty() || line.front() == '#') continue;
    const std::vector<std::string_view> words = Split(line, ' ');
    tables[std::string(words.at(0))].emplace_back(words.at(1));
  }
  return tables;
}

// Reads the first column of the sections "## Table N: ...". A row without a reason is a failure.
Tables CoveredFields(const std::string& page) {
  Tables tables;
  std::string table;
  for (const std::string_view line : Split(page, '\n')) {
    if (line.starts_with("## ")) {
      const bool numbered = line.starts_with("## Table ");
      table = numbered ? line.substr(9, line.find(':') - 9) : std::string_view();
    }
    if (table.empty() || !line.starts_with("| `")) continue;
    const std::vector<std::string_view> cells = Split(line, '|');
    EXPECT_EQ(cells.size(), 4U) << line;
    EXPECT_FALSE(TrimWhitespace(cells.at(2)).empty()) << line;
    const std::string_view field = TrimWhitespace(cells.at(1));
    tables[table].emplace_back(field.substr(1, field.size() - 2));
  }
  return tables;
}

TEST(ApiCoverageTest, CoversEveryFieldOfTheDocumentedPageInItsOrder) {
  const Tables documented = DocumentedFields();
  ASSERT_EQ(documented.size(), 9U);

  EXPECT_EQ(CoveredFields(ReadTestFile("../docs/api-coverage.md")), documented);
}

TEST(ApiCoverageTest, NamesOnlyMetricsOfTheCatalogue) {
  const std::string page = ReadTestFile("../docs/api-coverage.md");
  const std::string catalogue = ReadTestFile("../src/metrics/catalogue.cc");
  std::set<std::string> names;
  for (const std::string_view part : Split(page, '`')) {
    if (part.starts_with("codearts_")) names.emplace(part);
  }
  EXPECT_GT(names.size(), 20U);
  for (const std::string& name : names) {
    EXPECT_NE(catalogue.find('"' + name + '"'), std::string::npos) << name;
  }
}

// The bodies of the tests hold no field that the page leaves out.
TEST(ApiCoverageTest, CoversEveryFieldOfTheExample) {
  const Tables documented = DocumentedFields();
  std::set<std::string> fields;
  for (const auto& [table, names] : documented) fields.insert(names.begin(), names.end());
  const std::string example = ReadTestFile("data/run_detail_documented_example.json");
  for (const std::string_view line : Split(example, '\n')) {
    const std::string_view member = TrimWhitespace(line);
    if (!member.starts_with('"')) continue;
    const std::string name(member.substr(1, member.find('"', 1) - 1));
    EXPECT_TRUE(fields.contains(name)) << name;
  }
}

}  // namespace
}  // namespace codearts
