#ifndef CODEARTS_METRICS_FAMILY_BLOCKS_H_
#define CODEARTS_METRICS_FAMILY_BLOCKS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/catalogue.h"
#include "metrics/sample_writer.h"

namespace codearts {

// The samples of one pipeline or project in consecutive families: one text, cut by family, so that
// a page takes each family's part from everybody.
struct FamilyBlocks {
  std::string text;
  std::vector<std::size_t> ends;  // Where each family's part ends, in order of the catalogue.
  std::uint64_t series = 0;

  std::string_view TextOf(std::size_t family) const {
    const std::size_t start = family == 0 ? 0 : ends[family - 1];
    return std::string_view(text).substr(start, ends[family] - start);
  }
};

// Builds FamilyBlocks. Reusable: its buffers are kept from one to the next.
class BlockBuilder {
 public:
  BlockBuilder(TextFormat format, MetricRange families);
  ~BlockBuilder() = default;
  BlockBuilder(const BlockBuilder&) = delete;
  BlockBuilder& operator=(const BlockBuilder&) = delete;

  // Begins the blocks of one pipeline or project whose samples all have `common_labels`.
  void Begin(std::string common_labels);
  // Samples of `id` follow. Families come in order of the catalogue; those without samples may be
  // left out.
  SampleWriter& Start(MetricId id);
  FamilyBlocks Finish();

 private:
  void CloseUntil(MetricId id);

  const MetricRange families_;
  std::string text_;
  SampleWriter writer_;
  std::vector<std::size_t> ends_;
  std::uint64_t series_before_ = 0;
};

}  // namespace codearts

#endif  // CODEARTS_METRICS_FAMILY_BLOCKS_H_
