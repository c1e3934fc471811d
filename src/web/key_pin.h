#ifndef CODEARTS_WEB_KEY_PIN_H_
#define CODEARTS_WEB_KEY_PIN_H_

#include <string>

#include "base/status.h"
#include "config/web_config.h"

namespace codearts {

// Returns what tells the server of `config` from all others: "sha256//" and the digest of its
// certificate's public key, as CurlTransportOptions::server_key_pin takes it. Source: RFC 7469,
// section 2.4. Errors: kInvalidArgument if the certificate can't be read, naming key and file.
Result<std::string> KeyPinOf(const TlsServerConfig& config);

}  // namespace codearts

#endif  // CODEARTS_WEB_KEY_PIN_H_
