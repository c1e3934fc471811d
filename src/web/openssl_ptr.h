#ifndef CODEARTS_WEB_OPENSSL_PTR_H_
#define CODEARTS_WEB_OPENSSL_PTR_H_

#include <openssl/bio.h>

#include <memory>

namespace codearts {

// Frees the whole chain, which is the BIO itself if nothing is pushed on it.
struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using BioPtr = std::unique_ptr<BIO, BioDeleter>;

}  // namespace codearts

#endif  // CODEARTS_WEB_OPENSSL_PTR_H_
