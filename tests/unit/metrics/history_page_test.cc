#include "metrics/history_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/run_builder.h"

namespace codearts {
namespace {

using testing::At;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RunBuilder;
using testing::Summarize;

std::string Render(std::vector<RunSummary> runs) {
  ProjectHistory project;
  project.name = "shop";
  project.pipelines.push_back({{"p1"}, "deploy", std::move(runs)});
  return RenderHistory({project}, {At(0), {{"job", "codearts"}}});
}

std::string Line(std::string_view name, std::string_view more, std::string_view rest) {
  std::string line(name);
  line += "{job=\"codearts\",project=\"shop\",pipeline=\"deploy\",pipeline_id=\"p1\"";
  line += more;
  line += "} ";
  line += rest;
  return line + "\n";
}

constexpr std::string_view kRuns = "codearts_pipeline_runs_total";
constexpr std::string_view kSuccess = R"(,result="success")";

TEST(RenderHistoryTest, StepsUpAtTheEndOfEachRun) {
  const std::string page =
      Render({Summarize(RunBuilder(1).Started(At(10)).Completed(At(100)).Build()),
              Summarize(RunBuilder(2).Started(At(150)).Completed(At(200)).Build())});

  EXPECT_THAT(
      page,
      HasSubstr(Line(kRuns, kSuccess, "0 1717199999") + Line(kRuns, kSuccess, "0 1717200099") +
                Line(kRuns, kSuccess, "1 1717200100") + Line(kRuns, kSuccess, "1 1717200199") +
                Line(kRuns, kSuccess, "2 1717200200")));
  EXPECT_THAT(page,
              HasSubstr(Line("codearts_pipeline_last_run_duration_seconds", "", "90 1717200100") +
                        Line("codearts_pipeline_last_run_duration_seconds", "", "50 1717200200")));
  EXPECT_THAT(page, ::testing::EndsWith("# EOF\n"));
}

TEST(RenderHistoryTest, TakesRunsThatEndInTheSameSecondForOneStep) {
  const std::string page =
      Render({Summarize(RunBuilder(1).Started(At(10)).Completed(At(100)).Build()),
              Summarize(RunBuilder(2).Started(At(20)).Completed(At(100)).Build())});

  EXPECT_THAT(page, HasSubstr(Line(kRuns, kSuccess, "2 1717200100")));
  EXPECT_THAT(page, Not(HasSubstr(Line(kRuns, kSuccess, "1 1717200100"))));
}

TEST(RenderHistoryTest, CountsFromTheFirstSecondOn) {
  const std::string page =
      Render({Summarize(RunBuilder(1).Started(At(-10)).Completed(At(0)).Build())});

  EXPECT_THAT(page, HasSubstr(Line(kRuns, kSuccess, "0 1717199999") +
                              Line(kRuns, kSuccess, "1 1717200000")));
}

}  // namespace
}  // namespace codearts
