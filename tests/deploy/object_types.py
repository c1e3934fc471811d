"""Checks Kubernetes objects against their types: unknown fields, missing ones, wrong types.

The types of Kubernetes come from Debian's python3-kubernetes (its models are generated from the API's
own description); the few of the Prometheus operator that we use are written down here.
"""

import re

from kubernetes.client import models

_SELECTOR = "V1LabelSelector"
# type -> field -> type, as the models of Kubernetes have them.
_OPERATOR_TYPES = {
    "ServiceMonitor": {"apiVersion": "str", "kind": "str", "metadata": "V1ObjectMeta",
                       "spec": "ServiceMonitorSpec"},
    "ServiceMonitorSpec": {"selector": _SELECTOR, "namespaceSelector": "NamespaceSelector",
                           "endpoints": "list[Endpoint]"},
    "NamespaceSelector": {"any": "bool", "matchNames": "list[str]"},
    "Endpoint": {"port": "str", "path": "str", "scheme": "str", "interval": "str",
                 "scrapeTimeout": "str", "honorLabels": "bool", "tlsConfig": "TlsConfig",
                 "basicAuth": "BasicAuth", "relabelings": "list[Relabeling]",
                 "metricRelabelings": "list[Relabeling]"},
    "TlsConfig": {"insecureSkipVerify": "bool", "serverName": "str", "ca": "object"},
    "BasicAuth": {"username": "V1SecretKeySelector", "password": "V1SecretKeySelector"},
    "Relabeling": {"action": "str", "regex": "str", "sourceLabels": "list[str]",
                   "targetLabel": "str", "replacement": "str", "separator": "str"},
    "PrometheusRule": {"apiVersion": "str", "kind": "str", "metadata": "V1ObjectMeta",
                       "spec": "PrometheusRuleSpec"},
    "PrometheusRuleSpec": {"groups": "list[RuleGroup]"},
    "RuleGroup": {"name": "str", "interval": "str", "limit": "int", "rules": "list[Rule]"},
    "Rule": {"alert": "str", "record": "str", "expr": "str", "for": "str",
             "keep_firing_for": "str", "labels": "dict(str, str)", "annotations": "dict(str, str)"},
}
_PLAIN = {"str": str, "int": int, "bool": bool, "float": (int, float), "datetime": str}


def problems(thing):
    """Yields what is wrong with one object, "path: problem" each."""
    version = str(thing.get("apiVersion"))
    kind = str(thing.get("kind"))
    if version == "monitoring.coreos.com/v1" and kind in ("ServiceMonitor", "PrometheusRule"):
        name = kind
    else:
        name = version.rpartition("/")[2].capitalize() + kind
        if not hasattr(models, name):
            yield f"{version} {kind}: no such type"
            return
    yield from _check(thing, name, kind)


def _check(value, kind, path):
    listed = re.fullmatch(r"list\[(.*)\]", kind)
    mapped = re.fullmatch(r"dict\(str, (.*)\)", kind)
    if kind == "object":
        return
    if kind in _PLAIN:
        if not isinstance(value, _PLAIN[kind]) or (kind == "int" and isinstance(value, bool)):
            yield f"{path}: {value!r} should be {kind}"
    elif listed:
        if not isinstance(value, list):
            yield f"{path}: should be a list"
            return
        for number, item in enumerate(value):
            yield from _check(item, listed[1], f"{path}[{number}]")
    elif not isinstance(value, dict):
        yield f"{path}: should be a map"
    elif mapped:
        for key, item in value.items():
            yield from _check(item, mapped[1], f"{path}.{key}")
    else:
        yield from _check_fields(value, kind, path)


def _check_fields(value, kind, path):
    if kind in _OPERATOR_TYPES:
        fields = _OPERATOR_TYPES[kind]
    else:
        model = getattr(models, kind)
        fields = {model.attribute_map[name]: type_name
                  for name, type_name in model.openapi_types.items()}
        yield from (f"{path}.{name}: missing" for name in sorted(_required(model) - set(value)))
    for key, item in value.items():
        if key not in fields:
            yield f"{path}.{key}: no such field"
        elif item is None:
            yield f"{path}.{key}: empty"
        else:
            yield from _check(item, fields[key], f"{path}.{key}")


def _required(model):
    """The model refuses to be made without the fields that the API requires."""
    names = set(model.attribute_map)
    required = set()
    for name in names:
        try:
            setattr(model.__new__(model), name, None)
        except ValueError:
            required.add(model.attribute_map[name])
        except AttributeError:
            pass
    return required
