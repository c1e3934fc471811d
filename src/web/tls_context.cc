#include "web/tls_context.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstddef>
#include <string_view>
#include <utility>

#include "web/client_certificate.h"
#include "web/openssl_ptr.h"
#include "web/pem_reader.h"

namespace codearts {
namespace {

struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, KeyDeleter>;

// What a connection takes from the configuration beside OpenSSL's own context. It lives as long as
// that context, which connections hold.
struct HandshakeRules {
  explicit HandshakeRules(const TlsServerConfig& config)
      : client_auth(config.client_auth),
        allowed_sans(config.client_allowed_sans),
        min_version(NumberOf(config.min_version)),
        max_version(NumberOf(config.max_version)),
        server_preference(config.prefer_server_cipher_suites),
        curves(fmt::format("{}", fmt::join(config.curve_preferences, ":"))) {}

  static int NumberOf(TlsVersion version) {
    return version == TlsVersion::kTls12 ? TLS1_2_VERSION : TLS1_3_VERSION;
  }

  const ClientAuth client_auth;
  const std::vector<std::string> allowed_sans;
  const int min_version;
  const int max_version;
  const bool server_preference;
  const std::string curves;  // Empty: the library's.
};

// NOLINTNEXTLINE(readability-function-size,google-runtime-int): the signature is OpenSSL's.
void FreeRules(void*, void* rules, CRYPTO_EX_DATA*, int, long, void*) {
  delete static_cast<HandshakeRules*>(rules);
}

int RulesIndex() {
  static const int kIndex = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, FreeRules);
  return kIndex;
}

const HandshakeRules& RulesOf(const SSL_CTX* context) {
  return *static_cast<const HandshakeRules*>(SSL_CTX_get_ex_data(context, RulesIndex()));
}

std::string_view OpenSslReason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason == nullptr ? "refused by OpenSSL" : reason;
}

BioPtr OpenText(const Secret& text) {
  return BioPtr(BIO_new_mem_buf(text.Reveal().data(), static_cast<int>(text.Reveal().size())));
}

Status UseCertificate(SSL_CTX* context, const TlsServerConfig& config) {
  Result<std::vector<CertificatePtr>> chain = ReadCertificates("cert", config.certificate);
  if (!chain.ok()) return chain.status();
  bool used = SSL_CTX_use_certificate(context, chain->front().get()) == 1;
  for (std::size_t i = 1; used && i < chain->size(); ++i) {
    used = SSL_CTX_add1_chain_cert(context, (*chain)[i].get()) == 1;
  }
  return used ? Status() : BadPem("cert", config.certificate, OpenSslReason());
}

Status UseKey(SSL_CTX* context, const TlsServerConfig& config) {
  const Result<Secret> text = ReadPem("key", config.key);
  if (!text.ok()) return text.status();
  const KeyPtr key(PEM_read_bio_PrivateKey(OpenText(*text).get(), nullptr, NoPassword, nullptr));
  if (key == nullptr) {
    return BadPem("key", config.key, "holds no private key in PEM form without a password");
  }
  if (SSL_CTX_use_PrivateKey(context, key.get()) == 1) return {};
  return BadPem("key", config.key, "is not the key of the certificate");
}

// As app_verify_callback.
int VerifyClient(X509_STORE_CTX* store, void*) {
  const auto* connection = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const HandshakeRules& rules = RulesOf(SSL_get_SSL_CTX(connection));
  const bool verifies = rules.client_auth == ClientAuth::kVerifyClientCertIfGiven ||
                        rules.client_auth == ClientAuth::kRequireAndVerifyClientCert;
  if (verifies && X509_verify_cert(store) != 1) return 0;
  if (rules.allowed_sans.empty() ||
      HasAllowedSan(X509_STORE_CTX_get0_cert(store), rules.allowed_sans)) {
    return 1;
  }
  X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
  return 0;
}

Status UseClientCa(SSL_CTX* context, const TlsServerConfig& config) {
  if (config.client_ca.empty()) return {};
  Result<std::vector<CertificatePtr>> authorities = ReadCertificates("client_ca", config.client_ca);
  if (!authorities.ok()) return authorities.status();
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  for (const CertificatePtr& authority : *authorities) {
    if (X509_STORE_add_cert(store, authority.get()) != 1 ||
        SSL_CTX_add_client_CA(context, authority.get()) != 1) {
      return BadPem("client_ca", config.client_ca, OpenSslReason());
    }
  }
  return {};
}

int VerifyModeOf(ClientAuth client_auth) {
  switch (client_auth) {
    case ClientAuth::kNoClientCert:
      return SSL_VERIFY_NONE;
    case ClientAuth::kRequestClientCert:
    case ClientAuth::kVerifyClientCertIfGiven:
      return SSL_VERIFY_PEER;
    case ClientAuth::kRequireAnyClientCert:
    case ClientAuth::kRequireAndVerifyClientCert:
      return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  }
  return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
}

std::string CipherList(const TlsServerConfig& config) {
  std::string list;
  for (const std::string& suite : config.cipher_suites) {
    if (!list.empty()) list += ':';
    list += OPENSSL_cipher_name(suite.c_str());
  }
  return list;
}

Status UseChoices(SSL_CTX* context, const TlsServerConfig& config) {
  if (!config.cipher_suites.empty() &&
      SSL_CTX_set_cipher_list(context, CipherList(config).c_str()) != 1) {
    return {StatusCode::kInvalidArgument, fmt::format("cipher_suites: {}", OpenSslReason())};
  }
  // A copy, as OpenSSL's macros take the text as if they would change it.
  std::string curves = RulesOf(context).curves;
  if (!curves.empty() && SSL_CTX_set1_groups_list(context, curves.data()) != 1) {
    return {StatusCode::kInvalidArgument, fmt::format("curve_preferences: {}", OpenSslReason())};
  }
  SSL_CTX_set_cert_verify_callback(context, VerifyClient, nullptr);
  return {};
}

std::shared_ptr<SSL_CTX> NewContext() {
  return {SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
}

// The versions are settled after this callback, so that they can still be chosen in it.
int OnClientHello(SSL* connection, int*, void* source) noexcept {
  (*static_cast<const TlsContextSource*>(source))()->ApplyTo(connection);
  return SSL_CLIENT_HELLO_SUCCESS;
}

}  // namespace

Result<std::shared_ptr<const TlsContext>> TlsContext::Create(const TlsServerConfig& config) {
  ERR_clear_error();
  std::shared_ptr<SSL_CTX> context = NewContext();
  auto rules = std::make_unique<HandshakeRules>(config);
  if (context == nullptr || SSL_CTX_set_ex_data(context.get(), RulesIndex(), rules.get()) != 1) {
    return Status(StatusCode::kInternal, std::string(OpenSslReason()));
  }
  rules.release();  // NOLINT(bugprone-unused-return-value): the context owns it now.
  for (const auto use : {UseCertificate, UseKey, UseClientCa, UseChoices}) {
    Status used = use(context.get(), config);
    if (!used.ok()) return used;
  }
  return std::make_shared<const TlsContext>(std::move(context));
}

void TlsContext::ApplyTo(ssl_st* connection) const {
  const HandshakeRules& rules = RulesOf(context_.get());
  // Takes certificate, suites and trust of the context; what follows was copied into the connection
  // when it was made.
  SSL_set_SSL_CTX(connection, context_.get());
  SSL_set_verify(connection, VerifyModeOf(rules.client_auth), nullptr);
  SSL_set_min_proto_version(connection, rules.min_version);
  SSL_set_max_proto_version(connection, rules.max_version);
  if (rules.server_preference) SSL_set_options(connection, SSL_OP_CIPHER_SERVER_PREFERENCE);
  std::string curves = rules.curves;
  if (!curves.empty()) SSL_set1_groups_list(connection, curves.data());
}

std::shared_ptr<ssl_ctx_st> MakeListeningContext(const TlsContextSource& source) {
  std::shared_ptr<SSL_CTX> context = NewContext();
  if (context == nullptr) return nullptr;
  // A resumed session would skip the check of the client's certificate by the present rules.
  SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_client_hello_cb(context.get(), OnClientHello, const_cast<TlsContextSource*>(&source));
  return context;
}

}  // namespace codearts
