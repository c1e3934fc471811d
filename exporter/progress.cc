#include "exporter/progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include <utility>

namespace codearts {
namespace {

// Back to the first column, and clear what stands there.
constexpr const char* kStartOver = "\r\x1b[K";

}  // namespace

Progress::Progress(std::FILE* stream, std::string done, std::string things)
    : stream_(isatty(fileno(stream)) == 1 ? stream : nullptr),
      done_word_(std::move(done)),
      things_(std::move(things)) {}

Progress::~Progress() {
  if (stream_ == nullptr || expected_ == 0) return;
  std::fputs(kStartOver, stream_);
  std::fflush(stream_);
}

void Progress::Expect(std::size_t more) {
  expected_ += more;
  Show();
}

void Progress::Advance() {
  ++done_;
  Show();
}

void Progress::Show() {
  if (stream_ == nullptr) return;
  fmt::print(stream_, "{}{} {} of {} {}", kStartOver, done_word_, done_, expected_, things_);
  std::fflush(stream_);
}

}  // namespace codearts
