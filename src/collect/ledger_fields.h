#ifndef CODEARTS_COLLECT_LEDGER_FIELDS_H_
#define CODEARTS_COLLECT_LEDGER_FIELDS_H_

#include <concepts>
#include <type_traits>

#include "collect/histogram.h"
#include "collect/pipeline_state.h"
#include "collect/snapshot.h"

namespace codearts {

// What is stored of each structure, and in which order: VisitFields(value, visit) calls `visit`
// once with all members. Writing and reading go by the same list, so that they can't differ.
//
// A new member does not compile until it is named here. It goes to the end of the call of `visit`,
// wherever it stands in its structure: stored bytes name no fields. A reader leaves members that
// the bytes lack at their defaults, and passes over what it does not know. A member is never taken
// out of a call, and its type stays.

template <typename T, typename Structure>
concept Is = std::same_as<std::remove_const_t<T>, Structure>;

template <Is<Exemplar> T, typename Visit>
void VisitFields(T& value, Visit&& visit) {
  auto& [bucket, run_id, run_number, duration, time] = value;
  visit(bucket, run_id, run_number, duration, time);
}

template <Is<Histogram> T, typename Visit>
void VisitFields(T& value, Visit&& visit) {
  auto& [created, counts, sum, exemplars] = value;
  visit(created, counts, sum, exemplars);
}

template <Is<StepView> T, typename Visit>
void VisitFields(T& value, Visit&& visit) {
  auto& [name, status, duration] = value;
  visit(name, status, duration);
}

template <Is<JobView> T, typename Visit>
void VisitFields(T& value, Visit&& visit) {
  auto& [name, status, duration, steps] = value;
  visit(name, status, duration, steps);
}

template <Is<StageView> T, typename Visit>
void VisitFields(T& value, Visit&& visit) {
  auto& [name, status, duration, jobs] = value;
  visit(name, status, duration, jobs);
}

template <Is<RunFacts> T, typename Visit>
void VisitFields(T& value, Visit&& visit) {
  auto& [id, number, status, start_time, end_time, trigger, branch, commit, executor, url] = value;
  visit(id, number, status, start_time, end_time, trigger, branch, commit, executor, url);
}

template <Is<FinishedRun> T, typename Visit>
void VisitFields(T& value, Visit&& visit) {
  auto& [number, duration, paused] = value;
  visit(number, duration, paused);
}

template <Is<ShownDetail> T, typename Visit>
void VisitFields(T& value, Visit&& visit) {
  auto& [id, status, end_time, failures] = value;
  visit(id, status, end_time, failures);
}

template <Is<OpenRun> T, typename Visit>
void VisitFields(T& value, Visit&& visit) {
  auto& [id, start_time, status, end_time, invalid_answers] = value;
  visit(id, start_time, status, end_time, invalid_answers);
}

template <Is<SettledRun> T, typename Visit>
void VisitFields(T& value, Visit&& visit) {
  auto& [number, id, end_time] = value;
  visit(number, id, end_time);
}

template <Is<RunLabels> T, typename Visit>
void VisitFields(T& value, Visit&& visit) {
  auto& [result, trigger, branch] = value;
  visit(result, trigger, branch);
}

template <Is<StageLabels> T, typename Visit>
void VisitFields(T& value, Visit&& visit) {
  auto& [stage, result] = value;
  visit(stage, result);
}

template <Is<JobLabels> T, typename Visit>
void VisitFields(T& value, Visit&& visit) {
  auto& [stage, job, result] = value;
  visit(stage, job, result);
}

template <Is<StepLabels> T, typename Visit>
void VisitFields(T& value, Visit&& visit) {
  auto& [plugin, business_type, result] = value;
  visit(plugin, business_type, result);
}

template <Is<RunTotals> T, typename Visit>
void VisitFields(T& value, Visit&& visit) {
  auto& [created, count, duration] = value;
  visit(created, count, duration);
}

template <Is<CounterValue> T, typename Visit>
void VisitFields(T& value, Visit&& visit) {
  auto& [created, count] = value;
  visit(created, count);
}

template <Is<QueueFacts> T, typename Visit>
void VisitFields(T& value, Visit&& visit) {
  auto& [length, oldest_enqueue_time] = value;
  visit(length, oldest_enqueue_time);
}

template <Is<PipelineState> T, typename Visit>
void VisitFields(T& value, Visit&& visit) {
  auto& [id, name, region, group, component_id, repository, default_branch, manifest_version,
         first_seen, mark, open, settled, count_from, history_unread, newest_page_unread,
         last_recheck, last_activity, latest, stages, detail, last_finished, last_success,
         last_failure, broken_since, consecutive_failures, recent_failures, queue, runs, retries,
         missed, paused_total, deployments, stage_durations, job_durations, time_to_restore] =
      value;
  visit(id, name, region, group, component_id, repository, default_branch, manifest_version,
        first_seen, mark, open, settled, count_from, history_unread, newest_page_unread,
        last_recheck, last_activity, latest, stages, detail, last_finished, last_success,
        last_failure, broken_since, consecutive_failures, recent_failures, queue, runs, retries,
        missed, paused_total, deployments, stage_durations, job_durations, time_to_restore);
}

template <Is<ProjectTotals> T, typename Visit>
void VisitFields(T& value, Visit&& visit) {
  auto& [created, step_durations, dispatch_wait, first_listing_newest] = value;
  visit(created, step_durations, dispatch_wait, first_listing_newest);
}

}  // namespace codearts

#endif  // CODEARTS_COLLECT_LEDGER_FIELDS_H_
