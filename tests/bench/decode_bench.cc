// What decoding costs, in time and in allocations per document.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "api/error_body.h"
#include "api/json_document.h"
#include "api/list_decode.h"
#include "api/run_detail_decode.h"
#include "bench/allocation_counter.h"
#include "support/test_data.h"

namespace codearts {
namespace {

// The largest run that the service allows, 16 stages with 2 jobs of 16 steps, whose scripts make it
// a bit more than 1 MiB.
std::string LargeDetail() {
  const std::string script(1500, 'x');
  std::string body = R"({"id":"25adfa6784124cfc9b9274ceaecf9957","run_number":7,)"
                     R"("status":"COMPLETED","name":"部署","stages":[)";
  for (int stage = 0; stage < 16; ++stage) {
    body += fmt::format(R"({}{{"id":"{:032}","name":"阶段_{}","status":"COMPLETED","jobs":[)",
                        stage > 0 ? "," : "", stage, stage);
    for (int job = 0; job < 2; ++job) {
      body += fmt::format(R"({}{{"id":"{:032}","name":"新建任务","status":"COMPLETED","steps":[)",
                          job > 0 ? "," : "", job);
      for (int step = 0; step < 16; ++step) {
        body += fmt::format(
            R"({}{{"name":"新建步骤","task":"official_devcloud_shell","business_type":"Build",)"
            R"("inputs":[{{"key":"script","value":"{}\n\"done\""}},{{"key":"env","value":{{"a":1}}}}],)"
            R"("sequence":{},"official_task_version":"0.0.5","identifier":"1674207161661b4a41d77",)"
            R"("multi_step_editable":0,"id":"{:032}","endpoint_ids":null,)"
            R"("last_dispatch_id":"6b3fa4c664844f33abc02053ddd76f62","status":"COMPLETED",)"
            R"("message":null,"start_time":1674207197000,"end_time":1674207198000}})",
            step > 0 ? "," : "", script, step, step);
      }
      body += "]}";
    }
    body += "]}";
  }
  return body + "]}";
}

std::string PageOfPipelines(int count) {
  const std::string page = codearts::testing::ReadTestFile("data/pipelines_page.json");
  const std::size_t first = page.find("    {");
  const std::size_t end = page.find("\n    },\n", first) + 6;
  const std::string pipeline = page.substr(first, end - first);
  std::string body = fmt::format(R"({{"total":{},"pipelines":[)", count);
  for (int i = 0; i < count; ++i) body += (i > 0 ? "," : "") + pipeline;
  return body + "]}";
}

bool IsOk(const Status& status) {
  return status.ok();
}
template <typename T>
bool IsOk(const Result<T>& result) {
  return result.ok();
}

// A copy with the room that the transport gives a body.
std::string Received(const std::string& body) {
  std::string received;
  received.reserve(body.size() + kBodyPadding);
  received = body;
  return received;
}

template <typename Work>
void Measure(benchmark::State& state, const std::string& body, Work work) {
  if (!IsOk(work(Received(body)))) {
    state.SkipWithError("the body is refused");
    return;
  }
  const std::int64_t before = codearts::testing::AllocationCount();
  for (auto _ : state) {
    // As in the client, the decoder gets the response's own bytes; this copy stands for reading.
    auto result = work(Received(body));
    benchmark::DoNotOptimize(result);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
  state.counters["allocations"] =
      static_cast<double>(codearts::testing::AllocationCount() - before) /
      static_cast<double>(state.iterations());
  state.counters["bytes"] = static_cast<double>(body.size());
}

void ParseLargeDetailOnly(benchmark::State& state) {
  Measure(state, LargeDetail(), [](std::string body) {
    JsonDocument document;
    return document.Parse(std::move(body));
  });
}
BENCHMARK(ParseLargeDetailOnly);

void DecodeLargeDetail(benchmark::State& state) {
  Measure(state, LargeDetail(), DecodeRunDetail);
}
BENCHMARK(DecodeLargeDetail);

void DecodeDocumentedDetail(benchmark::State& state) {
  Measure(state, codearts::testing::ReadTestFile("data/run_detail_documented_example.json"),
          DecodeRunDetail);
}
BENCHMARK(DecodeDocumentedDetail);

void DecodeHundredPipelines(benchmark::State& state) {
  Measure(state, PageOfPipelines(100), DecodePipelines);
}
BENCHMARK(DecodeHundredPipelines);

void ClassifySuccess(benchmark::State& state, const std::string& body) {
  HttpResponse response;
  response.status_code = 200;
  Measure(state, body, [&response](std::string bytes) {
    response.body = std::move(bytes);
    return StatusFromResponse(response);
  });
}
BENCHMARK_CAPTURE(ClassifySuccess, LargeDetail, LargeDetail());
BENCHMARK_CAPTURE(ClassifySuccess, DocumentedDetail,
                  codearts::testing::ReadTestFile("data/run_detail_documented_example.json"));

}  // namespace
}  // namespace codearts
