#ifndef CODEARTS_CONFIG_VALUE_KIND_H_
#define CODEARTS_CONFIG_VALUE_KIND_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "config/config.h"
#include "config/config_reader.h"

namespace codearts {

// A kind of value of the file: what it looks like, how it is read and how it is written.
template <typename T>
struct ValueKind {
  std::string expected;  // Type and range in words: "a whole number from 1 to 256".
  // Reads the value into `out`, or adds an error and leaves `out` alone.
  std::function<void(ConfigReader&, const ConfigValue&, T& out)> read;
  // Returns the value as YAML on one line that `read` reads back; "" leaves the key out.
  std::function<std::string(const T&)> write;
};

// Ranges include both ends.
ValueKind<Duration> DurationFrom(Duration min, Duration max);
ValueKind<int> IntegerFrom(int min, int max);
ValueKind<std::int64_t> CountFrom(std::int64_t min, std::int64_t max);
ValueKind<double> NumberFrom(double min, double max);
// Units: bytes.
ValueKind<std::uint64_t> SizeFrom(std::uint64_t min, std::uint64_t max);

ValueKind<bool> Bool();
// One line of at most 1024 bytes; may be empty.
ValueKind<std::string> Text();
ValueKind<MetricsLevel> Level();
ValueKind<HistorySince> Since();

ValueKind<std::vector<double>> Buckets();

// Returns `text` as a double-quoted YAML scalar that survives the expansion of variables.
std::string WriteYamlText(std::string_view text);

std::string_view MetricsLevelName(MetricsLevel level);

}  // namespace codearts

#endif  // CODEARTS_CONFIG_VALUE_KIND_H_
