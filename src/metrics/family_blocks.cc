#include "metrics/family_blocks.h"

#include <utility>

namespace codearts {

BlockBuilder::BlockBuilder(TextFormat format, MetricRange families)
    : families_(families), writer_(format, text_) {}

void BlockBuilder::Begin(std::string common_labels) {
  text_.clear();
  ends_.clear();
  series_before_ = writer_.series();
  writer_.SetCommonLabels(std::move(common_labels));
}

void BlockBuilder::CloseUntil(MetricId id) {
  ends_.resize(MetricRange{families_.first, id}.size(), text_.size());
}

SampleWriter& BlockBuilder::Start(MetricId id) {
  CloseUntil(id);
  writer_.Start(id);
  return writer_;
}

FamilyBlocks BlockBuilder::Finish() {
  CloseUntil(families_.end);
  // Copies, so that the block takes no more memory than it needs.
  return {text_, ends_, writer_.series() - series_before_};
}

}  // namespace codearts
