#ifndef CODEARTS_WEB_CLIENT_CERTIFICATE_H_
#define CODEARTS_WEB_CLIENT_CERTIFICATE_H_

#include <string>
#include <vector>

// OpenSSL's X509.
struct x509_st;

namespace codearts {

// Whether a subject alternative name of the certificate (DNS, IP address, e-mail or URI) is one of
// `allowed`, to the letter; IP addresses are compared as addresses.
// Source: exporter-toolkit, client_allowed_sans.
bool HasAllowedSan(x509_st* certificate, const std::vector<std::string>& allowed);

}  // namespace codearts

#endif  // CODEARTS_WEB_CLIENT_CERTIFICATE_H_
