#include "simulator/model.h"

#include <array>
#include <utility>

namespace codearts::sim {

std::string_view StateName(State state) {
  static constexpr std::array<std::string_view, 14> kNames = {
      "INIT",       "QUEUED",        "RUNNING",      "PAUSED",    "SUSPEND",
      "COMPLETED",  "FAILED",        "CANCELED",     "IGNORED",   "SKIPPED",
      "UNSELECTED", "ASYNC_RUNNING", "ASYNC_FAILED", "REDISPATCH"};
  return kNames.at(static_cast<std::size_t>(state));
}

std::string_view OutcomeName(Outcome outcome) {
  static constexpr std::array<std::string_view, 4> kNames = {"success", "failure", "cancellation",
                                                             "skip"};
  return kNames.at(static_cast<std::size_t>(outcome));
}

std::optional<Outcome> ParseOutcome(std::string_view name) {
  for (const Outcome outcome :
       {Outcome::kSuccess, Outcome::kFailure, Outcome::kCancellation, Outcome::kSkip}) {
    if (OutcomeName(outcome) == name || StateName(FinalState(outcome)) == name) return outcome;
  }
  return std::nullopt;
}

State FinalState(Outcome outcome) {
  static constexpr std::array<State, 4> kStates = {State::kCompleted, State::kFailed,
                                                   State::kCanceled, State::kIgnored};
  return kStates.at(static_cast<std::size_t>(outcome));
}

std::optional<Outcome> OutcomeOf(State state) {
  for (const Outcome outcome :
       {Outcome::kSuccess, Outcome::kFailure, Outcome::kCancellation, Outcome::kSkip}) {
    if (FinalState(outcome) == state) return outcome;
  }
  return std::nullopt;
}

}  // namespace codearts::sim
