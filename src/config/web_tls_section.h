#ifndef CODEARTS_CONFIG_WEB_TLS_SECTION_H_
#define CODEARTS_CONFIG_WEB_TLS_SECTION_H_

#include <optional>

#include "config/config_reader.h"
#include "config/web_config.h"

namespace codearts {

// Reads tls_server_config; nullopt if it is empty. Adds errors and warnings to `reader`.
std::optional<TlsServerConfig> ReadTlsServer(ConfigReader& reader, const ConfigValue& map);

}  // namespace codearts

#endif  // CODEARTS_CONFIG_WEB_TLS_SECTION_H_
