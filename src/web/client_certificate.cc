#include "web/client_certificate.h"

#include <openssl/asn1.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>
#include <string_view>

namespace codearts {
namespace {

struct GeneralNamesDeleter {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};
using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, GeneralNamesDeleter>;

struct OctetStringDeleter {
  void operator()(ASN1_OCTET_STRING* text) const { ASN1_OCTET_STRING_free(text); }
};
using OctetStringPtr = std::unique_ptr<ASN1_OCTET_STRING, OctetStringDeleter>;

std::string_view TextOf(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

bool IsSan(const GENERAL_NAME& name, const std::string& allowed) {
  switch (name.type) {
    case GEN_DNS:
      return TextOf(name.d.dNSName) == allowed;
    case GEN_EMAIL:
      return TextOf(name.d.rfc822Name) == allowed;
    case GEN_URI:
      return TextOf(name.d.uniformResourceIdentifier) == allowed;
    case GEN_IPADD: {
      const OctetStringPtr address(a2i_IPADDRESS(allowed.c_str()));
      return address != nullptr && TextOf(name.d.iPAddress) == TextOf(address.get());
    }
    default:
      return false;
  }
}

}  // namespace

bool HasAllowedSan(x509_st* certificate, const std::vector<std::string>& allowed) {
  const GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (names == nullptr) return false;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME& name = *sk_GENERAL_NAME_value(names.get(), i);
    if (std::any_of(allowed.begin(), allowed.end(),
                    [&](const std::string& san) { return IsSan(name, san); })) {
      return true;
    }
  }
  return false;
}

}  // namespace codearts
