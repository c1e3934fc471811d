#ifndef CODEARTS_TESTS_UNIT_COLLECT_LEDGER_CODEC_RANDOM_H_
#define CODEARTS_TESTS_UNIT_COLLECT_LEDGER_CODEC_RANDOM_H_

#include <array>
#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "collect/pipeline_state.h"
#include "collect/project_ledger.h"
#include "collect/snapshot.h"

namespace codearts::testing {

// Bounds of three buckets for every kind, which all histograms of RandomLedger have.
inline HistogramBounds RandomLedgerBounds() {
  const BucketBounds bounds = {1, 2.5, 60};
  return {bounds, bounds, bounds, bounds};
}

// Makes values in which every member is set from a seed. It names all members itself, apart from
// the codec: one that is added to a structure does not compile until it is named here.
class RandomLedger {
 public:
  enum class Fill { kMixed, kFull };  // kFull: no value is absent, empty or 0.

  explicit RandomLedger(std::uint64_t seed, Fill fill = Fill::kMixed) : bits_(seed), fill_(fill) {}

  PipelineState Pipeline() { return Make<PipelineState>(); }
  ProjectTotals Totals() { return Make<ProjectTotals>(); }

  // A project of `size` pipelines "p0", "p1", ... of which every fifth is retired.
  ProjectLedger Project(int size) {
    ProjectLedger ledger;
    ledger.listed = true;
    ledger.totals = std::make_shared<ProjectTotals>(Totals());
    for (int i = 0; i < size; ++i) {
      PipelineState state = Pipeline();
      state.id = {"p" + std::to_string(i)};
      const PipelineId id = state.id;
      auto shared = std::make_shared<PipelineState>(std::move(state));
      if (i % 5 == 4) {
        ledger.retired[id] = {std::move(shared), Make<Timestamp>()};
      } else {
        ledger.pipelines[id] = std::move(shared);
      }
    }
    return ledger;
  }

 private:
  template <typename T>
  T Make() {
    T value{};
    Set(value);
    return value;
  }

  template <typename... Members>
  void SetAll(Members&... members) {
    (Set(members), ...);
  }

  std::uint64_t Below(std::uint64_t limit) { return bits_() % limit; }
  std::size_t Size() { return fill_ == Fill::kFull ? 1 + Below(3) : Below(4); }

  void Set(bool& value) { value = fill_ == Fill::kFull || Below(2) == 1; }

  // Of any length in bits.
  template <std::integral T>
  void Set(T& value) {
    value = static_cast<T>(bits_() >> Below(64));
    if (fill_ == Fill::kFull && value == 0) value = 1;
  }

  void Set(Duration& value) { value = Duration(Make<std::int64_t>()); }
  void Set(Timestamp& value) { value = FromEpochMillis(Make<std::int64_t>()); }
  void Set(ExecutionStatus& value) { value = static_cast<ExecutionStatus>(Below(15)); }
  void Set(RunResult& value) { value = static_cast<RunResult>(Below(5)); }

  // Ids, words and any bytes.
  void Set(std::string& value) {
    constexpr std::array<const char*, 3> kAlphabets = {"0123456789abcdef", "deploy 部署#2-",
                                                       "AZ019afg"};
    const std::string alphabet = kAlphabets.at(Below(kAlphabets.size()));
    const std::size_t size = fill_ == Fill::kFull ? 1 + Below(33) : Below(34);
    value.clear();
    for (std::size_t i = 0; i < size; ++i) {
      value.push_back(Below(50) == 0 ? static_cast<char>(Below(256))
                                     : alphabet[Below(alphabet.size())]);
    }
  }

  void Set(PipelineId& id) { Set(id.value); }
  void Set(RunId& id) { Set(id.value); }
  void Set(RunDigest& digest) { digest = RunDigest(Make<RunId>()); }

  template <typename T>
  void Set(std::optional<T>& value) {
    value.reset();
    if (fill_ == Fill::kFull || Below(2) == 1) value = Make<T>();
  }

  template <typename T>
  void Set(std::vector<T>& items) {
    items.resize(Size());
    for (T& item : items) Set(item);
  }

  template <typename T, std::size_t kSize>
  void Set(std::array<T, kSize>& items) {
    for (T& item : items) Set(item);
  }

  template <typename Key, typename T>
  void Set(std::map<Key, T>& items) {
    items.clear();
    for (std::size_t i = Size(); i > 0; --i) items[Make<Key>()] = Make<T>();
  }

  void Set(Exemplar& value) {
    auto& [bucket, run_id, run_number, duration, time] = value;
    SetAll(run_id, run_number, duration, time);
    bucket = fill_ == Fill::kFull ? 1 + Below(3) : Below(4);
  }
  void Set(Histogram& value) {
    auto& [created, counts, sum, exemplars] = value;
    SetAll(created, sum, exemplars);
    counts.resize(4);
    for (std::uint64_t& count : counts) Set(count);
  }
  void Set(StepView& value) {
    auto& [name, status, duration] = value;
    SetAll(name, status, duration);
  }
  void Set(JobView& value) {
    auto& [name, status, duration, steps] = value;
    SetAll(name, status, duration, steps);
  }
  void Set(StageView& value) {
    auto& [name, status, duration, jobs] = value;
    SetAll(name, status, duration, jobs);
  }
  void Set(RunFacts& value) {
    auto& [id, number, status, start, end, trigger, branch, commit, executor, url] = value;
    SetAll(id, number, status, start, end, trigger, branch, commit, executor, url);
  }
  void Set(FinishedRun& value) {
    auto& [number, duration, paused] = value;
    SetAll(number, duration, paused);
  }
  void Set(ShownDetail& value) {
    auto& [id, status, end, failures] = value;
    SetAll(id, status, end, failures);
  }
  void Set(OpenRun& value) {
    auto& [id, start, status, end, invalid_answers] = value;
    SetAll(id, start, status, end, invalid_answers);
  }
  void Set(SettledRun& value) {
    auto& [number, id, end] = value;
    SetAll(number, id, end);
  }
  void Set(RunLabels& value) {
    auto& [result, trigger, branch] = value;
    SetAll(result, trigger, branch);
  }
  void Set(StageLabels& value) {
    auto& [stage, result] = value;
    SetAll(stage, result);
  }
  void Set(JobLabels& value) {
    auto& [stage, job, result] = value;
    SetAll(stage, job, result);
  }
  void Set(StepLabels& value) {
    auto& [plugin, business_type, result] = value;
    SetAll(plugin, business_type, result);
  }
  void Set(RunTotals& value) {
    auto& [created, count, duration] = value;
    SetAll(created, count, duration);
  }
  void Set(CounterValue& value) {
    auto& [created, count] = value;
    SetAll(created, count);
  }
  void Set(QueueFacts& value) {
    auto& [length, oldest] = value;
    SetAll(length, oldest);
  }
  void Set(PipelineState& value) {
    auto& [id, name, region, group, component_id, repository, default_branch, manifest_version,
           first_seen, mark, open, settled, count_from, history_unread, newest_page_unread,
           last_recheck, last_activity, latest, stages, detail, last_finished, last_success,
           last_failure, broken_since, consecutive_failures, recent_failures, queue, runs, retries,
           missed, paused_total, deployments, stage_durations, job_durations, time_to_restore] =
        value;
    SetAll(id, name, region, group, component_id, repository, default_branch, manifest_version,
           first_seen, mark, open, settled, count_from, history_unread, newest_page_unread,
           last_recheck, last_activity, latest, stages, detail, last_finished, last_success,
           last_failure, broken_since, consecutive_failures, recent_failures, queue, runs, retries,
           missed, paused_total, deployments, stage_durations, job_durations, time_to_restore);
  }
  void Set(ProjectTotals& value) {
    auto& [created, step_durations, dispatch_wait, first_listing_newest] = value;
    SetAll(created, step_durations, dispatch_wait, first_listing_newest);
  }

  std::mt19937_64 bits_;
  const Fill fill_;
};

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_UNIT_COLLECT_LEDGER_CODEC_RANDOM_H_
