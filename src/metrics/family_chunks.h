#ifndef CODEARTS_METRICS_FAMILY_CHUNKS_H_
#define CODEARTS_METRICS_FAMILY_CHUNKS_H_

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "metrics/family_blocks.h"
#include "metrics/sample_chunk.h"

namespace codearts {

// How a list of members (the pipelines of a project) came from an older one. Members that are in
// both have the same order in both; a call adds the next member of the new list.
class MemberChanges {
 public:
  explicit MemberChanges(std::size_t old_count) : begins_(old_count + 1) {}

  void Keep(std::size_t old_index) { Add(old_index, nullptr); }
  void Replace(std::size_t old_index, FamilyBlocks blocks) { Add(old_index, Own(blocks)); }
  void Insert(FamilyBlocks blocks) { Add(std::nullopt, Own(blocks)); }
  // Ends the list.
  void Finish();

  struct Member {
    std::optional<std::size_t> old_index;
    const FamilyBlocks* blocks;  // Null: as it was.
  };
  const std::vector<Member>& members() const { return members_; }
  // Returns where the members from `old_index` on begin.
  std::size_t BeginOf(std::size_t old_index) const { return begins_[old_index]; }
  // Returns how many of the first `count` members are not as they were.
  std::size_t ChangesIn(std::size_t count) const { return changes_[count]; }

 private:
  const FamilyBlocks* Own(FamilyBlocks& blocks) {
    return &rendered_.emplace_back(std::move(blocks));
  }
  void Add(std::optional<std::size_t> old_index, const FamilyBlocks* blocks);

  std::vector<Member> members_;
  std::deque<FamilyBlocks> rendered_;
  std::vector<std::size_t> begins_;
  std::size_t seen_ = 0;  // Old members whose begin is known.
  std::vector<std::size_t> changes_ = {0};
};

// The samples of all members in one family.
using FamilyChunks = std::vector<std::shared_ptr<const SampleChunk>>;

// About so much text is in a chunk, but for members that have more by themselves. Small enough that
// one changed pipeline makes little to be compressed again, and large enough to compress well.
inline constexpr std::size_t kChunkBytes = 16384;

// Returns the chunks of the new list. Those whose text did not change are the old objects.
// `family`: its place in the blocks.
FamilyChunks UpdateChunks(const FamilyChunks& old, std::size_t family,
                          const MemberChanges& changes);

}  // namespace codearts

#endif  // CODEARTS_METRICS_FAMILY_CHUNKS_H_
