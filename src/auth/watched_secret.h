#ifndef CODEARTS_AUTH_WATCHED_SECRET_H_
#define CODEARTS_AUTH_WATCHED_SECRET_H_

#include <optional>

#include "base/secret.h"
#include "base/status.h"
#include "config/config.h"
#include "config/file_stamp.h"

namespace codearts {

// A secret that is read again when its file has changed. Threads: one.
class WatchedSecret {
 public:
  explicit WatchedSecret(SecretSource source);

  // Looks at the file, if the secret has one, and returns whether the value was read again. Errors:
  // kCredentials, naming the file, when it can't be read or holds no secret; the value is then the
  // last good one.
  Result<bool> Refresh();

  // Lifetime: until the next Refresh.
  const Secret& value() const { return source_.value; }

 private:
  Status Failure(const Status& cause);

  SecretSource source_;
  std::optional<FileStamp> stamp_;  // Of what `source_` was read from.
};

}  // namespace codearts

#endif  // CODEARTS_AUTH_WATCHED_SECRET_H_
