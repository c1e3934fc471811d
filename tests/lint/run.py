"""Runs the named checks, or all, over the project: run.py ROOT [CHECK...]."""

import sys

import conventions
import documents
import layering
import links
import registration
from tree import Tree

CHECKS = {
    "conventions": conventions.check,
    "documents": documents.check,
    "layering": layering.check,
    "links": links.check,
    "registration": registration.check,
}


def main(arguments):
    if not arguments or not set(arguments[1:]) <= set(CHECKS):
        print(f"usage: run.py ROOT [{'|'.join(CHECKS)}]...", file=sys.stderr)
        return 2
    tree = Tree(arguments[0])
    findings = [finding for name in arguments[1:] or CHECKS for finding in CHECKS[name](tree)]
    for finding in findings:
        print(finding)
    print(f"{len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
