#ifndef CODEARTS_AUTH_KEY_READER_H_
#define CODEARTS_AUTH_KEY_READER_H_

#include <functional>
#include <optional>

#include "auth/request_signer.h"
#include "base/status.h"
#include "config/config.h"

namespace codearts {

// Looks at where access keys are kept, and returns them if they are new since the last call that
// did. Errors: kCredentials, naming the file. Threads: one.
using KeyReader = std::function<Result<std::optional<AccessKeys>>()>;

// Keys from the configuration, the environment or a file each.
KeyReader MakeKeyReader(AccessKeyCredential source);

// Keys from the SDKs' profile file.
KeyReader MakeKeyReader(ProfileFileCredential source);

}  // namespace codearts

#endif  // CODEARTS_AUTH_KEY_READER_H_
