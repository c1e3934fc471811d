#ifndef CODEARTS_CONFIG_CREDENTIAL_SECTION_H_
#define CODEARTS_CONFIG_CREDENTIAL_SECTION_H_

#include <string>
#include <vector>

#include "config/config.h"
#include "config/schema.h"

namespace codearts {

// The keys of one credential in the file, whichever kind it turns out to be.
struct CredentialDraft {
  SecretSource access_key;
  SecretSource secret_key;
  SecretSource security_token;
  SecretSource auth_token;
  IamUserCredential iam_user;
  bool ecs_metadata = false;
  std::string endpoint;
};

// The object lives as long as the program.
const Schema<CredentialDraft>& CredentialSchema();

// Reads the section, a map of credentials by name.
std::vector<CredentialConfig> ReadCredentials(ConfigReader& reader, const ConfigValue& value);

// Returns the credential "default" for a configuration that has none, from the first of the SDKs'
// sources that there is: the environment, the profile file, else ECS metadata.
CredentialConfig FindCredentialChain(ConfigReader& reader);

// Returns the credential's keys as lines of YAML with secrets hidden. Requires !from_chain.
std::vector<std::string> WriteCredential(const CredentialConfig& credential);

}  // namespace codearts

#endif  // CODEARTS_CONFIG_CREDENTIAL_SECTION_H_
