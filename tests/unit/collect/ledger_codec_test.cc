#include "collect/ledger_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <string_view>

#include "unit/collect/ledger_codec_random.h"

namespace codearts {
namespace {

using ::testing::ElementsAre;
using testing::RandomLedger;

std::string Bytes(std::initializer_list<int> bytes) {
  std::string text;
  for (const int byte : bytes) text.push_back(static_cast<char>(byte));
  return text;
}

// A payload of this version.
DecodeOutcome DecodeTotals(std::string_view payload, ProjectTotals& totals) {
  return DecodeProjectTotals(SealLedgerBytes(kLedgerCodecVersion, payload), totals);
}

DecodeOutcome DecodeTotals(std::string_view payload) {
  ProjectTotals totals;
  return DecodeTotals(payload, totals);
}

void ExpectRoundTrip(const PipelineState& state) {
  PipelineState decoded;
  ASSERT_EQ(DecodePipelineState(EncodePipelineState(state), decoded), DecodeOutcome::kOk);
  EXPECT_EQ(decoded, state);
}

void ExpectRoundTrip(const ProjectTotals& totals) {
  ProjectTotals decoded;
  ASSERT_EQ(DecodeProjectTotals(EncodeProjectTotals(totals), decoded), DecodeOutcome::kOk);
  EXPECT_EQ(decoded, totals);
}

TEST(LedgerCodecTest, KeepsDefaults) {
  ExpectRoundTrip(PipelineState());
  ExpectRoundTrip(ProjectTotals());
}

TEST(LedgerCodecTest, KeepsEveryMember) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    RandomLedger random(seed, RandomLedger::Fill::kFull);
    ExpectRoundTrip(random.Pipeline());
    ExpectRoundTrip(random.Totals());
  }
}

TEST(LedgerCodecTest, KeepsAnyMixOfMembers) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    RandomLedger random(seed);
    ExpectRoundTrip(random.Pipeline());
    ExpectRoundTrip(random.Totals());
  }
}

TEST(LedgerCodecTest, KeepsExtremes) {
  for (const std::int64_t extreme : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                                     std::numeric_limits<std::int64_t>::max()}) {
    PipelineState state;
    state.first_seen = FromEpochMillis(extreme);
    state.last_recheck = FromEpochMillis(~extreme);
    state.last_activity = FromEpochMillis(0);
    state.mark = extreme;
    state.paused_total = Duration(extreme);
    state.retries = static_cast<std::uint64_t>(extreme);
    state.detail = ShownDetail{{}, ExecutionStatus::kInit, {}, std::numeric_limits<int>::min()};

    ExpectRoundTrip(state);
  }
}

TEST(LedgerCodecTest, KeepsStringsThatLookLikeHex) {
  for (const char* text : {"", "0", "00", "abc", "abcd", "ABCD", "abcdefg0", "0123456789abcdef"}) {
    PipelineState state;
    state.id = {text};
    state.name = text;

    ExpectRoundTrip(state);
  }
}

TEST(LedgerCodecTest, StoresIdsInHalfTheirLengthAndOnce) {
  PipelineState state;
  const std::size_t without = EncodePipelineState(state).size();
  state.id = {"25adfa6784124cfc9b9274ceaecf9957"};
  state.name = state.id.value;

  EXPECT_EQ(EncodePipelineState(state).size(), without + 1 + 16);
}

TEST(LedgerCodecTest, WritesVersionOneAsItAlwaysDid) {
  ProjectTotals totals;
  totals.created = FromEpochMillis(1000);
  Histogram histogram;
  histogram.created = FromEpochMillis(1001);
  histogram.counts = {0, 300};
  histogram.sum = Duration(5);
  histogram.exemplars = {{1, {"0a"}, -1, Duration(5), FromEpochMillis(999)}};
  totals.step_durations[{"shell", "Build", RunResult::kFailure}] = histogram;

  const std::string payload = Bytes({0x03,                               // three strings
                                     0x0a, 's',  'h',  'e',  'l',  'l',  //
                                     0x0a, 'B',  'u',  'i',  'l',  'd',  //
                                     0x05, 0x0a,                         // packed
                                     0xd0, 0x0f,                         // created: 1000
                                     0x01,                               // one step histogram
                                     0x03, 0x01, 0x02, 0x01,             // its labels
                                     0x0d, 0x02,                         // itself: 1 after 1000
                                     0x02, 0x00, 0xac, 0x02, 0x0a,       // counts, sum
                                     0x01, 0x05, 0x01, 0x03, 0x01, 0x0a, 0x01,  // an exemplar
                                     0x00, 0x00});                              // nothing else
  EXPECT_EQ(EncodeProjectTotals(totals), SealLedgerBytes(1, payload));
  ProjectTotals decoded;
  ASSERT_EQ(DecodeTotals(payload, decoded), DecodeOutcome::kOk);
  EXPECT_EQ(decoded, totals);
}

TEST(LedgerCodecTest, StartsWithVersionAndChecksum) {
  // FNV-1a 32 of "\x01" "a".
  EXPECT_EQ(SealLedgerBytes(1, "a"), Bytes({0x01, 0x17, 0xb6, 0x74, 0x4c}) + "a");
}

TEST(LedgerCodecTest, LeavesMissingMembersAtTheirDefaults) {
  ProjectTotals totals;

  ASSERT_EQ(DecodeTotals(Bytes({0x00, 0x02}), totals), DecodeOutcome::kOk);

  ProjectTotals expected;
  expected.created = FromEpochMillis(1);
  EXPECT_EQ(totals, expected);
}

TEST(LedgerCodecTest, PassesOverMembersItDoesNotKnow) {
  // In the histogram of dispatch waits, two bytes of a member after its last one, and one at the
  // end.
  ProjectTotals totals;

  ASSERT_EQ(DecodeTotals(Bytes({0x00, 0x00, 0x00, 0x01, 0x07, 0x00, 0x01, 0x05, 0x02, 0x00, 0x7f,
                                0x7f, 0x01, 0x04, 0x7f}),
                         totals),
            DecodeOutcome::kOk);

  ASSERT_TRUE(totals.dispatch_wait);
  EXPECT_THAT(totals.dispatch_wait->counts, ElementsAre(5));
  EXPECT_EQ(totals.dispatch_wait->sum, Duration(1));
  EXPECT_EQ(totals.first_listing_newest, FromEpochMillis(2));
}

TEST(LedgerCodecTest, TellsNewerVersionsFromDamage) {
  ProjectTotals totals;

  EXPECT_EQ(DecodeProjectTotals(SealLedgerBytes(kLedgerCodecVersion + 1, "future"), totals),
            DecodeOutcome::kNewer);
}

TEST(LedgerCodecTest, FindsEveryFlippedBit) {
  const std::string intact = EncodePipelineState(RandomLedger(1).Pipeline());
  for (std::size_t i = 0; i < intact.size() * 8; ++i) {
    std::string damaged = intact;
    damaged[i / 8] = static_cast<char>(damaged[i / 8] ^ (1 << i % 8));
    PipelineState state;

    EXPECT_EQ(DecodePipelineState(damaged, state), DecodeOutcome::kDamaged) << "bit " << i;
  }
}

TEST(LedgerCodecTest, FindsEveryLostEnd) {
  const std::string intact = EncodePipelineState(RandomLedger(2).Pipeline());
  for (std::size_t size = 0; size < intact.size(); ++size) {
    PipelineState state;

    EXPECT_EQ(DecodePipelineState(std::string_view(intact).substr(0, size), state),
              DecodeOutcome::kDamaged)
        << size << " bytes";
  }
}

TEST(LedgerCodecTest, RefusesPayloadsThatTheEncoderDoesNotWrite) {
  const struct {
    const char* what;
    std::string damaged;
    std::string intact;  // The nearest one that it writes.
  } cases[] = {
      {"a varint without an end", Bytes({0x00, 0x80}), Bytes({0x00, 0x80, 0x01})},
      {"a varint of more than 64 bits", Bytes({0x00}) + std::string(10, '\xff') + "\x01",
       Bytes({0x00}) + std::string(9, '\xff') + "\x01"},
      {"a count of more than there is", Bytes({0x00, 0x00, 0x01}),
       Bytes({0x00, 0x00, 0x01, 0x00, 0x00})},
      {"a structure longer than the rest", Bytes({0x00, 0x00, 0x00, 0x01, 0x02, 0x00}),
       Bytes({0x00, 0x00, 0x00, 0x01, 0x01, 0x00})},
      {"a string longer than the rest", Bytes({0x01, 0x04, 0x61}), Bytes({0x01, 0x02, 0x61})},
      {"hex digits longer than the rest", Bytes({0x01, 0x09, 0x61}), Bytes({0x01, 0x05, 0x61})},
      {"a string that is not in the table", Bytes({0x00, 0x00, 0x01, 0x01, 0x01, 0x00}),
       Bytes({0x00, 0x00, 0x01, 0x01, 0x00, 0x00})},
      {"an unknown enumerator", Bytes({0x00, 0x00, 0x01, 0x03, 0x00, 0x00, 0x05, 0x00}),
       Bytes({0x00, 0x00, 0x01, 0x03, 0x00, 0x00, 0x04, 0x00})},
      {"an exemplar of no bucket",
       Bytes({0x00, 0x00, 0x00, 0x01, 0x0b, 0x00, 0x01, 0x05, 0x00, 0x01, 0x05, 0x01, 0x00, 0x00,
              0x00, 0x00}),
       Bytes({0x00, 0x00, 0x00, 0x01, 0x0b, 0x00, 0x01, 0x05, 0x00, 0x01, 0x05, 0x00, 0x00, 0x00,
              0x00, 0x00})},
  };
  for (const auto& [what, damaged, intact] : cases) {
    EXPECT_EQ(DecodeTotals(damaged), DecodeOutcome::kDamaged) << what;
    EXPECT_EQ(DecodeTotals(intact), DecodeOutcome::kOk) << what;
  }
}

TEST(LedgerCodecTest, RefusesMissedRunsOfOtherReasons) {
  // An empty table and the 29 members before `missed`, at their defaults.
  const auto payload = [](int reasons) {
    return std::string(30, '\0') + Bytes({reasons, 1, 2, 3, 4, 5});
  };
  PipelineState state;
  EXPECT_EQ(DecodePipelineState(SealLedgerBytes(1, payload(4)), state), DecodeOutcome::kOk);
  EXPECT_THAT(state.missed, ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(DecodePipelineState(SealLedgerBytes(1, payload(3)), state), DecodeOutcome::kDamaged);
  EXPECT_EQ(DecodePipelineState(SealLedgerBytes(1, payload(5)), state), DecodeOutcome::kDamaged);
}

}  // namespace
}  // namespace codearts
