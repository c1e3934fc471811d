#ifndef CODEARTS_COLLECT_RUN_DIGEST_H_
#define CODEARTS_COLLECT_RUN_DIGEST_H_

#include <array>

#include "model/ids.h"

namespace codearts {

// What a run's id is recognised by, without memory of its own: a state keeps a hundred of them, and
// is copied whenever it changes. The service's ids are 32 hexadecimal digits, which are kept as
// they are; of an id of another form it is a digest of 128 bits.
class RunDigest {
 public:
  RunDigest() = default;
  explicit RunDigest(const RunId& id);

  // Returns 32 hexadecimal digits, of which the same digest is made again.
  RunId Id() const;

  bool operator==(const RunDigest&) const = default;

 private:
  std::array<char, 16> bytes_{};
};

}  // namespace codearts

#endif  // CODEARTS_COLLECT_RUN_DIGEST_H_
