#ifndef CODEARTS_SIMULATOR_RNG_H_
#define CODEARTS_SIMULATOR_RNG_H_

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

namespace codearts::sim {

// One step of SplitMix64: the mixing that both streams and derived seeds use.
constexpr std::uint64_t MixBits(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

// Derives an independent seed for the thing called `tag` with number `index` under `seed`.
constexpr std::uint64_t DeriveSeed(std::uint64_t seed, std::string_view tag,
                                   std::uint64_t index = 0) {
  std::uint64_t hash = MixBits(seed + 0x9e3779b97f4a7c15ULL);
  for (const char c : tag) {
    hash = MixBits(hash ^ static_cast<std::uint64_t>(static_cast<unsigned char>(c)));
  }
  return MixBits(hash ^ MixBits(index + 0x632be59bd9b4e019ULL));
}

// A stream of numbers that depends on its seed alone, on every compiler and library: the standard
// distributions do not promise that.
class Rng {
 public:
  explicit Rng(std::uint64_t seed) : state_(seed) {}

  std::uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    return MixBits(state_);
  }

  // Returns a number in [0, bound). Requires bound > 0.
  std::uint64_t Below(std::uint64_t bound) { return Next() % bound; }

  // Returns a number in [low, high].
  int Between(int low, int high) {
    return low + static_cast<int>(Below(static_cast<std::uint64_t>(high - low) + 1));
  }

  // Returns a number in [0, 1).
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

  bool Chance(double probability) { return Unit() < probability; }

  // Returns an exponentially distributed duration, at least a second.
  std::chrono::seconds Exponential(std::chrono::seconds mean) {
    const double value = -std::log(1.0 - Unit()) * static_cast<double>(mean.count());
    return std::chrono::seconds(1 + static_cast<std::int64_t>(value));
  }

  template <typename T, std::size_t N>
  const T& Pick(const std::array<T, N>& values) {
    return values[Below(N)];
  }

 private:
  std::uint64_t state_;
};

// Returns 32 lower-case hex digits, the form of every id of the API.
inline std::string MakeId(std::uint64_t seed) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  Rng rng(seed);
  std::string id(32, '0');
  for (std::size_t half = 0; half < 2; ++half) {
    std::uint64_t bits = rng.Next();
    for (std::size_t i = 0; i < 16; ++i, bits >>= 4) id[half * 16 + i] = kDigits[bits & 15];
  }
  return id;
}

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_RNG_H_
