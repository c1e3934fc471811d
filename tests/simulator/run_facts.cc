#include "simulator/run_facts.h"

#include <array>
#include <string_view>

#include "fmt/format.h"
#include "simulator/rng.h"

namespace codearts::sim {
namespace {

constexpr std::array<std::string_view, 5> kPeople = {"beta环境账号", "alice", "王小明", "ci-robot",
                                                     "bob.smith"};
constexpr std::array<std::string_view, 6> kBranches = {
    "master", "master", "develop", "release/1.2", "feature/登录-页", "hotfix-42"};
constexpr std::array<std::string_view, 5> kGitTypes = {"codehub", "codehub", "gitee", "github",
                                                       "gitlab"};
constexpr std::array<std::string_view, 7> kTriggers = {"Push",   "Push",      "Push", "Manual",
                                                       "Manual", "Scheduler", "MR"};

Person PersonNumber(std::uint64_t index) {
  return {MakeId(DeriveSeed(77, "person", index)), std::string(kPeople.at(index % kPeople.size()))};
}

}  // namespace

RunFacts FactsOf(const Run& run) {
  Rng rng(DeriveSeed(run.seed, "facts"));
  RunFacts facts;
  facts.executor = PersonNumber(rng.Below(kPeople.size()));
  facts.trigger = run.trigger.value_or(std::string(rng.Pick(kTriggers)));
  facts.branch = run.branch.value_or(std::string(rng.Pick(kBranches)));
  const std::string commit = MakeId(rng.Next());
  facts.commit = commit + commit.substr(0, 8);
  facts.commit_message = rng.Chance(0.5)
                             ? fmt::format("新建文件 Dockerfile {}", kLeakSentinel)
                             : fmt::format("fix \"quoting\" \\ in {}\nsecond line", kLeakSentinel);
  if (facts.trigger == "CreateTag") facts.tag = fmt::format("v1.{}", run.number);
  if (facts.trigger == "MR") {
    facts.merge_id = std::to_string(1 + rng.Below(500));
    facts.source_branch = fmt::format("feature/{}", run.number);
    facts.action = "open";
  }
  return facts;
}

CodeSource SourceOf(const Pipeline& pipeline) {
  Rng rng(DeriveSeed(pipeline.spec().seed, "source"));
  CodeSource source;
  source.git_type = rng.Pick(kGitTypes);
  source.repo_name = fmt::format("repo-{}", 1 + rng.Below(40));
  source.git_url = fmt::format("https://example.com/group00001/{}.git", source.repo_name);
  source.ssh_git_url = fmt::format("git@example.com:group00001/{}.git", source.repo_name);
  source.codehub_id = std::to_string(2'111'000'000 + rng.Below(900'000));
  source.default_branch = "master";
  return source;
}

Person CreatorOf(const Pipeline& pipeline) {
  return PersonNumber(DeriveSeed(pipeline.spec().seed, "creator") % kPeople.size());
}

}  // namespace codearts::sim
