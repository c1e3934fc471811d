"""Writes an SBOM (SPDX 2.3, JSON) of the program: what it was made of and what it is linked to.

Nothing is listed by hand: shared libraries come from the program's ELF headers and the loader,
headers and static libraries from the build, the packages behind them from dpkg.
"""

import argparse
import collections
import datetime
import hashlib
import json
import os
import pathlib
import re
import subprocess

PROGRAM = "codearts_pipeline_exporter"
Package = collections.namedtuple("Package", "name version arch source")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def needed(file):
    """Returns the names of the shared libraries that an ELF file asks for."""
    return re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "--dynamic", str(file)))


def loaded(program):
    """Returns name -> path of all shared libraries that the loader takes for `program`."""
    return dict(re.findall(r"^\s*(\S+) => (/\S+)", run("ldd", str(program)), re.MULTILINE))


def used_files(build):
    """Returns the headers and archives outside the source tree that the program was made with."""
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    objects = {re.search(r" -o (\S+)", command["command"])[1] for command in commands}
    files, known, current = set(), set(), None
    for line in run("ninja", "-C", str(build), "-t", "deps").splitlines():
        if line.startswith(("src/", "exporter/")):
            current = line.split(":")[0]
            known.add(current)
        elif not line.startswith(" "):
            current = None
        elif current in objects and line.strip().startswith("/usr/"):
            files.add(os.path.normpath(line.strip()))
    lost = sorted(name for name in objects - known if name.startswith(("src/", "exporter/")))
    if lost:
        raise SystemExit(f"sbom: ninja does not know the headers of {lost[0]}; build it once more")
    link = run("ninja", "-C", str(build), "-t", "commands", "-s", f"exporter/{PROGRAM}")
    files.update(re.findall(r"(/usr/\S+\.a)\b", link))
    return files


def packages_of(files):
    """Returns file -> package for those files that dpkg knows."""
    # The same file goes by two names where /lib is a link to /usr/lib.
    names = {}
    for file in files:
        for name in {file, os.path.realpath(file), re.sub(r"^/usr(?=/lib)", "", file)}:
            names.setdefault(name, file)
            names.setdefault(re.sub(r"^/usr(?=/lib)", "", name), file)
    found = subprocess.run(["dpkg-query", "--search", *sorted(names)], capture_output=True,
                           text=True, check=False).stdout
    owners = {}
    for line in found.splitlines():
        owner, _, path = line.partition(": ")
        if path in names:
            owners[names[path]] = owner.split(",")[0]
    missing = sorted(set(files) - set(owners))
    if missing:
        raise SystemExit(f"sbom: no package has {', '.join(missing)}")
    details = {}
    form = "${binary:Package}\t${Package}\t${Version}\t${Architecture}\t${source:Package}\n"
    for line in run("dpkg-query", "--show", f"--showformat={form}", *set(owners.values())).splitlines():
        key, *fields = line.split("\t")
        details[key] = details[key.split(":")[0]] = Package(*fields)
    return {file: details[owner] for file, owner in owners.items()}


def spdx_id(name):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)


def describe(name, version, purl, **more):
    references = [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                   "referenceLocator": purl}] if purl else []
    return {"SPDXID": spdx_id(name), "name": name, "versionInfo": version,
            "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
            "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION",
            "copyrightText": "NOASSERTION", "externalRefs": references, **more}


def describe_debian(package, comment):
    distribution = dict(re.findall(r'^(ID|VERSION_ID)="?([^"\n]*)"?$',
                                   pathlib.Path("/etc/os-release").read_text(), re.MULTILINE))
    system = distribution["ID"]
    release = f"{system}-{distribution.get('VERSION_ID', 'unknown')}"
    version = package.version.replace("+", "%2B").replace(":", "%3A")
    return describe(
        package.name, package.version,
        f"pkg:deb/{system}/{package.name}@{version}?arch={package.arch}&distro={release}",
        supplier=f"Organization: {system.capitalize()}", comment=comment,
        sourceInfo=f"source package {package.source}")


def linked_packages(program):
    """Returns the packages of all libraries, and the edges from who asks to whom (None: us)."""
    libraries = loaded(program)
    owners = packages_of(libraries.values())
    edges = set()
    for asking, file in [(None, program), *((owners[p], p) for p in libraries.values())]:
        for name in needed(file):
            # The loader itself is not in the list that it prints.
            if name in libraries and owners[libraries[name]] != asking:
                edges.add((asking, owners[libraries[name]]))
    return set(owners.values()), edges


def civetweb(folder):
    entry = (folder / "debian/changelog").read_text(encoding="utf-8").split("\n", 1)[0]
    version = re.fullmatch(r"civetweb \(([^)]+)\).*", entry)[1]
    return describe("civetweb", version,
                    f"pkg:deb/debian/civetweb@{version.replace('+', '%2B')}?arch=source",
                    licenseDeclared="MIT", comment="Compiled into the program from its source package.")


def document(arguments):
    program = arguments.build / "exporter" / PROGRAM
    linked, edges = linked_packages(program)
    shared_sources = {package.source for package in linked}
    # Headers of a library that is linked say nothing new; the rest is compiled in.
    compiled = {package for package in packages_of(used_files(arguments.build)).values()
                if package.source not in shared_sources}
    digest = hashlib.sha256(program.read_bytes()).hexdigest()
    own = describe(PROGRAM, arguments.version, f"pkg:generic/{PROGRAM}@{arguments.version}",
                   licenseDeclared="Apache-2.0", primaryPackagePurpose="APPLICATION",
                   comment=f"SHA-256 of the program before stripping: {digest}")
    packages = [own]
    relations = [("SPDXRef-DOCUMENT", "DESCRIBES", own["SPDXID"])]
    if (arguments.civetweb / "src/civetweb.c").exists():
        packages.append(civetweb(arguments.civetweb))
        relations.append((own["SPDXID"], "STATIC_LINK", spdx_id("civetweb")))
    for package in sorted(compiled):
        packages.append(describe_debian(package, "Headers or static libraries, compiled in."))
        relations.append((own["SPDXID"], "STATIC_LINK", spdx_id(package.name)))
    for package in sorted(linked):
        packages.append(describe_debian(package, "Shared libraries, loaded at start."))
    for asking, asked in sorted(edges, key=lambda edge: (edge[0] or Package("", "", "", ""), edge[1])):
        relations.append((own["SPDXID"], "DYNAMIC_LINK", spdx_id(asked.name)) if asking is None else
                         (spdx_id(asking.name), "DEPENDS_ON", spdx_id(asked.name)))
    created = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]),
                                              datetime.timezone.utc)
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"{PROGRAM}-{arguments.version}",
        "documentNamespace": f"urn:sha256:{digest}",
        "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
                         "creators": [f"Tool: {PROGRAM}-sbom"]},
        "packages": packages,
        "relationships": [{"spdxElementId": a, "relationshipType": kind, "relatedSpdxElement": b}
                          for a, kind, b in relations],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True, help="CMake's build folder")
    parser.add_argument("--civetweb", type=pathlib.Path, required=True, help="civetweb's source")
    parser.add_argument("--version", required=True)
    print(json.dumps(document(parser.parse_args()), indent=2))


if __name__ == "__main__":
    main()
