#ifndef CODEARTS_API_RUN_DETAIL_DECODE_H_
#define CODEARTS_API_RUN_DETAIL_DECODE_H_

#include <string>

#include "base/status.h"
#include "model/pipeline_run.h"

namespace codearts {

// Decodes the answer of ShowPipelineRunDetail, tables 4 to 12 of its page; json_fields.h says how
// its members are read. Elements of arrays that are no objects are left out. The project and
// pipeline ids may differ from those that were asked for: in the documented example they do.
// Errors: kInvalidResponse if the body is not a JSON object or has no valid id, run_number (1 to
// 2^31-1) or status; the message names the member and never its value.
Result<PipelineRun> DecodeRunDetail(std::string body);

}  // namespace codearts

#endif  // CODEARTS_API_RUN_DETAIL_DECODE_H_
