#ifndef CODEARTS_AUTH_FINGERPRINT_H_
#define CODEARTS_AUTH_FINGERPRINT_H_

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <string_view>

#include "base/secret.h"

namespace codearts {

// Returns a number that differs between different lists of secrets, but for hash collisions; for
// Credential::Fingerprint. It never leaves the process.
inline std::size_t FingerprintOf(std::initializer_list<const Secret*> secrets) {
  std::size_t fingerprint = 0;
  for (const Secret* secret : secrets) {
    // The multiplier is FNV's 64-bit prime: it makes the order matter.
    fingerprint =
        fingerprint * 1'099'511'628'211U + std::hash<std::string_view>()(secret->Reveal());
  }
  return fingerprint;
}

}  // namespace codearts

#endif  // CODEARTS_AUTH_FINGERPRINT_H_
