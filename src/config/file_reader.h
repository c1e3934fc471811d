#ifndef CODEARTS_CONFIG_FILE_READER_H_
#define CODEARTS_CONFIG_FILE_READER_H_

#include <cstddef>
#include <string>

#include "base/secret.h"
#include "base/status.h"

namespace codearts {

// Reads a whole file. Errors: kInvalidArgument with the system's words, e.g. "No such file or
// directory", also for a folder and beyond `max_bytes`; the path is not in the message.
Result<std::string> ReadTextFile(const std::string& path, std::size_t max_bytes);

// Reads a secret and removes line ends at its end and the mark (BOM) with which some editors begin
// UTF-8. Errors: as ReadTextFile; also when it is empty, holds control characters or is larger than
// 128 KiB (IAM tokens have up to 100,000 characters).
Result<Secret> ReadSecretFile(const std::string& path);

// Checks what the gateway and HTTP headers can carry. Errors: kInvalidArgument when it is empty or
// holds control characters; the message never holds the value.
Status CheckSecret(const Secret& secret);

// Whether the secret begins or ends with a space or a tab: allowed, and hardly ever meant.
bool HasSpaceAround(const Secret& secret);
inline constexpr const char* kSpaceAround = "begins or ends with a space";
inline constexpr const char* kSpaceAroundRemedy = "remove it, unless it is part of the secret";

// Whether users other than the file's owner and group may read it.
bool IsReadableByOthers(const std::string& path);

}  // namespace codearts

#endif  // CODEARTS_CONFIG_FILE_READER_H_
