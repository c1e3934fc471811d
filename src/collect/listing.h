#ifndef CODEARTS_COLLECT_LISTING_H_
#define CODEARTS_COLLECT_LISTING_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "api/codearts_api.h"
#include "base/status.h"
#include "model/pipeline.h"

namespace codearts {

// More pages than this are an error: a server that never ends its list.
inline constexpr std::int64_t kMaxPages = 200;

// Returns the server's claim of how many items there are, if it can be true after `received` came.
inline std::optional<std::int64_t> CredibleTotal(std::optional<std::int64_t> claimed,
                                                 std::int64_t received) {
  return claimed && *claimed >= received ? claimed : std::nullopt;
}

// What reading a whole list came to. Items may repeat: pages move while they are read.
template <typename T>
struct Listing {
  std::vector<T> items;
  // Nothing is missing: `total` held still, so many different items came, and each could be read.
  // Without a total: some came, up to an empty page.
  bool complete = false;
};

// Reads a whole list: the first page tells `total`, the others are then asked for at once. Offsets
// move by what came, as a server may clamp the limit; the list ends at an empty page or when
// `total` is reached. Items are told apart by `id`. Threads: that of the API's Run. Lifetime: keeps
// itself alive until `done` was called.
template <typename T>
class ListReader : public std::enable_shared_from_this<ListReader<T>> {
 public:
  using Fetch = std::function<void(PageRequest, std::function<void(Result<Page<T>>)>)>;
  using Done = std::function<void(Result<Listing<T>>)>;

  static void Read(std::int64_t limit, Fetch fetch, Done done) {
    auto reader =
        std::shared_ptr<ListReader>(new ListReader(limit, std::move(fetch), std::move(done)));
    reader->Request(0);
  }

 private:
  ListReader(std::int64_t limit, Fetch fetch, Done done)
      : limit_(limit), fetch_(std::move(fetch)), done_(std::move(done)) {}

  void Request(std::int64_t offset) {
    if (failure_) return;
    if (++pages_asked_ > kMaxPages) {
      failure_ = Status(StatusCode::kInvalidResponse,
                        "the list does not end after " + std::to_string(kMaxPages) + " pages");
      return;
    }
    ++outstanding_;
    fetch_({offset, limit_}, [self = this->shared_from_this(), offset](Result<Page<T>> page) {
      self->OnPage(offset, std::move(page));
    });
  }

  void OnPage(std::int64_t offset, Result<Page<T>> page) {
    --outstanding_;
    if (!page.ok()) {
      if (!failure_) failure_ = page.status();
    } else if (!failure_) {
      Take(offset, std::move(*page));
    }
    if (outstanding_ == 0) Finish();
  }

  void Take(std::int64_t offset, Page<T> page) {
    const auto count = static_cast<std::int64_t>(page.items.size()) + page.skipped;
    skipped_ += page.skipped;
    std::move(page.items.begin(), page.items.end(), std::back_inserter(items_));
    const bool first = offset == 0;
    const std::optional<std::int64_t> total = CredibleTotal(page.total, offset + count);
    if (first) total_ = total;
    if (total != total_) moved_ = true;
    if (count == 0) {
      ended_ = true;
    } else if (!total_) {
      Request(offset + count);
    } else if (first) {
      for (std::int64_t next = count; next < *total_ && !failure_; next += count) Request(next);
      stride_ = count;
    } else {
      FillUp(offset, count);
    }
  }

  // A page that is shorter than the first one leaves a hole before the next.
  void FillUp(std::int64_t offset, std::int64_t count) {
    if (count < std::min(stride_, *total_ - offset)) Request(offset + count);
  }

  // Where several share what the list is sorted by, one may come twice and another not at all.
  std::int64_t CountItems() const {
    std::vector<const T*> items;
    items.reserve(items_.size());
    for (const T& item : items_) items.push_back(&item);
    std::sort(items.begin(), items.end(), [](auto* a, auto* b) { return a->id < b->id; });
    const auto end =
        std::unique(items.begin(), items.end(), [](auto* a, auto* b) { return a->id == b->id; });
    return end - items.begin();
  }

  void Finish() {
    if (failure_) {
      done_(*failure_);
      return;
    }
    Listing<T> listing;
    // Nothing at all, not even a total, is rather a fault than an empty list.
    const bool all_came = total_ ? CountItems() >= *total_ : ended_ && !items_.empty();
    listing.complete = all_came && !moved_ && skipped_ == 0;
    listing.items = std::move(items_);
    done_(std::move(listing));
  }

  const std::int64_t limit_;
  const Fetch fetch_;
  const Done done_;
  std::vector<T> items_;
  std::optional<std::int64_t> total_;
  std::optional<Status> failure_;
  std::int64_t stride_ = 0;
  std::int64_t skipped_ = 0;
  std::int64_t pages_asked_ = 0;
  int outstanding_ = 0;
  bool moved_ = false;
  bool ended_ = false;
};

}  // namespace codearts

#endif  // CODEARTS_COLLECT_LISTING_H_
