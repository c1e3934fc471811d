"""Rules for a set of Kubernetes objects that belong together."""

import itertools


def of_kind(objects, kind):
    return [thing for thing in objects if thing["kind"] == kind]


def name_of(thing):
    return thing["metadata"]["name"]


def problems(objects, external=()):
    """Yields what is wrong; `external` are names of ConfigMaps and Secrets that users bring."""
    workload, = of_kind(objects, "StatefulSet")
    pod = workload["spec"]["template"]
    labels = pod["metadata"]["labels"]
    container, = pod["spec"]["containers"]
    yield from _security(pod["spec"], container)
    yield from _container(container, pod["spec"], workload["spec"])
    yield from _selectors(objects, workload, labels)
    yield from _references(objects, workload, external)
    yield from _monitors(objects, container)
    names = [(thing["kind"], name_of(thing)) for thing in objects]
    for name, group in itertools.groupby(sorted(names)):
        if len(list(group)) > 1:
            yield f"{name} is there twice"


def _security(pod, container):
    """Pod security standard "restricted", and a root file system that stays as it is."""
    context = {**pod.get("securityContext", {}), **container.get("securityContext", {})}
    expected = {"runAsNonRoot": True, "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True, "seccompProfile": {"type": "RuntimeDefault"},
                "capabilities": {"drop": ["ALL"]}}
    for key, value in expected.items():
        if context.get(key) != value:
            yield f"{key} is {context.get(key)}, not {value}"
    if not context.get("runAsUser", 0) > 0:
        yield "runAsUser is not a number above 0"
    if pod.get("automountServiceAccountToken") is not False:
        yield "the pod gets a token of Kubernetes' API"
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.get(key):
            yield f"{key} is set"


def _container(container, pod, workload):
    if "memory" not in container["resources"].get("limits", {}):
        yield "no limit of memory"
    for probe in ("readinessProbe", "livenessProbe"):
        if probe not in container:
            yield f"no {probe}"
    if f"--total-shards={workload['replicas']}" not in container["args"]:
        yield "--total-shards differs from replicas"
    volumes = {volume["name"] for volume in pod.get("volumes", [])}
    volumes |= {name_of(claim) for claim in workload.get("volumeClaimTemplates", [])}
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    if volumes != mounted:
        yield f"volumes {sorted(volumes ^ mounted)} are only defined or only mounted"


def _selects(selector, labels):
    return bool(selector) and selector.items() <= labels.items()


def _selectors(objects, workload, labels):
    selectors = {"StatefulSet": workload["spec"]["selector"]["matchLabels"]}
    for thing in of_kind(objects, "Service"):
        selectors[f"Service {name_of(thing)}"] = thing["spec"]["selector"]
    for thing in of_kind(objects, "PodDisruptionBudget"):
        selectors["PodDisruptionBudget"] = thing["spec"]["selector"]["matchLabels"]
    for thing in of_kind(objects, "NetworkPolicy"):
        selectors["NetworkPolicy"] = thing["spec"]["podSelector"]["matchLabels"]
    for name, selector in selectors.items():
        if not _selects(selector, labels):
            yield f"{name} does not select the pods"


def _references(objects, workload, external):
    pod = workload["spec"]["template"]["spec"]
    known = {(thing["kind"], name_of(thing)) for thing in objects}
    wanted = {("Service", workload["spec"]["serviceName"]),
              ("ServiceAccount", pod["serviceAccountName"])}
    for volume in pod.get("volumes", []):
        if "configMap" in volume:
            wanted.add(("ConfigMap", volume["configMap"]["name"]))
        if "secret" in volume:
            wanted.add(("Secret", volume["secret"]["secretName"]))
    for kind, name in sorted(wanted - known):
        if name not in external:
            yield f"there is no {kind} {name}"


def _monitors(objects, container):
    ports = {port["name"] for port in container["ports"]}
    for service in of_kind(objects, "Service"):
        for port in service["spec"]["ports"]:
            if port["targetPort"] not in ports:
                yield f"the container has no port {port['targetPort']}"
    for monitor in of_kind(objects, "ServiceMonitor"):
        absent = [item["key"] for item in monitor["spec"]["selector"]["matchExpressions"]
                  if item["operator"] == "DoesNotExist"]
        chosen = [service for service in of_kind(objects, "Service")
                  if _selects(monitor["spec"]["selector"]["matchLabels"],
                              service["metadata"]["labels"])
                  and not set(absent) & set(service["metadata"]["labels"])]
        if len(chosen) != 1:
            yield f"the ServiceMonitor selects {len(chosen)} services, so pods are scraped as often"
        names = {port["name"] for service in chosen for port in service["spec"]["ports"]}
        for endpoint in monitor["spec"]["endpoints"]:
            if endpoint["port"] not in names:
                yield f"the service has no port {endpoint['port']}"
            if not endpoint.get("honorLabels"):
                yield "without honorLabels the operator's label \"endpoint\" replaces the exporter's"
