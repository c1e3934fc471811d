#ifndef CODEARTS_API_LIST_DECODE_H_
#define CODEARTS_API_LIST_DECODE_H_

#include <string>

#include "base/status.h"
#include "model/pipeline.h"

namespace codearts {

// Decode one page of a list. An item that can't be decoded, such as a pipeline without an id or a
// run without a status, is skipped and counted, so that the others are not lost with it. The list
// may be bare or wrapped in an object; null is an empty list. Errors: kInvalidResponse if there is
// no list: an object that has neither the list nor a total is not taken for an empty page, since
// that would remove every pipeline.

// Source: ListPipelines. A `latest_run` of nulls is none.
Result<Page<Pipeline>> DecodePipelines(std::string body);

// Source: ListPipelineRuns.
Result<Page<RunSummary>> DecodeRuns(std::string body);

// Source: ListPipelineQueue. Sorted by time of arrival, those without one last. Entries that have
// timed out wait no more: they are neither in the page nor in its total.
Result<Page<QueuedRun>> DecodeQueue(std::string body);

// Source: ProjectMan ListProjectsV4.
Result<Page<Project>> DecodeProjects(std::string body);

}  // namespace codearts

#endif  // CODEARTS_API_LIST_DECODE_H_
