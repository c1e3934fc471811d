#ifndef CODEARTS_WEB_LIVE_WEB_CONFIG_H_
#define CODEARTS_WEB_LIVE_WEB_CONFIG_H_

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "config/config_problem.h"
#include "config/file_stamp.h"
#include "config/web_config.h"
#include "web/tls_context.h"

namespace codearts {

// A web configuration and what was made of the files it names.
struct ActiveWebConfig {
  WebConfig config;
  std::shared_ptr<const TlsContext> tls;  // Null: plain HTTP.
};

// The web configuration in force. It is read again when it or a file that it names has changed, as
// users of Prometheus' programs expect; a broken one is logged once and changes nothing.
// Threads: safe.
class LiveWebConfig {
 public:
  struct OpenResult {
    std::unique_ptr<LiveWebConfig> live;  // Set if there are no errors.
    std::vector<ConfigProblem> errors;
    std::vector<ConfigProblem> warnings;
  };

  // Reads the file and what it names; an empty path stands for an empty file.
  static OpenResult Open(const std::string& path);

  // Returns the newest valid configuration; never null. It looks at the files, and reads those that
  // have changed unless another thread is at it.
  std::shared_ptr<const ActiveWebConfig> Current();

  // Reads everything again and returns what is wrong; the configuration then stays as it was.
  // Whether TLS is spoken can't change without a restart.
  std::vector<ConfigProblem> Reload();

 private:
  using Stamps = std::map<std::string, std::optional<FileStamp>>;

  // What one reading of the files gave.
  struct Reading {
    std::shared_ptr<const ActiveWebConfig> active;  // Null if there are errors.
    Stamps stamps;
    std::vector<ConfigProblem> errors;
    std::vector<ConfigProblem> warnings;
  };

  LiveWebConfig(std::string path, Reading reading);

  static Reading Read(const std::string& path);
  static Stamps StampAll(const Stamps& files);
  std::vector<ConfigProblem> Take(Reading reading);

  const std::string path_;
  std::mutex reading_;  // Held by the thread that reads the files.
  std::mutex mutex_;    // Guards the rest.
  std::shared_ptr<const ActiveWebConfig> active_;
  Stamps stamps_;  // Of the last attempt to read.
};

}  // namespace codearts

#endif  // CODEARTS_WEB_LIVE_WEB_CONFIG_H_
