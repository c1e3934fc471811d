"""The real Alertmanager with the example configuration, told of alerts by hand: what is muted, what is not, and how
many messages many alerts make."""

import json
import sys

import alerts_test
import programs

JOB = {"job": "codearts"}


def alert(name, severity="warning", **labels):
    return {"alertname": name, "severity": severity, **JOB, **labels}


def failing(instance, read_by, project="pay"):
    return alert("CodeArtsExporterRefreshFailing", instance=instance, project=project, read_by=read_by)


def broken(name, pipeline_id, severity="warning", project="pay"):
    return alert(name, severity, project=project, pipeline=f"p{pipeline_id}", pipeline_id=pipeline_id)


FAILED = broken("CodeArtsPipelineFailed", "1", "info")
SILENT = broken("CodeArtsPipelineSilent", "2")
# What happens -> (alerts that are told, alerts that are muted).
CASES = {
    "one replica can't read the project": ([failing("a", "others"), FAILED, SILENT], []),
    "nobody reads the project": (
        [failing("a", "nobody"), broken("CodeArtsPipelineFailed", "9", "info", project="orders")],
        [FAILED, SILENT]),
    "nobody reads any project": (
        [alert("CodeArtsExporterAllProjectsFailing", "critical")],
        [failing("a", "nobody"), failing("b", "nobody", project="orders"), FAILED]),
    "one of two exporters is down": ([alert("CodeArtsExporterDown", instance="a"), FAILED, SILENT], []),
    "every exporter is away": (
        [{"alertname": "CodeArtsExporterAbsent", "severity": "critical"}],
        [alert("CodeArtsExporterDown", instance="a"), FAILED, SILENT]),
    "a pipeline is broken for long": (
        [broken("CodeArtsPipelineStillBroken", "1"), broken("CodeArtsPipelineFailingRepeatedly", "1"),
         broken("CodeArtsPipelineFailed", "3", "info")],
        [FAILED, broken("CodeArtsPipelineSilent", "1")]),
    "much of a project fails": (
        [alert("CodeArtsProjectFailureRatioHigh", project="pay"),
         broken("CodeArtsPipelineFailed", "9", "info", project="orders"),
         broken("CodeArtsPipelineStillBroken", "4")],
        [FAILED]),
    "a discovery is refused": (
        [alert("CodeArtsExporterCredentialsFailing", instance="a", project="discovery[0]")],
        [alert("CodeArtsExporterDiscoveryFailing", instance="a", project="discovery[0]")]),
}
# Many alerts at once and the number of messages that they make.
MANY = [
    ([broken("CodeArtsPipelineFailed", str(number), "info") for number in range(200)], 1),
    ([alert("CodeArtsExporterDown", instance=f"exporter-{number}") for number in range(20)], 1),
    ([broken("CodeArtsPipelineStuck", "1"), broken("CodeArtsPipelineStuck", "2", project="orders")], 2),
]


def key(labels):
    return json.dumps(labels, sort_keys=True)


def read(alertmanager, path):
    return json.loads(programs.fetch(f"http://127.0.0.1:{alertmanager.port}/api/v2/{path}"))


def tell(alertmanager, alerts):
    programs.fetch(f"http://127.0.0.1:{alertmanager.port}/api/v2/alerts",
                   data=json.dumps([{"labels": labels} for labels in alerts]).encode(),
                   headers={"Content-Type": "application/json"})


def check_case(folder, name, told, muted):
    wanted = {**{key(labels): False for labels in told}, **{key(labels): True for labels in muted}}
    alertmanager = alerts_test.Alertmanager(folder)
    tell(alertmanager, told + muted)
    programs.wait_until(name, lambda: wanted == {
        key(each["labels"]): bool(each["status"]["inhibitedBy"]) for each in read(alertmanager, "alerts")})
    alertmanager.stop()


def check_messages(folder, alerts, messages):
    alertmanager = alerts_test.Alertmanager(folder)
    tell(alertmanager, alerts)

    def grouped():
        groups = read(alertmanager, "alerts/groups")
        return (len(groups), sum(len(group["alerts"]) for group in groups)) == (messages, len(alerts))
    programs.wait_until(f"{messages} messages of {len(alerts)} alerts", grouped)
    alertmanager.stop()


def main():
    for name, (told, muted) in CASES.items():
        with programs.folder() as folder:
            check_case(folder, name, told, muted)
    for alerts, messages in MANY:
        with programs.folder() as folder:
            check_messages(folder, alerts, messages)
    print(f"{len(CASES)} cases of muting, {len(MANY)} of grouping")
    return 0


if __name__ == "__main__":
    sys.exit(main())
