#include "config/config_reference.h"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "config/credential_section.h"
#include "config/project_section.h"
#include "config/regions.h"
#include "config/section_schemas.h"

namespace codearts {
namespace {

constexpr std::string_view kIntroduction = R"(# Configuration

This page is generated from the tables that the program reads its configuration with
(`src/config`); a test keeps the two in step.

The file is named by `--config.file`. It is optional: for one project, flags or environment variables
are enough. `codearts_pipeline_exporter check-config` validates a file, reports everything that is
wrong with it at once (line, key, problem and remedy) and prints what is in effect with secrets hidden.

```yaml
credentials:
  default:
    access_key: "${HUAWEICLOUD_SDK_AK}"
    secret_key_file: /run/secrets/sk
projects:
  - id: 54f90b75fc1447b1b65e8d3a9f77923d
    name: payments
    region: cn-north-4
    pipelines: {include: ["^deploy-"], exclude: ["-sandbox$"]}
history:
  since: 90d
```

* **Precedence**, key by key: flags override the file, the file overrides the environment.
* **Unknown keys**, keys given twice and values out of range are errors. Anchors and aliases are not
  supported. A file has at most 1 MiB.
* **Durations** carry units: `500ms`, `30s`, `10m`, `1h30m`, `90d`. **Sizes** too: `64KiB`, `16MiB`.
* **`${NAME}`** in a value is replaced by that environment variable; an unset one is an error. `$$` before a
  brace or a dollar sign is a dollar sign.
* **Secrets** have a twin that ends in `_file`. Such a file is read again when it changes; line ends at its end
  are removed. Give one of the two.
* **Patterns** are [RE2](https://github.com/google/re2/wiki/Syntax), unanchored: `deploy` matches `pre-deploy-eu`.
* **Relative paths** start at the working directory.
)";

constexpr std::string_view kReload = R"(
## Reload

SIGHUP and `POST /-/reload` (with `--web.enable-lifecycle`) load the file again. It is taken over as a whole or
not at all:

* **If anything is wrong**, the old configuration stays. The log, the answer (500, a line for each problem with
  its place, key and remedy) and `codearts_exporter_config_last_reload_successful` say so.
* **The next scrape** uses what changed, whatever `scrape.min_interval` says. A refresh in flight ends as it
  began, with the credentials and projects that it began with; the answer of `/-/reload` waits for it.
* **Kept** are counters, connections, rate limits, locks of keys, and the tokens of credentials that did not
  change. A project that is listed again later counts on from where it left.
* **Other buckets** start the histograms that they concern anew. `history.since` is applied when a pipeline is
  first seen: another value concerns pipelines that come later.
* **`state.path`** can't change at run time: a file that changes it is refused. Flags, among them listen
  addresses, paths and shard, and the environment stay as they were at the start.
)";

constexpr std::string_view kCredentialIntroduction = R"(
A map from names of your choice to credentials; each holds keys of one kind. If there are none, the
credential `default` is the first that exists of: `CODEARTS_AUTH_TOKEN`; `HUAWEICLOUD_SDK_AK` and
`HUAWEICLOUD_SDK_SK`; `CLOUD_SDK_AK` and `CLOUD_SDK_SK`; the SDKs' profile file
(`HUAWEICLOUD_SDK_CREDENTIALS_FILE`, else `~/.huaweicloud/credentials`, section `[basic]` with `ak`, `sk`
and `security_token`); the keys that the metadata service of the machine (ECS) gives.

* **Files** (`_file` keys and the profile file) are read again when they change, without a reload.
* **`iam_user`** fetches a token of the IAM project when one is needed, again 40 minutes before it ends,
  and when the API refuses it. It must be an IAM user, not a HUAWEI ID, and have a role in that project.
* **`ecs_metadata`** fetches the temporary keys of the machine's agency likewise, never through a proxy.
* **A refusal** of a password or of a signature is not repeated for 5 minutes, or until the value changes,
  so that no account and no key is locked. Only the projects of that credential wait.
* `codearts_exporter_credential_expiry_timestamp_seconds` says when a fetched token or key ends.
)";

constexpr std::string_view kProjectIntroduction = R"(
A list of projects. With `--codearts.project-id`, exactly the projects named there are used, with what the
file says of them.
)";

constexpr std::string_view kDiscoveryIntroduction = R"(
A list; each entry finds every project that its credential can see in a region (ProjectMan,
ListProjectsV4). Projects that are also listed under `projects` keep what is said there, all of it;
a project that two entries find is read as the first one says.

A discovery is made when a scrape (or `/sd`) comes and `refresh_interval` has passed; what it finds is
read in the same scrape. A project that is gone leaves after a complete listing without it, and counts on if it
comes back. While a discovery fails, the projects that it found stay; it is tried again at each refresh, and
counted in `codearts_exporter_refresh_errors_total` with an empty `project_id` and the entry's place, such as
`discovery[0]`, for `project`.
)";

using Variable = std::pair<std::string_view, std::string_view>;

constexpr std::array<Variable, 11> kVariables = {{
    {"HUAWEICLOUD_SDK_AK", "Access key of the credential `default`."},
    {"HUAWEICLOUD_SDK_SK", "Its secret key."},
    {"HUAWEICLOUD_SDK_SECURITY_TOKEN", "Its security token, if it is a temporary one."},
    {"CLOUD_SDK_AK", "As `HUAWEICLOUD_SDK_AK`, if neither half of that pair is set."},
    {"CLOUD_SDK_SK", "As `HUAWEICLOUD_SDK_SK`, likewise."},
    {"CODEARTS_AUTH_TOKEN", "An IAM token, instead of keys."},
    {"HUAWEICLOUD_SDK_CREDENTIALS_FILE", "Profile file of the SDKs."},
    {"CODEARTS_PROJECT_ID", "Project ids, separated by commas."},
    {"CODEARTS_REGION", "Region of projects and discoveries that have none."},
    {"CODEARTS_ENDPOINT", "Endpoint of those that have none."},
    {"HTTPS_PROXY, NO_PROXY", "Proxy, if `api.proxy_url` is empty."},
}};

void AppendRows(const std::vector<KeySpec>& specs, const std::string& prefix, std::string& page) {
  for (const KeySpec& spec : specs) {
    const std::string key = prefix + spec.name;
    page +=
        fmt::format("| `{}` | {} | {} | {} |\n", key, spec.expected, spec.default_text, spec.doc);
    AppendRows(spec.nested, key + ".", page);
  }
}

void AppendSection(std::string_view name, std::string_view introduction,
                   const std::vector<KeySpec>& specs, std::string& page) {
  page += fmt::format("\n## `{}`\n{}\n", name, introduction);
  page += "| key | value | default | meaning |\n| --- | --- | --- | --- |\n";
  AppendRows(specs, "", page);
}

void AppendVariables(std::string& page) {
  page += "\n## Environment variables\n\n| variable | meaning |\n| --- | --- |\n";
  for (const auto& [name, meaning] : kVariables) {
    page += fmt::format("| `{}` | {} |\n", name, meaning);
  }
}

}  // namespace

std::string FormatConfigReference() {
  std::string page(kIntroduction);
  AppendSection("scrape", "", Describe(ScrapeSchema()), page);
  AppendSection("api", "", Describe(ApiSchema()), page);
  AppendSection("credentials", kCredentialIntroduction, Describe(CredentialSchema()), page);
  AppendSection("projects", kProjectIntroduction, Describe(ProjectSchema()), page);
  AppendSection("discovery", kDiscoveryIntroduction, Describe(DiscoverySchema()), page);
  AppendSection("metrics", "", Describe(MetricsSchema()), page);
  AppendSection("history", "", Describe(HistorySchema()), page);
  AppendSection("state", "", Describe(StateSchema()), page);
  AppendVariables(page);
  page += kReload;
  page += fmt::format(
      "\n## Regions\n\nEndpoints are known for these regions; for others give them.\n\n"
      "* CodeArts Pipeline: {}\n* ProjectMan, for `discovery`: {}\n",
      ListPipelineRegions(), ListProjectManRegions());
  return page;
}

}  // namespace codearts
