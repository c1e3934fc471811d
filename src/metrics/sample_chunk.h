#ifndef CODEARTS_METRICS_SAMPLE_CHUNK_H_
#define CODEARTS_METRICS_SAMPLE_CHUNK_H_

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/compression.h"

namespace codearts {

// The samples that some neighbours on the page have of one family: what is written and compressed
// as one. Immutable but for its compressed form, which is made when it is first asked for. Threads:
// safe.
class SampleChunk {
 public:
  // `ends`: where the text of each member ends; it may be empty.
  SampleChunk(std::string text, std::vector<std::uint32_t> ends)
      : text_(std::move(text)), ends_(std::move(ends)) {}
  // A text of one member.
  explicit SampleChunk(std::string text)
      : text_(std::move(text)), ends_{static_cast<std::uint32_t>(text_.size())} {}
  ~SampleChunk() = default;
  SampleChunk(const SampleChunk&) = delete;
  SampleChunk& operator=(const SampleChunk&) = delete;

  const std::string& text() const { return text_; }
  std::size_t members() const { return ends_.size(); }

  std::string_view TextOf(std::size_t member) const {
    const std::size_t start = member == 0 ? 0 : ends_[member - 1];
    return std::string_view(text_).substr(start, ends_[member] - start);
  }

  const DeflatedText& Deflated(TextDeflater& deflater) const {
    std::call_once(once_, [&] { deflated_ = deflater.Deflate(text_); });
    return deflated_;
  }

 private:
  const std::string text_;
  const std::vector<std::uint32_t> ends_;
  mutable std::once_flag once_;
  mutable DeflatedText deflated_;
};

}  // namespace codearts

#endif  // CODEARTS_METRICS_SAMPLE_CHUNK_H_
