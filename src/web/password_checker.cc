#include "web/password_checker.h"

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <string.h>

#include <algorithm>
#include <memory>

namespace codearts {
namespace {

constexpr std::size_t kCostStart = 4;  // In "$2y$10$...".
constexpr std::size_t kSettingSize = 29;

// Whether `password` has the bcrypt hash; takes the time that the hash's cost asks for.
bool MatchesBcrypt(const Secret& password, std::string_view hash) {
  const std::string setting(hash);
  std::string phrase(password.Reveal());
  // 32 KiB, too much for the server's small stacks.
  const auto data = std::make_unique<crypt_data>();
  const char* made = crypt_r(phrase.c_str(), setting.c_str(), data.get());
  const bool matches = made != nullptr && strlen(made) == hash.size() &&
                       CRYPTO_memcmp(made, hash.data(), hash.size()) == 0;
  explicit_bzero(data.get(), sizeof *data);
  Wipe(phrase);
  return matches;
}

// A hash that no password has, at the highest cost in use: the time of a check must not tell
// whether there is such a user.
std::string DummyHash(const PasswordHashes& hashes) {
  std::string cost = "10";
  for (const auto& [user, hash] : hashes) {
    cost = std::max(cost, std::string(hash.Reveal().substr(kCostStart, 2)));
  }
  std::string dummy = "$2y$" + cost + "$" + std::string(22, '.');
  dummy.resize(kSettingSize + 31, '.');
  return dummy;
}

}  // namespace

PasswordChecker::PasswordChecker() {
  RAND_bytes(key_.data(), static_cast<int>(key_.size()));
}

PasswordVerdict PasswordChecker::Check(const PasswordHashes& hashes, std::string_view user,
                                       const Secret& password) {
  const auto found = hashes.find(user);
  const bool exists = found != hashes.end();
  const Secret hash = exists ? found->second : Secret(DummyHash(hashes));
  const Digest digest = DigestOf(user, hash, password);
  if (exists && IsKnown(user, digest)) return PasswordVerdict::kRight;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (waiting_ >= kMostAtOnce) return PasswordVerdict::kBusy;
    ++waiting_;
  }
  bool right = false;
  {
    const std::lock_guard<std::mutex> lock(bcrypt_);
    right = MatchesBcrypt(password, hash.Reveal());
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  --waiting_;
  // C's strings end at a NUL, so the rest of such a password would not count.
  right = right && exists && password.Reveal().find('\0') == std::string_view::npos;
  if (right) known_.insert_or_assign(std::string(user), digest);
  return right ? PasswordVerdict::kRight : PasswordVerdict::kWrong;
}

PasswordChecker::Digest PasswordChecker::DigestOf(std::string_view user, const Secret& hash,
                                                  const Secret& password) const {
  // Neither a user name of HTTP's basic authentication nor a hash holds a colon.
  std::string text = std::string(user) + ":" + std::string(hash.Reveal()) + ":";
  text += password.Reveal();
  Digest digest{};
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), nullptr);
  Wipe(text);
  return digest;
}

bool PasswordChecker::IsKnown(std::string_view user, const Digest& digest) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto known = known_.find(user);
  return known != known_.end() &&
         CRYPTO_memcmp(known->second.data(), digest.data(), digest.size()) == 0;
}

}  // namespace codearts
