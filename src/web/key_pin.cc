#include "web/key_pin.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <array>
#include <string_view>
#include <vector>

#include "web/base64.h"
#include "web/pem_reader.h"

namespace codearts {

Result<std::string> KeyPinOf(const TlsServerConfig& config) {
  const Result<std::vector<CertificatePtr>> chain = ReadCertificates("cert", config.certificate);
  if (!chain.ok()) return chain.status();
  unsigned char* encoded = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(chain->front().get()), &encoded);
  std::array<char, EVP_MAX_MD_SIZE> digest{};
  unsigned int digest_size = 0;
  const bool done = size > 0 && EVP_Digest(encoded, static_cast<std::size_t>(size),
                                           reinterpret_cast<unsigned char*>(digest.data()),
                                           &digest_size, EVP_sha256(), nullptr) == 1;
  OPENSSL_free(encoded);
  if (!done) return BadPem("cert", config.certificate, "has no public key");
  return "sha256//" + EncodeBase64(std::string_view(digest.data(), digest_size));
}

}  // namespace codearts
