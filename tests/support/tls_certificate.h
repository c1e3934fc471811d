#ifndef CODEARTS_TESTS_SUPPORT_TLS_CERTIFICATE_H_
#define CODEARTS_TESTS_SUPPORT_TLS_CERTIFICATE_H_

#include <string>

namespace codearts::testing {

// A certificate that signs itself, and its key; both PEM.
struct TlsCertificate {
  std::string certificate;
  std::string key;
};

// Makes one for `subject_alt_name`, e.g. "IP:127.0.0.1,DNS:api.example.test", valid from 2000 to
// 2099.
TlsCertificate MakeTlsCertificate(const std::string& subject_alt_name);

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_SUPPORT_TLS_CERTIFICATE_H_
