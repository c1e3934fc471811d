#include "exporter/signals.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <chrono>

namespace codearts {
namespace {

sigset_t AwaitedSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

void BlockSignals() {
  const sigset_t set = AwaitedSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  struct sigaction ignore = {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, nullptr);
  sigaction(SIGXFSZ, &ignore, nullptr);
}

std::optional<int> AwaitSignal(std::optional<Duration> limit) {
  const sigset_t set = AwaitedSignals();
  int signal = SIGTERM;
  if (!limit) {
    sigwait(&set, &signal);
    return signal;
  }
  const auto seconds = std::chrono::floor<std::chrono::seconds>(*limit);
  timespec timeout = {};
  timeout.tv_sec = seconds.count();
  timeout.tv_nsec = std::chrono::nanoseconds(*limit - seconds).count();
  signal = sigtimedwait(&set, nullptr, &timeout);
  // EAGAIN, or EINTR by a debugger: either way there is none yet.
  return signal < 0 ? std::nullopt : std::optional(signal);
}

void RaiseTermination() {
  kill(getpid(), SIGTERM);
}

}  // namespace codearts
