#include "collect/run_walk.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/logging.h"
#include "collect/listing.h"

namespace codearts {
namespace {

class RunWalk : public std::enable_shared_from_this<RunWalk> {
 public:
  RunWalk(CodeArtsApi& api, ApiTarget target, RunListRequest first, WalkGoal goal,
          std::function<void(Result<WalkResult>)> done)
      : api_(api),
        target_(std::move(target)),
        request_(std::move(first)),
        goal_(std::move(goal)),
        done_(std::move(done)) {}

  void RequestPage() {
    api_.ListPipelineRuns(target_, request_,
                          [self = shared_from_this()](Result<Page<RunSummary>> page) {
                            self->OnPage(std::move(page));
                          });
  }

 private:
  void OnPage(Result<Page<RunSummary>> page) {
    if (!page.ok()) {
      done_(page.status());
      return;
    }
    const auto count = static_cast<std::int64_t>(page->items.size()) + page->skipped;
    request_.page.offset += count;
    const std::optional<std::int64_t> total = CredibleTotal(page->total, request_.page.offset);
    if (pages_ == 0) total_ = total;
    if (total != total_ || page->skipped > 0) changed_ = true;
    const bool serves = Serves(page->items);
    for (RunSummary& run : page->items) {
      goal_.wanted.erase(run.run_number);
      // They take most of the memory, and nobody asks for them.
      run.stages = {};
    }
    std::move(page->items.begin(), page->items.end(), std::back_inserter(result_.records));
    result_.reached_end = count == 0 || (total_ && request_.page.offset >= *total_);
    if (result_.reached_end || !serves || goal_.newest_page_only) {
      Finish();
    } else if (++pages_ >= kMaxPages && goal_.back_to) {
      // The newest part of a long history is better than none of it.
      LogWarn("a pipeline has more runs than can be read back; the oldest are left out",
              {{"pipeline_id", request_.pipeline.value}, {"runs_read", result_.records.size()}});
      Finish();
    } else if (pages_ >= kMaxPages) {
      done_(Status(StatusCode::kInvalidResponse, "the list of runs does not end"));
    } else {
      RequestPage();
    }
  }

  // Whether pages after this one may hold what is looked for.
  bool Serves(const std::vector<RunSummary>& page) const {
    if (goal_.back_to) {
      return std::any_of(page.begin(), page.end(), [this](const RunSummary& run) {
        return !run.end_time || *run.end_time >= *goal_.back_to;
      });
    }
    const auto found = std::count_if(page.begin(), page.end(), [this](const RunSummary& run) {
      return goal_.wanted.contains(run.run_number);
    });
    if (static_cast<std::size_t>(found) == goal_.wanted.size()) return false;
    // A page may hold nothing but newer runs, which are known already.
    return found > 0 || pages_ == 0 ||
           std::any_of(page.begin(), page.end(), [this](const RunSummary& run) {
             return run.run_number > *goal_.wanted.begin();
           });
  }

  void Finish() {
    if (changed_ && !goal_.newest_page_only && (goal_.back_to || !goal_.wanted.empty())) {
      done_(Status(StatusCode::kUnavailable, "the list of runs changed while it was read"));
      return;
    }
    done_(std::move(result_));
  }

  CodeArtsApi& api_;
  const ApiTarget target_;
  RunListRequest request_;
  WalkGoal goal_;
  const std::function<void(Result<WalkResult>)> done_;
  WalkResult result_;
  std::optional<std::int64_t> total_;
  std::int64_t pages_ = 0;
  bool changed_ = false;
};

}  // namespace

void WalkRuns(CodeArtsApi& api, const ApiTarget& target, RunListRequest first, WalkGoal goal,
              std::function<void(Result<WalkResult>)> done) {
  std::make_shared<RunWalk>(api, target, std::move(first), std::move(goal), std::move(done))
      ->RequestPage();
}

}  // namespace codearts
