#ifndef CODEARTS_EXPORTER_CREDENTIAL_FACTORY_H_
#define CODEARTS_EXPORTER_CREDENTIAL_FACTORY_H_

#include <map>
#include <memory>
#include <string>

#include "auth/credential.h"
#include "base/clock.h"
#include "config/config.h"
#include "http/request_scheduler.h"

namespace codearts {

// By name.
using CredentialMap = std::map<std::string, std::shared_ptr<Credential>>;

// Makes a credential of each kind that is configured. No I/O: files are read and tokens fetched
// when they are needed, through `scheduler`, which with `clock` must outlive every use of them.
CredentialMap MakeCredentials(const Config& config, RequestScheduler& scheduler,
                              const Clock& clock);

// Whether a credential may be kept when the configuration changes from one to the other.
bool IsSameCredential(const CredentialConfig& a, const CredentialConfig& b);

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_CREDENTIAL_FACTORY_H_
