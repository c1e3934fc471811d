#ifndef CODEARTS_TESTS_SUPPORT_SILENT_OBSERVER_H_
#define CODEARTS_TESTS_SUPPORT_SILENT_OBSERVER_H_

#include <string_view>

#include "http/request_scheduler.h"

namespace codearts::testing {

// For tests that do not look at the exporter's own metrics.
class SilentObserver final : public RequestObserver {
 public:
  void OnResponse(std::string_view, int, Duration) override {}
  void OnRetry(std::string_view) override {}
  void OnThrottled(std::string_view) override {}
  void OnBudget(std::string_view, double) override {}
};

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_SUPPORT_SILENT_OBSERVER_H_
