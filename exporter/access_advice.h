#ifndef CODEARTS_EXPORTER_ACCESS_ADVICE_H_
#define CODEARTS_EXPORTER_ACCESS_ADVICE_H_

#include <string>

#include "base/clock.h"
#include "base/status.h"
#include "config/config.h"

namespace codearts {

// Where and as whom a call was made.
struct AccessPlace {
  std::string host;        // Of the endpoint.
  std::string credential;  // "default (config.yaml:3)".
  std::string credential_name;
  bool is_discovery = false;
  bool has_proxy = false;   // api.proxy_url or HTTPS_PROXY.
  bool from_chain = false;  // Nobody configured the credential.
  // What the credential gets its tokens with; null: it is of another kind. Lifetime: that of the
  // configuration.
  const IamUserCredential* iam_user = nullptr;
};

// What a failed call means for the person who has to mend it.
struct AccessAdvice {
  std::string problem;        // In words, without the server's.
  std::string remedy;         // What to do, and where.
  bool needs_policy = false;  // A permission is missing: LeastIamPolicy helps.
};

// Explains a failure of the API. Pure: `now` is this machine's clock when the answer came.
AccessAdvice AdviseOnFailure(const Status& failure, const AccessPlace& place, Timestamp now);

// The least that IAM has to allow, as a custom policy; projects' roles decide the rest. Source: the
// table of actions of CodeArts Pipeline, whose prefix is "cloudpipeline".
std::string LeastIamPolicy();

// What is needed beside the policy, in a sentence or two.
std::string LeastProjectRole();

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_ACCESS_ADVICE_H_
