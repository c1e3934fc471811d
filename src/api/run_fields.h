#ifndef CODEARTS_API_RUN_FIELDS_H_
#define CODEARTS_API_RUN_FIELDS_H_

#include <cstdint>
#include <string_view>

#include "api/json_fields.h"
#include "base/status.h"
#include "model/execution_status.h"
#include "model/ids.h"

namespace codearts {

// What a run can't do without, in a detail and in the lists.
struct RunKey {
  RunId id;
  std::int64_t run_number = 0;
  ExecutionStatus status = ExecutionStatus::kUnknown;
};

// Reads id, run number (1 to 2^31-1) and status; `unknown` counts a status outside the set.
// Errors: kInvalidResponse that names the member.
Result<RunKey> ReadRunKey(const JsonValue& object, std::string_view id_name, std::int32_t& unknown);

// Returns the failure of an answer in which `what`, a JSON path, is missing or not as it must be.
Status InvalidField(std::string_view what);

}  // namespace codearts

#endif  // CODEARTS_API_RUN_FIELDS_H_
