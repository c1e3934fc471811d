"""A layer includes only layers before it, and third-party headers only where they may be."""

import re

from tree import Finding

# Lowest first, as CODEARTS_LAYERS in the top-level CMakeLists.txt.
LAYERS = ["base", "model", "config", "auth", "http", "api", "collect", "metrics", "web"]
PROGRAM = "exporter"

# Header prefix -> where it may be included. A header that belongs to no row must be of C++, C or
# POSIX.
THIRD_PARTY = {
    "CLI/": [PROGRAM],
    "civetweb.h": ["web"],
    "CivetServer.h": ["web"],
    "crypt.h": ["web"],
    "curl/": ["http"],
    "fmt/": LAYERS + [PROGRAM],
    "isa-l/": ["metrics"],
    "openssl/": ["auth", "web"],
    "prometheus/": ["metrics"],
    "rapidjson/": ["api"],
    "re2/": LAYERS,
    "spdlog/": ["base"],
    "sqlite3.h": ["collect"],
    "systemd/": [PROGRAM],
    "yaml-cpp/": ["config"],
    "zlib.h": ["metrics"],
}
SPDLOG_FILE = "src/base/logging.cc"
POSIX_FOLDERS = ("arpa/", "net/", "netinet/", "sys/", "linux/")

_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def check(tree):
    for file in tree.select(["src", PROGRAM], [".h", ".cc"]):
        yield from _check_file(tree, file)


def _check_file(tree, file):
    layer = PROGRAM if file.path.startswith(PROGRAM + "/") else file.path.split("/")[1]
    if layer != PROGRAM and layer not in LAYERS:
        yield Finding(file.path, 1, f"src/{layer} is not a layer")
        return
    includes = _includes(file)
    own_header = file.path.removesuffix(".cc") + ".h"
    if file.path.endswith(".cc") and own_header in tree:
        expected = own_header.removeprefix("src/")
        if not includes or includes[0][2] != expected:
            yield Finding(file.path, 1, f'"{expected}" must be the first include')
    for line, quote, header in includes:
        message = (_judge_quoted(tree, layer, header) if quote == '"' else
                   _judge_third_party(file.path, layer, header))
        if message:
            yield Finding(file.path, line, message)


def _includes(file):
    matches = ((number, _INCLUDE.match(line)) for number, line in enumerate(file.lines, 1))
    return [(number, match[1], match[2]) for number, match in matches if match]


def _judge_quoted(tree, layer, header):
    if layer == PROGRAM and header.startswith(PROGRAM + "/"):
        return None if _exists(tree, header) else f'"{header}" does not exist'
    other = header.split("/")[0]
    if other not in LAYERS or "/" not in header:
        return f'"{header}": quotes are for headers of src/, by path from there'
    if layer != PROGRAM and LAYERS.index(other) > LAYERS.index(layer):
        return f"{layer}/ must not include {other}/"
    if not _exists(tree, f"src/{header}"):
        return f'"{header}" does not exist'
    return None


def _exists(tree, path):
    """Whether the header is there, configured from a template, or made of the file that it embeds."""
    return path in tree or f"{path}.in" in tree or (tree.root / path.removesuffix(".inc")).exists()


def _judge_third_party(path, layer, header):
    for prefix, allowed in THIRD_PARTY.items():
        if header.startswith(prefix):
            if layer not in allowed:
                return f"<{header}> belongs in {' and '.join(allowed)} only"
            if prefix == "spdlog/" and path != SPDLOG_FILE:
                return f"<{header}> belongs in {SPDLOG_FILE} only"
            return None
    if "/" in header and not header.startswith(POSIX_FOLDERS):
        return f"<{header}> is not in the table of third-party headers"
    return None
