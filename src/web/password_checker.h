#ifndef CODEARTS_WEB_PASSWORD_CHECKER_H_
#define CODEARTS_WEB_PASSWORD_CHECKER_H_

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace codearts {

// User -> bcrypt hash of the password.
using PasswordHashes = std::map<std::string, Secret, std::less<>>;

enum class PasswordVerdict {
  kRight,
  kWrong,
  kBusy,  // Too many passwords are being checked.
};

// Checks passwords against bcrypt hashes, which is slow on purpose. A right password is remembered
// by a keyed digest, so that only its first check is slow. An unknown user costs as much time as a
// wrong password. Only kMostAtOnce may wait, so that guessers can't take all of the server's
// threads. Threads: safe; bcrypt runs in one at a time.
class PasswordChecker {
 public:
  static constexpr int kMostAtOnce = 8;

  PasswordChecker();

  PasswordVerdict Check(const PasswordHashes& hashes, std::string_view user,
                        const Secret& password);

 private:
  using Digest = std::array<unsigned char, 32>;

  Digest DigestOf(std::string_view user, const Secret& hash, const Secret& password) const;
  bool IsKnown(std::string_view user, const Digest& digest);

  Digest key_{};       // Random, of this process.
  std::mutex bcrypt_;  // Held while bcrypt runs.
  std::mutex mutex_;   // Guards the rest.
  int waiting_ = 0;    // For bcrypt, or running it.
  std::map<std::string, Digest, std::less<>> known_;
};

}  // namespace codearts

#endif  // CODEARTS_WEB_PASSWORD_CHECKER_H_
