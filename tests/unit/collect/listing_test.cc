#include "collect/listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "support/status_matchers.h"

namespace codearts {
namespace {

using ::testing::ElementsAre;
using testing::IsOk;
using testing::StatusIs;

struct Item {
  int id = 0;
};

// A server of `size` items that clamps the limit.
class Server {
 public:
  std::int64_t size = 0;
  std::int64_t max_limit = 1000;
  std::optional<std::int64_t> total;
  std::vector<std::int64_t> offsets;
  std::function<void(Page<Item>&, std::int64_t offset)> change;

  Result<Listing<Item>> Read(std::int64_t limit) {
    std::optional<Result<Listing<Item>>> result;
    ListReader<Item>::Read(
        limit, [this](PageRequest page, auto done) { Answer(page, std::move(done)); },
        [&result](Result<Listing<Item>> listing) { result = std::move(listing); });
    while (!pending_.empty()) {
      const std::function<void()> next = std::move(pending_.front());
      pending_.pop_front();
      next();
    }
    return std::move(*result);
  }

 private:
  void Answer(PageRequest request, std::function<void(Result<Page<Item>>)> done) {
    offsets.push_back(request.offset);
    Page<Item> page;
    page.total = total;
    const std::int64_t end = std::min(size, request.offset + std::min(request.limit, max_limit));
    for (std::int64_t i = request.offset; i < end; ++i) page.items.push_back({static_cast<int>(i)});
    if (change) change(page, request.offset);
    pending_.push_back([page = std::move(page), done = std::move(done)] { done(page); });
  }

  std::deque<std::function<void()>> pending_;
};

TEST(ListReaderTest, AsksForTheOtherPagesOnceTheFirstToldTheTotal) {
  Server server;
  server.size = 25;
  server.total = 25;

  const Result<Listing<Item>> listing = server.Read(10);

  ASSERT_THAT(listing, IsOk());
  EXPECT_TRUE(listing->complete);
  EXPECT_EQ(listing->items.size(), 25U);
  EXPECT_THAT(server.offsets, ElementsAre(0, 10, 20));
}

TEST(ListReaderTest, MovesByWhatCameWhereTheServerClampsTheLimit) {
  Server server;
  server.size = 12;
  server.total = 12;
  server.max_limit = 5;

  const Result<Listing<Item>> listing = server.Read(100);

  ASSERT_THAT(listing, IsOk());
  EXPECT_TRUE(listing->complete);
  EXPECT_THAT(server.offsets, ElementsAre(0, 5, 10));
}

TEST(ListReaderTest, ReadsToAnEmptyPageWhereThereIsNoTotal) {
  Server server;
  server.size = 12;

  const Result<Listing<Item>> listing = server.Read(5);

  ASSERT_THAT(listing, IsOk());
  EXPECT_TRUE(listing->complete);
  EXPECT_THAT(server.offsets, ElementsAre(0, 5, 10, 12));
}

TEST(ListReaderTest, CompletesAnEmptyList) {
  Server server;
  server.total = 0;

  const Result<Listing<Item>> listing = server.Read(5);

  ASSERT_THAT(listing, IsOk());
  EXPECT_TRUE(listing->complete);
}

TEST(ListReaderTest, DoesNotTakeAnAnswerOfNothingForAnEmptyList) {
  Server server;

  const Result<Listing<Item>> listing = server.Read(5);

  ASSERT_THAT(listing, IsOk());
  EXPECT_FALSE(listing->complete);
}

TEST(ListReaderTest, IsIncompleteWhenTheTotalMoves) {
  Server server;
  server.size = 15;
  server.total = 15;
  server.change = [](Page<Item>& page, std::int64_t offset) {
    if (offset == 10) page.total = 16;
  };

  const Result<Listing<Item>> listing = server.Read(10);

  ASSERT_THAT(listing, IsOk());
  EXPECT_FALSE(listing->complete);
  EXPECT_EQ(listing->items.size(), 15U);
}

TEST(ListReaderTest, IsIncompleteWhenFewerCameThanTheTotal) {
  Server server;
  server.size = 9;
  server.total = 15;

  const Result<Listing<Item>> listing = server.Read(10);

  ASSERT_THAT(listing, IsOk());
  EXPECT_FALSE(listing->complete);
}

TEST(ListReaderTest, IsIncompleteWhenSomeCameTwiceInsteadOfOthers) {
  Server server;
  server.size = 20;
  server.total = 20;
  server.change = [](Page<Item>& page, std::int64_t offset) {
    if (offset == 10) page.items.front().id = 9;
  };

  const Result<Listing<Item>> listing = server.Read(10);

  ASSERT_THAT(listing, IsOk());
  EXPECT_FALSE(listing->complete);
}

TEST(ListReaderTest, DoesNotBelieveATotalThatIsLessThanWhatCame) {
  Server server;
  server.size = 25;
  server.total = 0;

  const Result<Listing<Item>> listing = server.Read(10);

  ASSERT_THAT(listing, IsOk());
  EXPECT_TRUE(listing->complete);
  EXPECT_EQ(listing->items.size(), 25U);
}

TEST(ListReaderTest, FillsUpAShortPageInTheMiddle) {
  Server server;
  server.size = 30;
  server.total = 30;
  server.change = [](Page<Item>& page, std::int64_t offset) {
    if (offset == 10) page.items.resize(4);
  };

  const Result<Listing<Item>> listing = server.Read(10);

  ASSERT_THAT(listing, IsOk());
  EXPECT_TRUE(listing->complete);
  EXPECT_THAT(server.offsets, ElementsAre(0, 10, 20, 14));
}

TEST(ListReaderTest, IsIncompleteWhenAnItemCouldNotBeRead) {
  Server server;
  server.size = 5;
  server.total = 6;
  server.change = [](Page<Item>& page, std::int64_t) { page.skipped = 1; };

  const Result<Listing<Item>> listing = server.Read(10);

  ASSERT_THAT(listing, IsOk());
  EXPECT_FALSE(listing->complete);
}

TEST(ListReaderTest, GivesUpOnAListThatNeverEnds) {
  Server server;
  server.size = 1'000'000;

  EXPECT_THAT(server.Read(1), StatusIs(StatusCode::kInvalidResponse, ::testing::HasSubstr("200")));
  EXPECT_EQ(server.offsets.size(), 200U);
}

}  // namespace
}  // namespace codearts
