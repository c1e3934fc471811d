#ifndef CODEARTS_EXPORTER_RUNNING_EXPORTER_H_
#define CODEARTS_EXPORTER_RUNNING_EXPORTER_H_

#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/http_message.h"
#include "base/status.h"
#include "config/config.h"
#include "exporter/command_line.h"
#include "model/ids.h"

namespace codearts {

// How long a running exporter may take to answer: below what orchestrators give a probe.
inline constexpr Duration kAnswerTimeout = std::chrono::seconds(3);

// Returns host and port at which this machine reaches an exporter that listens on `address`: one on
// every interface by the loopback address. Errors: kInvalidArgument for an address that is not
// loopback: nothing else may be asked in the clear.
Result<std::string> LocalHostOf(const ListenAddress& address);

// Returns that of the first address that this machine may ask. Errors: those of LocalHostOf.
Result<std::string> FindLocalHost(const WebFlags& web);

// Where and how an exporter lets a command in.
struct ExporterDoor {
  std::string url;                          // "https://127.0.0.1:10440".
  std::string key_pin;                      // See CurlTransportOptions; empty without TLS.
  std::optional<HttpHeader> authorization;  // nullopt: no password is sent.
};

// Returns the way to the exporter that was started with the flags `web`, by TLS if their web
// configuration says so: then it is known by the key of the certificate that is named there.
// Errors: kInvalidArgument with the remedy if something is missing, and those of LocalHostOf.
Result<ExporterDoor> FindDoor(const WebFlags& web, const ExporterLogin& login);

// Sends GET `path` to the exporter, waiting kAnswerTimeout at most, and returns the body. Errors:
// those of the transport; kUnauthenticated for 401, kUnavailable for any other status but 200.
Result<std::string> AskExporter(const ExporterDoor& door, const std::string& path);

// How a running exporter says that the refreshes of a project go.
struct ProjectReport {
  bool up = false;
  std::optional<Timestamp> last_refresh;
  std::optional<Duration> duration;
  std::string last_error;  // Empty: the last refresh had none.
};

// Reads /api/v1/status of the exporter that was started with the flags `web`. Errors: those of
// FindDoor and AskExporter, with a remedy where there is one; kInvalidResponse.
Result<std::map<ProjectId, ProjectReport>> ReadProjectReports(const WebFlags& web,
                                                              const ExporterLogin& login);

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_RUNNING_EXPORTER_H_
