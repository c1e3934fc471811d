#include "collect/run_digest.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/text.h"

namespace codearts {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

// FNV-1a of 64 bits, begun from `basis`. The same in every build: digests are stored.
std::uint64_t Hash(std::string_view text, std::uint64_t basis) {
  constexpr std::uint64_t kPrime = 1'099'511'628'211U;
  std::uint64_t hash = basis;
  for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * kPrime;
  return hash;
}

}  // namespace

RunDigest::RunDigest(const RunId& id) {
  const std::string_view text = id.value;
  const bool is_hex = text.size() == 2 * bytes_.size() &&
                      text.find_first_not_of(kHexDigits) == std::string_view::npos;
  if (is_hex) {
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
      bytes_[i] =
          static_cast<char>(kHexDigits.find(text[2 * i]) << 4U | kHexDigits.find(text[2 * i + 1]));
    }
    return;
  }
  constexpr std::uint64_t kBasis = 14'695'981'039'346'656'037U;
  const std::uint64_t first = Hash(text, kBasis);
  const std::uint64_t second = Hash(text, first ^ text.size());
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    bytes_[i] = static_cast<char>((i < 8 ? first : second) >> (8 * (i % 8)) & 0xff);
  }
}

RunId RunDigest::Id() const {
  return {HexEncode({bytes_.data(), bytes_.size()})};
}

}  // namespace codearts
