#include "auth/key_reader.h"

#include <cstddef>
#include <string>
#include <utility>

#include "auth/profile_file.h"
#include "auth/watched_secret.h"
#include "base/secret.h"
#include "config/file_reader.h"
#include "config/file_stamp.h"

namespace codearts {
namespace {

constexpr std::size_t kMaxProfileBytes = std::size_t{1} << 20U;

class SeparateKeys {
 public:
  explicit SeparateKeys(AccessKeyCredential source)
      : access_key_(std::move(source.access_key)),
        secret_key_(std::move(source.secret_key)),
        security_token_(std::move(source.security_token)) {}

  Result<std::optional<AccessKeys>> operator()() {
    for (WatchedSecret* secret : {&access_key_, &secret_key_, &security_token_}) {
      const Result<bool> read_again = secret->Refresh();
      if (!read_again.ok()) return read_again.status();
      read_again_ = read_again_ || *read_again;
    }
    if (!std::exchange(read_again_, false)) return std::optional<AccessKeys>();
    return std::optional(AccessKeys{std::string(access_key_.value().Reveal()), secret_key_.value(),
                                    security_token_.value()});
  }

 private:
  WatchedSecret access_key_;
  WatchedSecret secret_key_;
  WatchedSecret security_token_;
  bool read_again_ = true;  // Whether something is newer than what was returned last.
};

class ProfileKeys {
 public:
  explicit ProfileKeys(ProfileFileCredential source) : path_(std::move(source.path)) {}

  Result<std::optional<AccessKeys>> operator()() {
    const Result<FileStamp> stamp = StampOf(path_);
    if (!stamp.ok()) return Failure(stamp.status());
    if (stamp_ == *stamp) return std::optional<AccessKeys>();
    Result<std::string> text = ReadTextFile(path_, kMaxProfileBytes);
    if (!text.ok()) return Failure(text.status());
    Result<AccessKeys> keys = ParseProfile(*text);
    Wipe(*text);
    if (!keys.ok()) return Failure(keys.status());
    stamp_ = *stamp;
    return std::optional(*std::move(keys));
  }

 private:
  Status Failure(const Status& cause) {
    stamp_.reset();
    return Status(StatusCode::kCredentials, path_ + ": " + cause.message());
  }

  std::string path_;
  std::optional<FileStamp> stamp_;  // Of what was read last.
};

}  // namespace

KeyReader MakeKeyReader(AccessKeyCredential source) {
  return SeparateKeys(std::move(source));
}

KeyReader MakeKeyReader(ProfileFileCredential source) {
  return ProfileKeys(std::move(source));
}

}  // namespace codearts
