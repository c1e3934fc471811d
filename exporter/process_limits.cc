#include "exporter/process_limits.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/logging.h"
#include "web/server.h"

namespace codearts {
namespace {

// For the API, the state file, secrets and the log.
constexpr rlim_t kOtherFiles = 160;

}  // namespace

void ForbidMemoryDumps() {
  // The limit alone does not hold where the kernel pipes core files to a program.
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  const rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

void RaiseFileLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t wanted = static_cast<rlim_t>(WebServerOptions().max_connections) + kOtherFiles;
  if (limit.rlim_max < wanted) {
    LogWarn(
        "the process may open few files; raise the limit of open files (LimitNOFILE, ulimit -n)",
        {{"limit", limit.rlim_max}, {"wanted", wanted}});
  }
}

void LimitHeapArenas() {
  mallopt(M_ARENA_MAX, 2);  // NOLINT(concurrency-mt-unsafe): there are no other threads yet.
}

void ReturnFreeMemory() {
  malloc_trim(0);
}

}  // namespace codearts
