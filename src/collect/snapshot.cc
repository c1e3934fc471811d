#include "collect/snapshot.h"

#include <cstddef>

namespace codearts {

std::string_view StatusLevelName(StatusLevel level) {
  constexpr std::array<std::string_view, kStatusLevelCount> kNames = {"run", "stage", "job",
                                                                      "step"};
  return kNames[static_cast<std::size_t>(level)];
}

}  // namespace codearts
