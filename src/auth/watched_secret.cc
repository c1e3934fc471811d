#include "auth/watched_secret.h"

#include <utility>

#include "config/file_reader.h"

namespace codearts {

WatchedSecret::WatchedSecret(SecretSource source) : source_(std::move(source)) {}

Result<bool> WatchedSecret::Refresh() {
  if (source_.file.empty()) return false;
  const Result<FileStamp> stamp = StampOf(source_.file);
  if (!stamp.ok()) return Failure(stamp.status());
  if (stamp_ == *stamp) return false;
  Result<Secret> secret = ReadSecretFile(source_.file);
  if (!secret.ok()) return Failure(secret.status());
  source_.value = *std::move(secret);
  stamp_ = *stamp;
  return true;
}

Status WatchedSecret::Failure(const Status& cause) {
  stamp_.reset();
  return Status(StatusCode::kCredentials, source_.file + ": " + cause.message());
}

}  // namespace codearts
