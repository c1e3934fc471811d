"""The SBOM is SPDX that hangs together, and names every library that the program loads."""

import json
import re
import subprocess
import sys
import unittest

SBOM, PROGRAM = sys.argv[1:3]


class SbomTest(unittest.TestCase):

    def setUp(self):
        with open(SBOM, encoding="utf-8") as file:
            self.sbom = json.load(file)
        self.packages = {package["SPDXID"]: package for package in self.sbom["packages"]}

    def names(self, kind):
        return {self.packages[relation["relatedSpdxElement"]]["name"]
                for relation in self.sbom["relationships"] if relation["relationshipType"] == kind}

    def test_has_what_spdx_requires(self):
        self.assertEqual(self.sbom["spdxVersion"], "SPDX-2.3")
        for key in ("dataLicense", "SPDXID", "name", "documentNamespace", "creationInfo"):
            self.assertIn(key, self.sbom)
        self.assertEqual(len(self.packages), len(self.sbom["packages"]), "an id is there twice")
        for package in self.packages.values():
            self.assertRegex(package["SPDXID"], r"^SPDXRef-[A-Za-z0-9.-]+$")
            self.assertTrue(package["versionInfo"])
            self.assertIn("downloadLocation", package)

    def test_relations_lead_to_packages(self):
        reached = {relation["relatedSpdxElement"] for relation in self.sbom["relationships"]}

        self.assertEqual(reached, set(self.packages))

    def test_names_what_is_loaded_and_what_is_compiled_in(self):
        listing = subprocess.run(["ldd", PROGRAM], check=True, capture_output=True, text=True).stdout
        files = re.findall(r"=> (/\S+)", listing)
        names = {*files, *(re.sub("^/lib", "/usr/lib", file) for file in files)}
        found = subprocess.run(["dpkg-query", "--search", *names], capture_output=True, text=True,
                               check=False).stdout
        owners = {line.split(":")[0] for line in found.splitlines()}

        self.assertGreater(len(owners), 10)
        self.assertEqual(owners - {package["name"] for package in self.packages.values()}, set())
        self.assertLessEqual({"libcurl4", "libsqlite3-0", "libssl3"}, self.names("DYNAMIC_LINK"))
        self.assertLessEqual({"civetweb", "rapidjson-dev", "libcli11-dev"},
                             self.names("STATIC_LINK"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
