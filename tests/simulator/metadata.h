#ifndef CODEARTS_SIMULATOR_METADATA_H_
#define CODEARTS_SIMULATOR_METADATA_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "simulator/access.h"
#include "simulator/http_types.h"

namespace codearts::sim {

// The ECS metadata service: hands out temporary keys. Source: api.md, 5.5.
class MetadataService {
 public:
  enum class Mode {
    kOff,    // No agency: both paths answer 404.
    kToken,  // A token has to be fetched first.
    kOpen,   // Old: no tokens, PUT answers 405.
  };
  struct Options {
    Mode mode = Mode::kOff;
    std::chrono::seconds lifetime{6 * 3600};
    std::uint64_t seed = 1;
  };

  // `access` learns of every key; it must outlive this.
  MetadataService(Options options, AccessControl& access) : options_(options), access_(access) {}

  // PUT /meta-data/latest/api/token.
  Reply IssueToken(const Request& request, Timestamp server_now);

  // GET /openstack/latest/securitykey. A key is replaced when half its life is over.
  Reply ShowKey(const Request& request, Timestamp server_now);

 private:
  struct Key {
    std::string access_key;
    std::string secret_key;
    std::string security_token;
    Timestamp expires{};
  };

  Options options_;
  AccessControl& access_;
  std::uint64_t tokens_issued_ = 0;
  std::uint64_t keys_issued_ = 0;
  std::map<std::string, Timestamp, std::less<>> tokens_;
  Key key_;
};

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_METADATA_H_
