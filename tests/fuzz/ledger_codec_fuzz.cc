#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "collect/ledger_codec.h"

namespace {

using codearts::DecodeOutcome;

// What decodes must encode to something that decodes to the same value.
template <typename T>
void Check(std::string_view bytes, DecodeOutcome (*decode)(std::string_view, T&),
           std::string (*encode)(const T&)) {
  T value;
  if (decode(bytes, value) != DecodeOutcome::kOk) return;
  T again;
  if (decode(encode(value), again) != DecodeOutcome::kOk || again != value) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // As a row of a damaged file, and as what may hide behind a checksum that fits.
  const std::string sealed = codearts::SealLedgerBytes(codearts::kLedgerCodecVersion, text);
  for (const std::string_view bytes : {text, std::string_view(sealed)}) {
    Check(bytes, codearts::DecodePipelineState, codearts::EncodePipelineState);
    Check(bytes, codearts::DecodeProjectTotals, codearts::EncodeProjectTotals);
  }
  return 0;
}
