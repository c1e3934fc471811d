#include "http/curl_transport.h"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "http/ca_bundle.h"
#include "http/curl_handle.h"
#include "http/curl_transfer.h"

namespace codearts {
namespace {

// Only a bound: never more than requests were in flight at once.
constexpr std::int64_t kMaxKeptConnections = 256;
constexpr Duration kLongestWait = std::chrono::minutes(1);

// Returns libcurl's file of trusted certificates: Debian's on Debian.
std::string SystemCaFile() {
  const char* file = curl_version_info(CURLVERSION_NOW)->cainfo;
  return file == nullptr ? "/etc/ssl/certs/ca-certificates.crt" : file;
}

}  // namespace

CurlGlobal::CurlGlobal() {
  // OpenSSL writes to sockets without MSG_NOSIGNAL, and libcurl leaves the signal to the program.
  signal(SIGPIPE, SIG_IGN);
  curl_global_init(CURL_GLOBAL_DEFAULT);
}

CurlGlobal::~CurlGlobal() {
  curl_global_cleanup();
}

class CurlTransport::Loop {
 public:
  Loop(CurlTransportOptions options, CaBundle ca_bundle, const Clock& clock) : clock_(clock) {
    SetOptions(std::move(options), std::move(ca_bundle));
  }
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  Status Start();
  void SetOptions(CurlTransportOptions options, CaBundle ca_bundle);
  void Send(HttpRequest request, Done done);
  void RunAt(SteadyTime when, std::function<void()> task) {
    timers_.emplace(when, std::move(task));
  }
  void Run(const std::stop_token& stop);

 private:
  struct Active {
    std::unique_ptr<CurlTransfer> transfer;
    Done done;
  };

  struct Refused {
    Status status;
    Done done;
  };

  Status Begin(HttpRequest request, Done& done);
  void End(CurlTransfer* transfer, Result<HttpResponse> result);
  bool RunDueTimers();
  bool EndCompleted();
  bool EndRefused();
  void EndAll();
  int WaitMillis() const;

  std::optional<const CaBundle> ca_bundle_;
  CurlTransferContext context_;
  const Clock& clock_;
  CurlMultiPtr multi_;
  std::vector<std::unique_ptr<CurlTransfer>> idle_;
  std::map<CurlTransfer*, Active> active_;
  std::vector<Refused> refused_;  // Told from Run, never from inside Send.
  std::multimap<SteadyTime, std::function<void()>> timers_;  // Those of one time in order.
};

CurlTransport::Loop::~Loop() {
  for (const auto& [transfer, active] : active_) {
    curl_multi_remove_handle(multi_.get(), transfer->handle());
  }
}

Status CurlTransport::Loop::Start() {
  multi_.reset(curl_multi_init());
  if (multi_ == nullptr ||
      curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kMaxKeptConnections) != CURLM_OK) {
    return Status(StatusCode::kInternal, "libcurl can't start");
  }
  Result<std::unique_ptr<CurlTransfer>> first = CurlTransfer::Create(context_);
  if (!first.ok()) return first.status();
  idle_.push_back(*std::move(first));
  return Status();
}

void CurlTransport::Loop::SetOptions(CurlTransportOptions options, CaBundle ca_bundle) {
  ca_bundle_.emplace(std::move(ca_bundle));
  context_.options = std::move(options);
  context_.ca_path = ca_bundle_->path();
  // Their handles were set up with the old ones.
  idle_.clear();
}

void CurlTransport::Loop::Send(HttpRequest request, Done done) {
  Status status = Begin(std::move(request), done);
  if (!status.ok()) refused_.push_back({std::move(status), std::move(done)});
}

Status CurlTransport::Loop::Begin(HttpRequest request, Done& done) {
  if (idle_.empty()) {
    Result<std::unique_ptr<CurlTransfer>> fresh = CurlTransfer::Create(context_);
    if (!fresh.ok()) return fresh.status();
    idle_.push_back(*std::move(fresh));
  }
  CurlTransfer* transfer = idle_.back().get();
  const Status status = transfer->Start(std::move(request));
  if (!status.ok()) return status;
  if (curl_multi_add_handle(multi_.get(), transfer->handle()) != CURLM_OK) {
    return Status(StatusCode::kInternal, "libcurl takes no request");
  }
  active_.emplace(transfer, Active{std::move(idle_.back()), std::move(done)});
  idle_.pop_back();
  return Status();
}

void CurlTransport::Loop::End(CurlTransfer* transfer, Result<HttpResponse> result) {
  curl_multi_remove_handle(multi_.get(), transfer->handle());
  auto node = active_.extract(transfer);
  // First, so that a request which `done` sends finds an idle handle.
  idle_.push_back(std::move(node.mapped().transfer));
  node.mapped().done(std::move(result));
}

void CurlTransport::Loop::Run(const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi_.get()); });
  while (!stop.stop_requested()) {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    // After sending, as a task may take its time.
    const bool ran = RunDueTimers();
    if (EndCompleted() || EndRefused() || ran) continue;
    if (active_.empty() && timers_.empty()) return;
    curl_multi_poll(multi_.get(), nullptr, 0, WaitMillis(), nullptr);
  }
  EndAll();
}

bool CurlTransport::Loop::RunDueTimers() {
  // Those that a task adds wait for the next round, so that none starves the sockets.
  const SteadyTime now = clock_.SteadyNow();
  std::vector<std::function<void()>> due;
  while (!timers_.empty() && timers_.begin()->first <= now) {
    due.push_back(std::move(timers_.begin()->second));
    timers_.erase(timers_.begin());
  }
  for (const auto& task : due) task();
  return !due.empty();
}

bool CurlTransport::Loop::EndCompleted() {
  bool any = false;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CurlTransfer* transfer = CurlTransfer::FromHandle(message->easy_handle);
    End(transfer, transfer->Finish(message->data.result));
    any = true;
  }
  return any;
}

bool CurlTransport::Loop::EndRefused() {
  const std::vector<Refused> refused = std::exchange(refused_, {});
  for (const Refused& request : refused) request.done(request.status);
  return !refused.empty();
}

void CurlTransport::Loop::EndAll() {
  while (EndRefused() || !active_.empty()) {
    if (active_.empty()) continue;
    CurlTransfer* transfer = active_.begin()->first;
    static_cast<void>(transfer->Finish(CURLE_ABORTED_BY_CALLBACK));
    End(transfer, Status(StatusCode::kDeadlineExceeded, "stopped"));
  }
  timers_.clear();
}

int CurlTransport::Loop::WaitMillis() const {
  if (timers_.empty()) return static_cast<int>(kLongestWait.count());
  // Rounded up: a wait that ends too early would be repeated at once, many times.
  const auto wait = std::chrono::ceil<Duration>(timers_.begin()->first - clock_.SteadyNow());
  return static_cast<int>(std::clamp(wait, Duration(0), kLongestWait).count());
}

Result<std::unique_ptr<CurlTransport>> CurlTransport::Create(CurlTransportOptions options,
                                                             const Clock& clock) {
  Result<CaBundle> ca_bundle = CaBundle::Create(SystemCaFile(), options.ca_file);
  if (!ca_bundle.ok()) return ca_bundle.status();
  auto loop = std::make_unique<Loop>(std::move(options), *std::move(ca_bundle), clock);
  const Status status = loop->Start();
  if (!status.ok()) return status;
  return std::unique_ptr<CurlTransport>(new CurlTransport(std::move(loop)));
}

Status CurlTransport::SetOptions(CurlTransportOptions options) {
  Result<CaBundle> ca_bundle = CaBundle::Create(SystemCaFile(), options.ca_file);
  if (!ca_bundle.ok()) return ca_bundle.status();
  loop_->SetOptions(std::move(options), *std::move(ca_bundle));
  return Status();
}

CurlTransport::CurlTransport(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}

CurlTransport::~CurlTransport() = default;

void CurlTransport::Send(HttpRequest request, Done done) {
  loop_->Send(std::move(request), std::move(done));
}

void CurlTransport::RunAt(SteadyTime when, std::function<void()> task) {
  loop_->RunAt(when, std::move(task));
}

void CurlTransport::Run(std::stop_token stop) {
  loop_->Run(stop);
}

}  // namespace codearts
