#ifndef CODEARTS_TESTS_SUPPORT_RUN_BUILDER_H_
#define CODEARTS_TESTS_SUPPORT_RUN_BUILDER_H_

#include <fmt/core.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "model/pipeline.h"
#include "model/pipeline_run.h"
#include "support/fake_clock.h"

namespace codearts::testing {

// Seconds after kTestStart, as an instant.
inline Timestamp At(std::int64_t seconds) {
  return kTestStart + std::chrono::seconds(seconds);
}

// Builds a run with one stage "build" and one job "compile" that take the whole of it. What a test
// does not name is of no matter to it.
class RunBuilder {
 public:
  explicit RunBuilder(std::int64_t number) {
    run_.id = {fmt::format("run-{}", number)};
    run_.run_number = number;
    run_.trigger_type = "Manual";
    run_.start_time = At(number * 1000);
    run_.status = ExecutionStatus::kRunning;
  }

  RunBuilder& Id(std::string id) {
    run_.id = {std::move(id)};
    return *this;
  }
  RunBuilder& Started(Timestamp start) {
    run_.start_time = start;
    return *this;
  }
  RunBuilder& Status(ExecutionStatus status) {
    run_.status = status;
    return *this;
  }
  RunBuilder& Ended(ExecutionStatus status, Timestamp end) {
    run_.status = status;
    run_.end_time = end;
    return *this;
  }
  RunBuilder& Completed(Timestamp end) { return Ended(ExecutionStatus::kCompleted, end); }
  RunBuilder& Failed(Timestamp end) { return Ended(ExecutionStatus::kFailed, end); }
  RunBuilder& Canceled(Timestamp end) { return Ended(ExecutionStatus::kCanceled, end); }
  RunBuilder& Stage(StageRun stage) {
    run_.stages.push_back(std::move(stage));
    return *this;
  }

  PipelineRun Build() const {
    PipelineRun run = run_;
    if (!run.stages.empty()) return run;
    StageRun stage;
    stage.name = "build";
    stage.sequence = 0;
    stage.status = run.status;
    stage.start_time = run.start_time;
    stage.end_time = run.end_time;
    JobRun job;
    job.name = "compile";
    job.sequence = 0;
    job.status = run.status;
    job.start_time = run.start_time;
    job.end_time = run.end_time;
    stage.jobs.push_back(std::move(job));
    run.stages.push_back(std::move(stage));
    return run;
  }

 private:
  PipelineRun run_;
};

// Returns the run as lists show it.
inline RunSummary Summarize(const PipelineRun& run) {
  RunSummary summary;
  summary.id = run.id;
  summary.run_number = run.run_number;
  summary.status = run.status;
  summary.trigger_type = run.trigger_type;
  summary.start_time = run.start_time;
  summary.end_time = run.end_time;
  return summary;
}

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_SUPPORT_RUN_BUILDER_H_
