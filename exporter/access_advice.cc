#include "exporter/access_advice.h"

#include <fmt/core.h>

#include <cstdlib>
#include <string_view>

#include "base/time_format.h"

namespace codearts {
namespace {

std::string ProxyHint(const AccessPlace& place) {
  return place.has_proxy ? "check the proxy that is configured (api.proxy_url or HTTPS_PROXY)"
                         : "or give a proxy: api.proxy_url or HTTPS_PROXY";
}

AccessAdvice AdviseOnClock(const Status& failure, Timestamp now) {
  AccessAdvice advice{"this machine's clock is wrong",
                      "set the clock (NTP, e.g. chrony); the gateway allows 15 minutes"};
  const std::optional<Timestamp> server = failure.details().server_time;
  if (!server) return advice;
  const Duration ahead = std::chrono::round<std::chrono::seconds>(now - *server);
  advice.problem = fmt::format("this machine's clock is {} {} the server's",
                               FormatDuration(std::chrono::abs(ahead)),
                               ahead > Duration(0) ? "ahead of" : "behind");
  return advice;
}

AccessAdvice AdviseOnNetwork(const Status& failure, const AccessPlace& place) {
  const std::string& host = place.host;
  const ErrorCause cause = failure.details().cause;
  if (cause == ErrorCause::kName) {
    return {fmt::format("the name of {} can't be looked up", host),
            "check endpoint and region, and that this machine has DNS; " + ProxyHint(place)};
  }
  if (cause == ErrorCause::kTls) {
    return {fmt::format("no trusted TLS connection to {}", host),
            "if a proxy or gateway of yours opens TLS, give its CA as api.ca_file; else check "
            "endpoint and clock"};
  }
  if (cause == ErrorCause::kProxy) {
    return {fmt::format("the proxy lets nothing through to {}", host),
            "check address, user and password of the proxy (api.proxy_url or HTTPS_PROXY), and "
            "that it allows CONNECT to port 443"};
  }
  if (cause == ErrorCause::kSilence) {
    return {fmt::format("{} takes the connection and gives no whole answer", host),
            "try again; if it stays, a firewall or proxy in between cuts connections, or "
            "api.request_timeout is too short"};
  }
  return {fmt::format("no connection to {}", host),
          "the network is closed: allow outgoing HTTPS to it (firewall, security group, NAT, "
          "NetworkPolicy), " +
              ProxyHint(place)};
}

// Names a key of iam_user by its path in the configuration, and its value.
std::string IamKey(const AccessPlace& place, std::string_view key, std::string_view value) {
  return fmt::format("credentials.{}.iam_user.{} ({})", place.credential_name, key, value);
}

// The same of its password, or of the file that holds it.
std::string PasswordKey(const AccessPlace& place) {
  const std::string& file = place.iam_user->password.file;
  return file.empty() ? fmt::format("credentials.{}.iam_user.password", place.credential_name)
                      : IamKey(place, "password_file", file);
}

// IAM gave no token. Null `place.iam_user` is not allowed.
AccessAdvice AdviseOnToken(const Status& failure, const AccessPlace& place) {
  const IamUserCredential& user = *place.iam_user;
  const std::string& name = place.credential;
  const ErrorCause cause = failure.details().cause;
  if (cause == ErrorCause::kUser) {
    return {fmt::format("IAM does not know the user of credential {} with this password", name),
            fmt::format("one of these is wrong, IAM does not say which: {}, an IAM user and no "
                        "HUAWEI ID; {}, the name of the user's account; {}, without spaces "
                        "around it",
                        IamKey(place, "user", user.user), IamKey(place, "domain", user.domain),
                        PasswordKey(place))};
  }
  if (cause == ErrorCause::kUserLocked) {
    return {fmt::format("the user of credential {} is locked after wrong passwords", name),
            fmt::format("correct {} first, then wait a quarter of an hour; every other wrong try "
                        "locks the user anew",
                        PasswordKey(place))};
  }
  if (cause == ErrorCause::kPasswordExpired) {
    return {fmt::format("the password of the user of credential {} has expired", name),
            fmt::format("sign in to the console as {} of {}, set another one, and give it as {}",
                        user.user, user.domain, PasswordKey(place))};
  }
  if (cause == ErrorCause::kAccount) {
    return {fmt::format("there is no account of the name that credential {} gives", name),
            fmt::format("correct {}: the account's name, as the console shows it under My "
                        "Credentials, not its id",
                        IamKey(place, "domain", user.domain))};
  }
  if (cause == ErrorCause::kIamProject) {
    return {fmt::format("the user of credential {} gets no token for its IAM project", name),
            fmt::format("correct {}: the name of an IAM project, mostly the region's; or give "
                        "the user a role in it",
                        IamKey(place, "project", user.project))};
  }
  if (failure.details().http_status == 403) {
    return {fmt::format("the user of credential {} may not get tokens from here", name),
            fmt::format("allow {} programmatic access in IAM, and this machine's address in the "
                        "account's access control",
                        user.user)};
  }
  if (failure.details().http_status == 404) {
    return {fmt::format("what credential {} asks for a token is no IAM", name),
            fmt::format("correct {}", IamKey(place, "endpoint", user.endpoint))};
  }
  return {fmt::format("credential {} gets no token from IAM", name), "do what the reason says"};
}

AccessAdvice AdviseOnCredential(const Status& failure, const AccessPlace& place) {
  const std::string& name = place.credential;
  constexpr std::string_view kLock =
      "; don't try often: more than 5 refusals in a row lock the key for 5 minutes";
  const ErrorCause cause = failure.details().cause;
  if (cause == ErrorCause::kSecretKey) {
    return {fmt::format("the secret key of credential {} does not fit its access key", name),
            fmt::format("check the secret key for lost characters, spaces and line ends{}", kLock)};
  }
  if (cause == ErrorCause::kAccessKey) {
    return {fmt::format("the access key of credential {} does not exist or is disabled", name),
            fmt::format("check the access key; make a new one in IAM if it was deleted{}", kLock)};
  }
  if (cause == ErrorCause::kKeyLocked) {
    return {fmt::format("the access key of credential {} is locked after too many refusals", name),
            "wait 5 minutes, with the right secret key in place"};
  }
  if (place.iam_user != nullptr) {
    return {fmt::format("{} takes no token of credential {}", place.host, name),
            fmt::format("check that {} is the IAM project of the endpoint's region, and that the "
                        "clock is right; tokens are fetched with it as their scope",
                        IamKey(place, "project", place.iam_user->project))};
  }
  if (cause == ErrorCause::kToken) {
    return {fmt::format("the token of credential {} is missing, unreadable or expired", name),
            "give a fresh token of the project's region (project scope); better let iam_user "
            "fetch tokens"};
  }
  return {fmt::format("credential {} is refused", name),
          "check that it belongs to this account and, if it is a token, to the region of the "
          "endpoint"};
}

AccessAdvice AdviseOnPermission(const Status& failure, const AccessPlace& place) {
  const std::string& code = failure.details().error_code;
  if (code == "APIGW.0310" || code == "APIGW.0801" || code == "APIGW.0802") {
    return {"the account can't use CodeArts in this region",
            "check the region, and that CodeArts is enabled in it for the account"};
  }
  if (place.is_discovery) {
    return {fmt::format("the user of credential {} may not list projects", place.credential),
            "make the user a member of the projects, and attach the policy below", true};
  }
  return {
      fmt::format("the user of credential {} lacks the permission for this call", place.credential),
      "make the user a member of the project with a role that may read pipelines, and attach "
      "the policy below",
      true};
}

AccessAdvice AdviseOnMissing(const Status& failure, const AccessPlace& place) {
  const std::string& code = failure.details().error_code;
  if (code.starts_with("APIGW.") || code.starts_with("APIG.")) {
    return {fmt::format("{} does not serve this API", place.host),
            "check endpoint and region; CodeArts Pipeline and ProjectMan have hosts of their own"};
  }
  return {"no such project for this credential",
          "give the CodeArts project id, not IAM's: it follows /project/ or /scrum/ in the address "
          "of the project's page in the CodeArts console; and check that it is a project of the "
          "endpoint's region, and the user a member of it"};
}

// Whether the call was not even made: the credential fetches its token or keys, and failed to.
bool IsOfFetch(const Status& failure, const AccessPlace& place) {
  return failure.message().find("credential " + place.credential_name + ": ") != std::string::npos;
}

}  // namespace

AccessAdvice AdviseOnFailure(const Status& failure, const AccessPlace& place, Timestamp now) {
  const ErrorDetails& details = failure.details();
  if (details.cause == ErrorCause::kClock) return AdviseOnClock(failure, now);
  const StatusCode code = failure.code();
  if (IsOfFetch(failure, place)) {
    if (place.iam_user != nullptr) return AdviseOnToken(failure, place);
    return {fmt::format("credential {} has neither a key nor a token", place.credential_name),
            place.from_chain ? "set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK where this program "
                               "is started, or give credentials in the configuration"
                             : "do what the reason says"};
  }
  if (code == StatusCode::kUnauthenticated) return AdviseOnCredential(failure, place);
  if (code == StatusCode::kPermissionDenied) return AdviseOnPermission(failure, place);
  if (code == StatusCode::kNotFound) return AdviseOnMissing(failure, place);
  if (code == StatusCode::kThrottled) {
    return {"the API throttles this user", "wait; and lower api.requests_per_second"};
  }
  if (code == StatusCode::kCredentials) {
    return {fmt::format("credential {} gives nothing to sign with", place.credential),
            "do what the reason says"};
  }
  if (code == StatusCode::kInvalidResponse) {
    return {fmt::format("{} answers something else than the API", place.host),
            "check the endpoint; a portal or proxy may answer in its place"};
  }
  if (code == StatusCode::kUnavailable || code == StatusCode::kDeadlineExceeded) {
    if (details.http_status == 0) return AdviseOnNetwork(failure, place);
    return {"the service has a fault", "try again later"};
  }
  return {"the call can't be made", "do what the reason says"};
}

std::string LeastIamPolicy() {
  return R"({
  "Version": "1.1",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
        "cloudpipeline:*:get",
        "cloudpipeline:*:list"
      ]
    }
  ]
}
)";
}

std::string LeastProjectRole() {
  return "In the CodeArts project (Settings > Permissions), the user's role needs Pipeline > "
         "read "
         "and nothing else: roles of projects decide who sees pipelines. If the account asks "
         "for "
         "IAM permissions too, this custom policy suffices:";
}

}  // namespace codearts
