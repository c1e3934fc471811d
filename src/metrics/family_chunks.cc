#include "metrics/family_chunks.h"

#include <cstdint>
#include <string>
#include <utility>

namespace codearts {
namespace {

// Reads the texts of old members, whose indexes only grow.
class OldTexts {
 public:
  explicit OldTexts(const FamilyChunks& chunks) : chunks_(chunks) {}

  void Rewind() { chunk_ = first_ = 0; }

  std::string_view At(std::size_t index) {
    while (index >= first_ + chunks_[chunk_]->members()) first_ += chunks_[chunk_++]->members();
    return chunks_[chunk_]->TextOf(index - first_);
  }

 private:
  const FamilyChunks& chunks_;
  std::size_t chunk_ = 0;
  std::size_t first_ = 0;  // The first member of chunk_.
};

struct Range {
  std::size_t begin;
  std::size_t end;
};

class ChunkUpdate {
 public:
  ChunkUpdate(const FamilyChunks& old, std::size_t family, const MemberChanges& changes)
      : old_(old), family_(family), changes_(changes), old_texts_(old) {}

  FamilyChunks Run() {
    if (old_.empty()) {
      Rebuild(All());
      return std::move(chunks_);
    }
    std::size_t first = 0;
    for (std::size_t i = 0; i < old_.size(); ++i) {
      const std::size_t next = first + old_[i]->members();
      // Members that were inserted belong to the chunk before them; the first has none.
      const Range range{i == 0 ? 0 : changes_.BeginOf(first),
                        i + 1 == old_.size() ? changes_.members().size() : changes_.BeginOf(next)};
      if (IsSame(*old_[i], first, range)) {
        chunks_.push_back(old_[i]);
        total_ += old_[i]->text().size();
      } else {
        Rebuild(range);
      }
      first = next;
    }
    // What is left of chunks after removals is put together when there is too much of it.
    if (chunks_.size() > 2 * (total_ / kChunkBytes + 1)) {
      chunks_.clear();
      old_texts_.Rewind();
      Rebuild(All());
    }
    return std::move(chunks_);
  }

 private:
  Range All() const { return {0, changes_.members().size()}; }

  bool IsSame(const SampleChunk& chunk, std::size_t first, Range range) const {
    if (range.end - range.begin != chunk.members()) return false;
    if (changes_.ChangesIn(range.begin) == changes_.ChangesIn(range.end)) return true;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const MemberChanges::Member& member = changes_.members()[i];
      if (!member.old_index) return false;
      if (member.blocks == nullptr) continue;
      if (member.blocks->TextOf(family_) != chunk.TextOf(*member.old_index - first)) return false;
    }
    return true;
  }

  void Rebuild(Range range) {
    std::vector<std::string_view> texts;
    texts.reserve(range.end - range.begin);
    std::size_t left = 0;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const MemberChanges::Member& member = changes_.members()[i];
      texts.push_back(member.blocks != nullptr ? member.blocks->TextOf(family_)
                                               : old_texts_.At(*member.old_index));
      left += texts.back().size();
    }
    total_ += left;
    for (std::size_t begin = 0; begin < texts.size();) {
      // One chunk up to twice the size, so that one that grows or shrinks a little stays one.
      const bool is_last = left < 2 * kChunkBytes;
      std::vector<std::uint32_t> ends;
      std::size_t size = 0;
      for (std::size_t i = begin; i < texts.size() && (is_last || size < kChunkBytes); ++i) {
        size += texts[i].size();
        ends.push_back(static_cast<std::uint32_t>(size));
      }
      std::string text;
      text.reserve(size);
      for (std::size_t i = 0; i < ends.size(); ++i) text += texts[begin + i];
      begin += ends.size();
      left -= size;
      ends.shrink_to_fit();
      chunks_.push_back(std::make_shared<SampleChunk>(std::move(text), std::move(ends)));
    }
  }

  const FamilyChunks& old_;
  const std::size_t family_;
  const MemberChanges& changes_;
  OldTexts old_texts_;
  FamilyChunks chunks_;
  std::size_t total_ = 0;
};

}  // namespace

void MemberChanges::Add(std::optional<std::size_t> old_index, const FamilyBlocks* blocks) {
  if (old_index) {
    while (seen_ <= *old_index) begins_[seen_++] = members_.size();
  }
  members_.push_back({old_index, blocks});
  changes_.push_back(changes_.back() + (blocks == nullptr ? 0 : 1));
}

void MemberChanges::Finish() {
  while (seen_ < begins_.size()) begins_[seen_++] = members_.size();
}

FamilyChunks UpdateChunks(const FamilyChunks& old, std::size_t family,
                          const MemberChanges& changes) {
  return ChunkUpdate(old, family, changes).Run();
}

}  // namespace codearts
