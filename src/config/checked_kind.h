#ifndef CODEARTS_CONFIG_CHECKED_KIND_H_
#define CODEARTS_CONFIG_CHECKED_KIND_H_

#include <string>
#include <vector>

#include "config/value_kind.h"

namespace codearts {

// Kinds of values that must make sense outside the file: URLs, patterns, files and secrets.

// See NormalizeEndpoint. An empty text leaves it unset.
ValueKind<std::string> Endpoint();
// See NormalizeMetadataEndpoint. An empty text leaves it unset.
ValueKind<std::string> MetadataEndpoint();
ValueKind<std::string> ProxyUrl();
// Must be readable, or empty.
ValueKind<std::string> ReadableFile();

// RE2 patterns; may be empty.
ValueKind<std::vector<std::string>> Patterns();
// At least one RE2 pattern.
ValueKind<std::vector<std::string>> SomePatterns();

// The two spellings of a secret: written as "<hidden>" and as the file's path.
ValueKind<SecretSource> InlineSecret();
ValueKind<SecretSource> SecretFile();

}  // namespace codearts

#endif  // CODEARTS_CONFIG_CHECKED_KIND_H_
