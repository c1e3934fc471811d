#include "web/pem_reader.h"

#include <fmt/core.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstddef>
#include <string>
#include <utility>

#include "config/file_reader.h"
#include "web/openssl_ptr.h"

namespace codearts {
namespace {

constexpr std::size_t kMaxPemBytes = std::size_t{1} << 20U;

}  // namespace

void CertificateDeleter::operator()(x509_st* certificate) const {
  X509_free(certificate);
}

Status BadPem(std::string_view key, const PemSource& source, std::string_view problem) {
  const std::string name = std::string(key) + (source.file.empty() ? "" : "_file");
  const std::string file = source.file.empty() ? "" : source.file + ": ";
  return {StatusCode::kInvalidArgument, fmt::format("{}: {}{}", name, file, problem)};
}

Result<Secret> ReadPem(std::string_view key, const PemSource& source) {
  if (source.file.empty()) return source.text;
  Result<std::string> text = ReadTextFile(source.file, kMaxPemBytes);
  if (!text.ok()) return BadPem(key, source, "can't be read: " + text.status().message());
  return Secret(*std::move(text));
}

Result<std::vector<CertificatePtr>> ReadCertificates(std::string_view key,
                                                     const PemSource& source) {
  const Result<Secret> text = ReadPem(key, source);
  if (!text.ok()) return text.status();
  const BioPtr bio(BIO_new_mem_buf(text->Reveal().data(), static_cast<int>(text->Reveal().size())));
  std::vector<CertificatePtr> certificates;
  while (CertificatePtr certificate{PEM_read_bio_X509(bio.get(), nullptr, NoPassword, nullptr)}) {
    certificates.push_back(std::move(certificate));
  }
  if (certificates.empty()) return BadPem(key, source, "holds no certificate in PEM form");
  return certificates;
}

int NoPassword(char*, int, int, void*) {
  return 0;
}

}  // namespace codearts
