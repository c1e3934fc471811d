#ifndef CODEARTS_SIMULATOR_VIRTUAL_CLOCK_H_
#define CODEARTS_SIMULATOR_VIRTUAL_CLOCK_H_

#include <chrono>

#include "base/clock.h"

namespace codearts::sim {

// Virtual now = start + scale * real time elapsed + advances. Never goes back.
class VirtualClock {
 public:
  // `real` must outlive this. A scale of 0 freezes it: only Advance() moves it.
  VirtualClock(const Clock& real, Timestamp start, double scale)
      : real_(real), start_(start), scale_(scale), origin_(real.SteadyNow()) {}

  Timestamp Now() const {
    const std::chrono::duration<double, std::milli> elapsed = real_.SteadyNow() - origin_;
    return start_ + advanced_ + std::chrono::duration_cast<Duration>(elapsed * scale_);
  }

  void Advance(Duration by) { advanced_ += by; }

 private:
  const Clock& real_;
  Timestamp start_;
  double scale_;
  SteadyTime origin_;
  Duration advanced_{0};
};

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_VIRTUAL_CLOCK_H_
