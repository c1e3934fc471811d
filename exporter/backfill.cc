#include "exporter/backfill.h"

#include <fmt/core.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "collect/discovery.h"
#include "collect/history.h"
#include "exporter/check_config.h"
#include "exporter/command_session.h"
#include "exporter/progress.h"
#include "metrics/history_page.h"

namespace codearts {
namespace {

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// Returns what went wrong, "" if nothing did.
std::string WriteTo(const std::string& path, const std::string& text) {
  std::unique_ptr<std::FILE, FileCloser> file;
  std::FILE* out = stdout;
  if (!path.empty()) {
    file.reset(std::fopen(path.c_str(), "w"));
    out = file.get();
  }
  const bool written = out != nullptr &&
                       std::fwrite(text.data(), 1, text.size(), out) == text.size() &&
                       std::fflush(out) == 0;
  if (written) return "";
  return fmt::format("cannot write {}: {}", path.empty() ? "to standard output" : path,
                     std::error_code(errno, std::generic_category()).message());
}

// Reads all projects and keeps what could not be read.
class HistoryCollection {
 public:
  explicit HistoryCollection(Timestamp since) : since_(since) {}

  void Read(CodeArtsApi& api, const RefreshPlan& plan) {
    const auto discovered = DiscoverProjects(api, plan.discoveries, [this](const Status& failure) {
      problems_.push_back(failure.message());
    });
    const auto all = JoinProjects(plan.projects, discovered);
    Progress progress(stderr, "read", "projects");
    progress.Expect(all.size());
    for (const auto& project : all) {
      ReadHistoryOf(api, project, since_, plan.rules->page_size,
                    [this, project, &progress](Result<ProjectHistory> history) {
                      progress.Advance();
                      Take(project->target.project, std::move(history));
                    });
    }
    api.Run({});
  }

  const std::vector<ProjectHistory>& projects() const { return projects_; }
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  void Take(const ProjectId& id, Result<ProjectHistory> history) {
    if (!history.ok()) {
      Note(id, history.status());
      return;
    }
    for (const Status& failure : history->failures) Note(id, failure);
    projects_.push_back(std::move(*history));
  }

  void Note(const ProjectId& id, const Status& failure) {
    problems_.push_back(fmt::format("project {}: {}", id.value, failure.message()));
  }

  const Timestamp since_;
  std::vector<ProjectHistory> projects_;
  std::vector<std::string> problems_;
};

std::size_t CountRuns(const std::vector<ProjectHistory>& projects) {
  std::size_t runs = 0;
  for (const ProjectHistory& project : projects) {
    for (const PipelineHistory& pipeline : project.pipelines) runs += pipeline.runs.size();
  }
  return runs;
}

// The run list keeps no more. Source: the API's description of ListPipelineRuns.
constexpr Duration kRunListKeeps = std::chrono::hours(24 * 90);

}  // namespace

int Backfill(const CommandLine& line) {
  std::optional<Config> config = LoadOrExplain(line);
  if (!config) return 1;
  const Result<std::unique_ptr<CommandSession>> session =
      CommandSession::Create(*std::move(config));
  if (!session.ok()) {
    fmt::print(stderr, "error: {}\n", session.status().message());
    return 1;
  }
  const BackfillFlags& flags = line.backfill;
  const Timestamp now = (*session)->clock().Now();
  const Timestamp since = flags.back ? now - *flags.back : flags.instant.value_or(now);
  if (since > now) {
    fmt::print(stderr,
               "error: --since: lies in the future; give a duration such as 90d, or a date "
               "that has passed\n");
    return 1;
  }
  if (since < now - kRunListKeeps) {
    fmt::print(stderr,
               "warning: --since: reaches further back than the 90 days that the run list "
               "keeps; older runs will be missing\n");
  }
  HistoryCollection history(since);
  history.Read((*session)->api(), (*session)->plan());
  for (const std::string& problem : history.problems()) {
    fmt::print(stderr, "error: {}\n", problem);
  }
  const std::string problem =
      WriteTo(flags.output, RenderHistory(history.projects(), {since, flags.labels}));
  if (!problem.empty()) {
    fmt::print(stderr, "error: {}\n", problem);
    return 1;
  }
  fmt::print(stderr, "{} runs of {} projects written\n", CountRuns(history.projects()),
             history.projects().size());
  return history.problems().empty() ? 0 : 1;
}

}  // namespace codearts
