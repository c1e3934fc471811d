#include "metrics/family_chunks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace codearts {
namespace {

FamilyBlocks Blocks(const std::string& text) {
  return {text, {text.size()}, 1};
}

// A list of members with their texts, and its chunks.
class List {
 public:
  void Set(std::vector<std::pair<int, std::string>> members) {
    MemberChanges changes(members_.size());
    std::size_t next = 0;
    for (const auto& [id, text] : members) {
      while (next < members_.size() && members_[next].first < id) ++next;
      if (next == members_.size() || members_[next].first != id) {
        changes.Insert(Blocks(text));
      } else if (members_[next].second == text) {
        changes.Keep(next);
      } else {
        changes.Replace(next, Blocks(text));
      }
    }
    changes.Finish();
    chunks_ = UpdateChunks(chunks_, 0, changes);
    members_ = std::move(members);
  }

  std::string Text() const {
    std::string text;
    for (const auto& chunk : chunks_) text += chunk->text();
    return text;
  }

  std::string Expected() const {
    std::string text;
    for (const auto& [id, member] : members_) text += member;
    return text;
  }

  const std::vector<std::pair<int, std::string>>& members() const { return members_; }
  const FamilyChunks& chunks() const { return chunks_; }

  // How many chunks are the objects that they were.
  std::size_t KeptFrom(const FamilyChunks& old) const {
    return static_cast<std::size_t>(
        std::count_if(chunks_.begin(), chunks_.end(), [&old](const auto& chunk) {
          return std::find(old.begin(), old.end(), chunk) != old.end();
        }));
  }

 private:
  std::vector<std::pair<int, std::string>> members_;
  FamilyChunks chunks_;
};

std::vector<std::pair<int, std::string>> ManyMembers(int count, std::size_t size) {
  std::vector<std::pair<int, std::string>> members;
  for (int i = 0; i < count; ++i) {
    members.emplace_back(i * 10, std::string(size, static_cast<char>('a' + i % 26)));
  }
  return members;
}

TEST(FamilyChunksTest, CutsATextIntoChunks) {
  List list;

  list.Set(ManyMembers(1000, 200));

  EXPECT_EQ(list.Text(), list.Expected());
  for (const auto& chunk : list.chunks()) {
    EXPECT_GE(chunk->text().size(), kChunkBytes);
    EXPECT_LT(chunk->text().size(), 2 * kChunkBytes);
  }
}

TEST(FamilyChunksTest, KeepsAMemberWhole) {
  List list;

  list.Set({{1, std::string(3 * kChunkBytes, 'x')}, {2, "y"}});

  EXPECT_EQ(list.chunks().front()->TextOf(0), std::string(3 * kChunkBytes, 'x'));
  EXPECT_EQ(list.Text(), list.Expected());
}

TEST(FamilyChunksTest, ReplacesTheOneChunkThatChanged) {
  List list;
  auto members = ManyMembers(1000, 200);
  list.Set(members);
  const FamilyChunks old = list.chunks();
  members[500].second = "changed";

  list.Set(members);

  EXPECT_EQ(list.Text(), list.Expected());
  EXPECT_EQ(list.KeptFrom(old), old.size() - 1);
}

TEST(FamilyChunksTest, KeepsAChunkWhoseMembersWereRenderedToTheSameText) {
  List list;
  list.Set(ManyMembers(1000, 200));
  MemberChanges changes(1000);
  for (std::size_t i = 0; i < 1000; ++i) {
    changes.Replace(i, Blocks(list.members()[i].second));
  }
  changes.Finish();

  EXPECT_EQ(UpdateChunks(list.chunks(), 0, changes), list.chunks());
}

TEST(FamilyChunksTest, TouchesTheOneChunkIntoWhichAMemberComes) {
  for (const std::size_t position : {0U, 500U, 1000U}) {
    List list;
    auto members = ManyMembers(1000, 200);
    list.Set(members);
    const FamilyChunks old = list.chunks();
    members.insert(members.begin() + static_cast<std::ptrdiff_t>(position),
                   {static_cast<int>(position) * 10 - 5, "new"});

    list.Set(members);

    EXPECT_EQ(list.Text(), list.Expected());
    EXPECT_EQ(list.KeptFrom(old), old.size() - 1) << position;
  }
}

TEST(FamilyChunksTest, PutsLeftoversTogether) {
  List list;
  list.Set(ManyMembers(2000, 200));
  auto members = list.members();
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i % 20 != 0) members[i].second.clear();
  }

  list.Set(members);

  EXPECT_EQ(list.Text(), list.Expected());
  EXPECT_LE(list.chunks().size(), 2U);
}

TEST(FamilyChunksTest, HoldsAnySequenceOfChanges) {
  std::mt19937 random(11);
  List list;
  for (int step = 0; step < 500; ++step) {
    auto members = list.members();
    const unsigned kind = random() % 8;
    for (unsigned i = 0; i < random() % 40; ++i) {
      const int id = static_cast<int>(random() % 1000);
      const auto place =
          std::lower_bound(members.begin(), members.end(), std::pair(id, std::string()));
      const bool exists = place != members.end() && place->first == id;
      std::string text(random() % 3 == 0 ? 0 : random() % 3000, static_cast<char>('a' + step % 26));
      if (kind == 0 && exists) {
        members.erase(place);
      } else if (exists) {
        place->second = std::move(text);
      } else {
        members.insert(place, {id, std::move(text)});
      }
    }
    if (step % 100 == 99) members.clear();

    list.Set(std::move(members));

    ASSERT_EQ(list.Text(), list.Expected()) << step;
  }
}

}  // namespace
}  // namespace codearts
