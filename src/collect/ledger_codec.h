#ifndef CODEARTS_COLLECT_LEDGER_CODEC_H_
#define CODEARTS_COLLECT_LEDGER_CODEC_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "collect/pipeline_state.h"
#include "collect/snapshot.h"

namespace codearts {

// The ledger as bytes. Form: one byte kLedgerCodecVersion; four bytes of checksum, FNV-1a 32 of the
// version and all that follows, little-endian; the table of strings; then the structure: its
// members in the order of ledger_fields.h, after their length in bytes where it is part of another.
// Integers are LEB128 varints, signed ones zigzag. Instants are the difference to the first of all.
// Strings are their number in the table, from 1 on, or 0 if empty. Optional values have a presence
// byte, and containers a count. The table has its count, and of each string (length << 1) and its
// bytes, or (length << 1 | 1) and two digits a byte if it is lower-case hex, as ids are.

// Raise it when a program of the version before would misread what this one writes, as it would a
// new enumerator. More members need no new version.
inline constexpr std::uint8_t kLedgerCodecVersion = 1;

enum class DecodeOutcome {
  kOk,
  kDamaged,  // Not what the encoder writes.
  kNewer,    // Intact, and of a newer version than kLedgerCodecVersion.
};

std::string EncodePipelineState(const PipelineState& pipeline);
std::string EncodeProjectTotals(const ProjectTotals& totals);

// Read what the encoder wrote, whatever the bytes are. The value is whole only if the outcome is
// kOk.
DecodeOutcome DecodePipelineState(std::string_view bytes, PipelineState& pipeline);
DecodeOutcome DecodeProjectTotals(std::string_view bytes, ProjectTotals& totals);

// Puts version and checksum before `payload`, as the encoders do.
std::string SealLedgerBytes(std::uint8_t version, std::string_view payload);

}  // namespace codearts

#endif  // CODEARTS_COLLECT_LEDGER_CODEC_H_
