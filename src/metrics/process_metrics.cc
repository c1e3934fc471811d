#include "metrics/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "metrics/catalogue.h"

namespace codearts {
namespace {

constexpr Duration kLifetime = std::chrono::seconds(1);

// Of the words of /proc/self/stat after the command's name; proc(5) counts from 1 and these are
// from 3 on.
constexpr std::size_t kStartTimeWord = 22 - 3;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> Words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), std::istream_iterator<std::string>()};
}

std::optional<double> ParseNumber(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

prometheus::MetricFamily MakeFamily(MetricId id, double value) {
  const MetricSpec& spec = SpecOf(id);
  prometheus::MetricFamily family;
  family.name = spec.name;
  family.help = spec.help;
  prometheus::ClientMetric& metric = family.metric.emplace_back();
  if (spec.type == MetricType::kCounter) {
    family.type = prometheus::MetricType::Counter;
    metric.counter.value = value;
  } else {
    family.type = prometheus::MetricType::Gauge;
    metric.gauge.value = value;
  }
  return family;
}

// Returns the number that follows `key` at the start of a line.
std::optional<double> ValueAfter(std::string_view text, std::string_view key) {
  std::size_t place = text.find(key);
  while (place != std::string_view::npos && place != 0 && text[place - 1] != '\n') {
    place = text.find(key, place + 1);
  }
  if (place == std::string_view::npos) return std::nullopt;
  text.remove_prefix(place + key.size());
  text = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return ParseNumber(text.substr(0, text.find_first_of(" \t")));
}

std::optional<double> BytesAfter(std::string_view text, std::string_view key) {
  const std::optional<double> kibibytes = ValueAfter(text, key);
  return kibibytes ? std::optional(*kibibytes * 1024) : std::nullopt;
}

std::optional<double> ReadStartTime(const std::string& proc) {
  const std::string stat = ReadFile(proc + "/self/stat");
  // The name stands in parentheses and may contain some, and blanks too.
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  const std::vector<std::string> words = Words(stat.substr(name_end + 1));
  if (words.size() <= kStartTimeWord) return std::nullopt;
  const std::optional<double> ticks_after_boot = ParseNumber(words[kStartTimeWord]);
  const std::optional<double> boot = ValueAfter(ReadFile(proc + "/stat"), "btime");
  if (!ticks_after_boot || !boot) return std::nullopt;
  return *boot + *ticks_after_boot / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// Not from /proc/self/stat, for which the kernel goes through all threads more than once.
std::optional<double> CpuSeconds() {
  timespec time{};
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) != 0) return std::nullopt;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

std::optional<double> SoftLimit(decltype(RLIMIT_NOFILE) resource) {
  rlimit limit{};
  if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  return static_cast<double>(limit.rlim_cur);
}

std::optional<double> CountEntries(const std::string& directory) {
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error);
  if (error) return std::nullopt;
  double count = 0;
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    ++count;
  }
  return count;
}

}  // namespace

ProcessMetrics::ProcessMetrics(const Clock& clock, std::string proc)
    : clock_(clock), proc_(std::move(proc)), start_time_(ReadStartTime(proc_)) {}

std::shared_ptr<const ProcessMetrics::Families> ProcessMetrics::Read() {
  const std::lock_guard lock(mutex_);
  const SteadyTime now = clock_.SteadyNow();
  if (families_ == nullptr || now - read_ >= kLifetime) {
    families_ = std::make_shared<Families>(ReadNow());
    read_ = now;
  }
  return families_;
}

ProcessMetrics::Families ProcessMetrics::ReadNow() const {
  const std::string status = ReadFile(proc_ + "/self/status");
  Families families;
  const auto add = [&families](MetricId id, std::optional<double> value) {
    if (value) families.push_back(MakeFamily(id, *value));
  };
  add(MetricId::kProcessCpu, CpuSeconds());
  add(MetricId::kProcessOpenFds, CountEntries(proc_ + "/self/fd"));
  add(MetricId::kProcessMaxFds, SoftLimit(RLIMIT_NOFILE));
  add(MetricId::kProcessVirtualMemory, BytesAfter(status, "VmSize:"));
  add(MetricId::kProcessVirtualMemoryMax, SoftLimit(RLIMIT_AS));
  add(MetricId::kProcessResidentMemory, BytesAfter(status, "VmRSS:"));
  add(MetricId::kProcessStartTime, start_time_);
  add(MetricId::kProcessThreads, ValueAfter(status, "Threads:"));
  return families;
}

}  // namespace codearts
