#include "collect/shard.h"

#include <cstdint>

namespace codearts {
namespace {

std::uint64_t Fnv1a64(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3U;
  }
  return hash;
}

}  // namespace

int ShardOf(const PipelineId& pipeline, int total) {
  std::uint64_t key = Fnv1a64(pipeline.value);
  std::int64_t bucket = -1;
  std::int64_t jump = 0;
  while (jump < total) {
    bucket = jump;
    key = key * 2862933555777941757U + 1;
    jump = static_cast<std::int64_t>(
        static_cast<double>(bucket + 1) *
        (static_cast<double>(std::int64_t{1} << 31) / static_cast<double>((key >> 33U) + 1)));
  }
  return static_cast<int>(bucket);
}

}  // namespace codearts
