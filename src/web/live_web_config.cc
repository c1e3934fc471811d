#include "web/live_web_config.h"

#include <utility>

#include "base/logging.h"

namespace codearts {
namespace {

std::optional<FileStamp> FindStamp(const std::string& path) {
  const Result<FileStamp> stamp = StampOf(path);
  return stamp.ok() ? std::optional(*stamp) : std::nullopt;
}

}  // namespace

LiveWebConfig::Reading LiveWebConfig::Read(const std::string& path) {
  Reading reading;
  if (path.empty()) {
    reading.active = std::make_shared<const ActiveWebConfig>();
    return reading;
  }
  reading.stamps[path] = FindStamp(path);
  WebConfigResult loaded = LoadWebConfig(path);
  reading.errors = std::move(loaded.errors);
  reading.warnings = std::move(loaded.warnings);
  if (!loaded.config) return reading;
  auto active = std::make_shared<ActiveWebConfig>();
  if (const std::optional<TlsServerConfig>& tls = loaded.config->tls) {
    for (const PemSource* source : {&tls->certificate, &tls->key, &tls->client_ca}) {
      if (!source->file.empty()) reading.stamps[source->file] = FindStamp(source->file);
    }
    Result<std::shared_ptr<const TlsContext>> context = TlsContext::Create(*tls);
    if (!context.ok()) {
      reading.errors.push_back({{path, 0, "tls_server_config"},
                                context.status().message(),
                                "give a certificate in PEM form and the key that belongs to it"});
      return reading;
    }
    active->tls = *std::move(context);
  }
  active->config = *std::move(loaded.config);
  reading.active = std::move(active);
  return reading;
}

LiveWebConfig::Stamps LiveWebConfig::StampAll(const Stamps& files) {
  Stamps stamps;
  for (const auto& [path, stamp] : files) stamps.emplace(path, FindStamp(path));
  return stamps;
}

LiveWebConfig::LiveWebConfig(std::string path, Reading reading)
    : path_(std::move(path)),
      active_(std::move(reading.active)),
      stamps_(std::move(reading.stamps)) {}

LiveWebConfig::OpenResult LiveWebConfig::Open(const std::string& path) {
  Reading reading = Read(path);
  OpenResult result;
  result.errors = std::move(reading.errors);
  result.warnings = std::move(reading.warnings);
  if (reading.active != nullptr) {
    // NOLINTNEXTLINE(modernize-make-unique): the constructor is private.
    result.live.reset(new LiveWebConfig(path, std::move(reading)));
  }
  return result;
}

std::shared_ptr<const ActiveWebConfig> LiveWebConfig::Current() {
  Stamps known;
  std::shared_ptr<const ActiveWebConfig> active;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    known = stamps_;
    active = active_;
  }
  if (StampAll(known) == known) return active;
  const std::unique_lock<std::mutex> reading(reading_, std::try_to_lock);
  if (!reading.owns_lock()) return active;
  const std::vector<ConfigProblem> errors = Take(Read(path_));
  if (errors.empty()) LogInfo("web configuration read again", {{"file", path_}});
  for (const ConfigProblem& error : errors) {
    LogError("web configuration is not valid; the old one stays",
             {{"error", FormatConfigProblem(error)}});
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  return active_;
}

std::vector<ConfigProblem> LiveWebConfig::Reload() {
  const std::lock_guard<std::mutex> reading(reading_);
  return Take(Read(path_));
}

std::vector<ConfigProblem> LiveWebConfig::Take(Reading reading) {
  for (const ConfigProblem& warning : reading.warnings) {
    LogWarn("web configuration", {{"warning", FormatConfigProblem(warning)}});
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  stamps_ = std::move(reading.stamps);
  if (reading.active == nullptr) return std::move(reading.errors);
  if ((reading.active->tls == nullptr) != (active_->tls == nullptr)) {
    return {{{path_, 0, "tls_server_config"}, "was added or removed", "restart to apply that"}};
  }
  active_ = std::move(reading.active);
  return {};
}

}  // namespace codearts
