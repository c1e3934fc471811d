"""Plants one violation of each rule and sees that it is found, and that clean code passes."""

import pathlib
import tempfile
import unittest

import conventions
import documents
import layering
import links
import registration
from tree import Tree

CLEAN = {
    "CMakeLists.txt": "set(CODEARTS_LAYERS base model config auth http api collect metrics web)\n",
    "tests/CMakeLists.txt": "foreach(layer IN LISTS CODEARTS_LAYERS ITEMS exporter)\n",
    "src/base/CMakeLists.txt": "codearts_add_layer(base SOURCES text.cc)\n",
    "src/base/text.h": "#ifndef CODEARTS_BASE_TEXT_H_\n#define CODEARTS_BASE_TEXT_H_\n#endif\n",
    "src/base/text.cc": '#include "base/text.h"\n\n#include <fmt/format.h>\n\n#include <string>\n',
    "exporter/CMakeLists.txt": "add_executable(exporter main.cc)\n",
    "exporter/main.cc": '#include "base/text.h"\nint main() { try {} catch (...) {} }\n',
    "tests/unit/base/CMakeLists.txt": "codearts_add_unit_tests(base SOURCES text_test.cc)\n",
    "tests/unit/base/text_test.cc": "// never sleep()\nTEST(TextTest, IsShort) {}\n",
    "README.md": "# A title\n[here](#a-title) [there](src/base/text.h)\n```\n[not](a-link)\n```\n",
}


class LintTest(unittest.TestCase):
    def findings(self, check, changed):
        with tempfile.TemporaryDirectory() as root:
            for path, text in {**CLEAN, **changed}.items():
                file = pathlib.Path(root) / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            return [str(finding) for finding in check(Tree(root))]

    def assert_found(self, check, changed, expected):
        findings = self.findings(check, changed)
        self.assertEqual(len(findings), 1, findings)
        self.assertIn(expected, findings[0])

    def test_clean_tree_passes(self):
        for check in (conventions.check, documents.check, layering.check, links.check, registration.check):
            self.assertEqual(self.findings(check, {}), [])

    def test_layering(self):
        header = "src/web/server.h"
        for changed, expected in [
            ({"src/base/text.cc": '#include "base/text.h"\n#include "web/server.h"\n'},
             "src/base/text.cc:2: base/ must not include web/"),
            ({header: "#include <curl/curl.h>\n"}, "<curl/curl.h> belongs in http only"),
            ({header: "#include <spdlog/spdlog.h>\n"}, "belongs in base only"),
            ({"src/base/text.h": "#include <spdlog/spdlog.h>\n"}, "src/base/logging.cc only"),
            ({header: "#include <boost/any.hpp>\n"}, "not in the table"),
            ({header: '#include "base/gone.h"\n'}, "does not exist"),
            ({header: '#include "server.h"\n'}, "by path from there"),
            ({"src/base/text.cc": "#include <string>\n"}, "must be the first include"),
            ({"src/util/x.h": "\n"}, "src/util is not a layer"),
        ]:
            with self.subTest(expected):
                if '"web/server.h"' in "".join(changed.values()):
                    changed = {**changed, header: "\n"}
                self.assert_found(layering.check, changed, expected)

    def test_conventions(self):
        test = "tests/unit/base/text_test.cc"
        # Split words, so that the real run does not find them here.
        for changed, expected in [
            ({test: "int i;\n" * 401}, "more than 400 lines"),
            ({"src/base/text.h": "#pragma once\n"}, "must be CODEARTS_BASE_TEXT_H_"),
            ({test: "int i;  // NOLINT\n"}, "names no check"),
            ({test: "int i;  // TO" "DO: later\n"}, "do it"),
            ({test: "void F() { std::this_thread::sleep_for(d); }\n"}, "never sleep"),
            ({test: "TEST(Text, is_short) {}\n"}, "name tests as"),
            ({"tests/a.py": "time." "sleep(1)\n"}, "never sleep"),
            ({"src/base/text.cc": "void F() { try {} catch (...) {} }\n"}, "catch (...) belongs"),
            ({"exporter/main.cc": "catch (...)\ncatch (...)\n"}, "main.cc:2: catch (...)"),
            ({"README.md": "see /hom" "e/me/x\n"}, "one machine"),
        ]:
            with self.subTest(expected):
                self.assert_found(conventions.check, changed, expected)

    def test_registration(self):
        for changed, expected in [
            ({"src/base/other.cc": ""}, "src/base/other.cc:1: no CMakeLists.txt lists it"),
            ({"tests/unit/new/a_test.cc": "", "tests/unit/new/CMakeLists.txt": "a_test.cc"},
             "does not add unit/new"),
            ({"CMakeLists.txt": "set(CODEARTS_LAYERS base web)\n"}, "CODEARTS_LAYERS differs"),
        ]:
            with self.subTest(expected):
                self.assert_found(registration.check, changed, expected)

    def test_documents(self):
        chinese = CLEAN["README.md"]
        for changed, expected in [
            ({"README.zh-CN.md": chinese + "## Two\n"}, "headings differ from README.md, first at number 2"),
            ({"README.zh-CN.md": chinese.replace("a-link", "other")}, "code blocks differ"),
            ({"README.zh-CN.md": chinese.replace("text.h", "text.cc")}, "links differ"),
        ]:
            with self.subTest(expected):
                self.assert_found(documents.check, changed, expected)
        self.assertEqual(self.findings(documents.check, {"README.zh-CN.md": chinese}), [])
        self.assertIn("the diagram lacks base/",
                      self.findings(documents.check, {"docs/architecture.md": "none\n"})[0])

    def test_links(self):
        for text, expected in [
            ("[x](gone.md)\n", "gone.md: no such file"),
            ("# One\n[x](#two)\n", "#two: no such heading"),
        ]:
            with self.subTest(expected):
                self.assert_found(links.check, {"README.md": text}, expected)


if __name__ == "__main__":
    unittest.main()
