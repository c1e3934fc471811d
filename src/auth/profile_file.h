#ifndef CODEARTS_AUTH_PROFILE_FILE_H_
#define CODEARTS_AUTH_PROFILE_FILE_H_

#include <string_view>

#include "auth/request_signer.h"
#include "base/status.h"

namespace codearts {

// Reads the keys of section [basic] of the SDKs' profile file (~/.huaweicloud/credentials): INI
// with the keys ak, sk and security_token, others being ignored; values may stand in quotes;
// comments begin with # or ; and have a line of their own. Of a repeated key the last counts.
// Errors: kCredentials, with the line where there is one; the message never holds a value.
Result<AccessKeys> ParseProfile(std::string_view text);

}  // namespace codearts

#endif  // CODEARTS_AUTH_PROFILE_FILE_H_
