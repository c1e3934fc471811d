#ifndef CODEARTS_WEB_PEM_READER_H_
#define CODEARTS_WEB_PEM_READER_H_

#include <memory>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "base/status.h"
#include "config/web_config.h"

// OpenSSL's X509.
struct x509_st;

namespace codearts {

struct CertificateDeleter {
  void operator()(x509_st* certificate) const;
};
using CertificatePtr = std::unique_ptr<x509_st, CertificateDeleter>;

// Returns the error that `key` of tls_server_config, and the file that it names, are to blame for.
Status BadPem(std::string_view key, const PemSource& source, std::string_view problem);

// Returns the text of `key`. Errors: kInvalidArgument, as BadPem.
Result<Secret> ReadPem(std::string_view key, const PemSource& source);

// Returns the certificates of `key` in their order, at least one. Errors: likewise.
Result<std::vector<CertificatePtr>> ReadCertificates(std::string_view key, const PemSource& source);

// For OpenSSL, which would else ask for a password at the terminal.
int NoPassword(char*, int, int, void*);

}  // namespace codearts

#endif  // CODEARTS_WEB_PEM_READER_H_
