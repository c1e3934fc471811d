#include "web/status_texts.h"

#include <charconv>

#include "base/text.h"

namespace codearts {
namespace {

constexpr StatusTexts kEnglish = {
    .code = "en",
    .other_language = "中文",
    .other_language_query = "zh",
    .title = "CodeArts Pipeline exporter",
    .skip = "Skip to the pipelines",
    .endpoints = "Endpoints",
    .metrics = "Metrics",
    .discovery = "Service discovery",
    .data = "This page as JSON",
    .healthy = "Health",
    .ready = "Readiness",
    .version = "version {}",
    .shard = "shard {} of {}",
    .not_ready = "The first refresh has not ended yet. It begins with the first scrape.",
    .no_project = "No project is known: none is configured, or discovery has found none yet.",
    .no_pipeline = "No pipeline to show.",
    .unchanged_until_scrape = "Data as of the last scrape; this page never calls the cloud.",
    .pipelines = "Pipelines",
    .all = "All",
    .broken = "Broken",
    .active = "In progress",
    .paused = "Waiting for people",
    .healthy_pipelines = "Healthy",
    .never_run = "Never run",
    .find = "Find by name",
    .show = "Show",
    .apply = "Apply",
    .keep_current = "Refresh by itself",
    .shown = "{} of {} pipelines",
    .show_all = "Show all that match",
    .pipeline = "Pipeline",
    .status = "Status",
    .run = "Run",
    .when = "Ended or started",
    .duration = "Duration",
    .where = "Where",
    .broken_since = "Broken since",
    .active_runs = "Active runs",
    .ago = "{} ago",
    .usual = "usually {}",
    .failures = "{} failures in a row",
    .started = "started",
    .days = "{}d",
    .hours = "{}h",
    .minutes = "{}m",
    .seconds = "{}s",
    .under_second = "<1s",
    .queued_runs = "{} queued",
    .running_runs = "{} running",
    .paused_runs = "{} waiting",
    .projects = "Projects",
    .project = "Project",
    .id = "Id",
    .region = "Region",
    .state = "State",
    .last_refresh = "Last successful refresh",
    .took = "took {}",
    .last_error = "Last error",
    .found = "{} projects found",
    .up = "up",
    .failing = "failing",
    .waiting = "not refreshed yet",
    .none = "none",
    .never = "never",
    .configuration = "Configuration in effect",
    .refresh_failed = "This page could not be refreshed: the exporter does not answer.",
};

constexpr StatusTexts kChinese = {
    .code = "zh-CN",
    .other_language = "English",
    .other_language_query = "en",
    .title = "CodeArts 流水线 exporter",
    .skip = "跳到流水线列表",
    .endpoints = "接口",
    .metrics = "指标",
    .discovery = "服务发现",
    .data = "本页的 JSON",
    .healthy = "健康检查",
    .ready = "就绪检查",
    .version = "版本 {}",
    .shard = "分片 {}，共 {}",
    .not_ready = "首次刷新尚未结束。刷新由第一次抓取触发。",
    .no_project = "没有已知的项目：尚未配置，或自动发现尚未找到。",
    .no_pipeline = "没有可显示的流水线。",
    .unchanged_until_scrape = "数据截至最近一次抓取；打开本页不会调用云端接口。",
    .pipelines = "流水线",
    .all = "全部",
    .broken = "故障",
    .active = "进行中",
    .paused = "等待人工处理",
    .healthy_pipelines = "正常",
    .never_run = "从未运行",
    .find = "按名称查找",
    .show = "显示",
    .apply = "应用",
    .keep_current = "自动刷新",
    .shown = "{} / {} 条流水线",
    .show_all = "显示全部匹配项",
    .pipeline = "流水线",
    .status = "状态",
    .run = "运行",
    .when = "结束或开始时间",
    .duration = "时长",
    .where = "位置",
    .broken_since = "故障开始",
    .active_runs = "活动运行",
    .ago = "{}前",
    .usual = "通常 {}",
    .failures = "连续失败 {} 次",
    .started = "开始于",
    .days = "{} 天",
    .hours = "{} 小时",
    .minutes = "{} 分",
    .seconds = "{} 秒",
    .under_second = "不到 1 秒",
    .queued_runs = "{} 个排队",
    .running_runs = "{} 个运行中",
    .paused_runs = "{} 个等待",
    .projects = "项目",
    .project = "项目",
    .id = "ID",
    .region = "区域",
    .state = "状态",
    .last_refresh = "最近成功刷新",
    .took = "耗时 {}",
    .last_error = "最近错误",
    .found = "发现 {} 个项目",
    .up = "正常",
    .failing = "失败",
    .waiting = "尚未刷新",
    .none = "无",
    .never = "从未",
    .configuration = "生效的配置",
    .refresh_failed = "无法刷新本页：exporter 没有应答。",
};

struct Word {
  std::string_view english;
  std::string_view chinese;

  std::string_view In(Language language) const {
    return language == Language::kChinese ? chinese : english;
  }
};

Word StatusWord(ExecutionStatus status) {
  switch (status) {
    case ExecutionStatus::kInit:
      return {"Starting", "初始化"};
    case ExecutionStatus::kQueued:
      return {"Queued", "排队中"};
    case ExecutionStatus::kRunning:
    case ExecutionStatus::kAsyncRunning:
    case ExecutionStatus::kRedispatch:
      return {"Running", "运行中"};
    case ExecutionStatus::kPaused:
      return {"Paused", "已暂停"};
    case ExecutionStatus::kSuspend:
      return {"Suspended", "已挂起"};
    case ExecutionStatus::kCompleted:
      return {"Succeeded", "成功"};
    case ExecutionStatus::kFailed:
    case ExecutionStatus::kAsyncFailed:
      return {"Failed", "失败"};
    case ExecutionStatus::kCanceled:
      return {"Cancelled", "已取消"};
    case ExecutionStatus::kIgnored:
      return {"Ignored", "已忽略"};
    case ExecutionStatus::kSkipped:
    case ExecutionStatus::kUnselected:
      return {"Skipped", "已跳过"};
    case ExecutionStatus::kUnknown:
      break;
  }
  return {"Unknown", "未知"};
}

Word ReasonWord(StatusCode code) {
  switch (code) {
    case StatusCode::kUnauthenticated:
      return {"The API refused the credential", "接口拒绝了凭证"};
    case StatusCode::kPermissionDenied:
      return {"The credential lacks a permission", "凭证缺少权限"};
    case StatusCode::kNotFound:
      return {"The API does not know what was asked for", "接口找不到所请求的对象"};
    case StatusCode::kThrottled:
      return {"The API asks to slow down", "接口限流"};
    case StatusCode::kDeadlineExceeded:
      return {"The API did not answer in time", "接口未及时应答"};
    case StatusCode::kUnavailable:
      return {"The API can't be reached or fails", "接口不可达或出错"};
    case StatusCode::kInvalidResponse:
      return {"The API gave an answer that can't be read", "接口的应答无法解析"};
    case StatusCode::kCredentials:
      return {"There is no usable credential", "没有可用的凭证"};
    case StatusCode::kLedger:
      return {"The state file can't be read or written", "状态文件无法读写"};
    case StatusCode::kOk:
    case StatusCode::kInvalidArgument:
    case StatusCode::kInternal:
      break;
  }
  return {"The exporter failed", "exporter 内部出错"};
}

// Reads the weight of "zh;q=0.8"; 1 where there is none, 0 where it can't be read.
double WeightOf(std::string_view parameters) {
  parameters = TrimWhitespace(parameters);
  if (parameters.empty()) return 1;
  if (!parameters.starts_with("q=")) return 0;
  parameters.remove_prefix(2);
  double weight = 0;
  std::from_chars(parameters.data(), parameters.data() + parameters.size(), weight);
  return weight;
}

bool IsLanguage(std::string_view range, std::string_view language) {
  return EqualsIgnoreCase(range.substr(0, range.find('-')), language);
}

}  // namespace

Language PreferredLanguage(std::string_view accept_language) {
  Language best = Language::kEnglish;
  double best_weight = 0;
  for (const std::string_view element : Split(accept_language, ',')) {
    const std::size_t end = element.find(';');
    const std::string_view range = TrimWhitespace(element.substr(0, end));
    const double weight = end == std::string_view::npos ? 1 : WeightOf(element.substr(end + 1));
    const bool chinese = IsLanguage(range, "zh");
    // Of two with the same weight the first one is liked better.
    if ((chinese || IsLanguage(range, "en")) && weight > best_weight) {
      best = chinese ? Language::kChinese : Language::kEnglish;
      best_weight = weight;
    }
  }
  return best;
}

const StatusTexts& TextsOf(Language language) {
  return language == Language::kChinese ? kChinese : kEnglish;
}

std::string_view StatusText(ExecutionStatus status, Language language) {
  return StatusWord(status).In(language);
}

std::string_view ReasonText(StatusCode code, Language language) {
  return ReasonWord(code).In(language);
}

}  // namespace codearts
