#include "api/run_fields.h"

#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace codearts {

Result<RunKey> ReadRunKey(const JsonValue& object, std::string_view id_name,
                          std::int32_t& unknown) {
  std::optional<std::string> id = ReadId(object, id_name);
  if (!id) return InvalidField(id_name);
  // Documented as int32. The bound matters: the gap to the last known number is counted as missed.
  const std::optional<std::int64_t> number =
      ReadInteger(object, "run_number", 1, std::numeric_limits<std::int32_t>::max());
  if (!number) return InvalidField("run_number");
  const std::optional<ExecutionStatus> status = ReadStatus(object, "status", unknown);
  if (!status) return InvalidField("status");
  return RunKey{RunId{*std::move(id)}, *number, *status};
}

Status InvalidField(std::string_view what) {
  return Status(StatusCode::kInvalidResponse, std::string(what) + " is missing or invalid");
}

}  // namespace codearts
