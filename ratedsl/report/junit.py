"""JUnit XML, the form in which continuous integration reads results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ratedsl.report.safe import safe_text


class Case(NamedTuple):
    """One test case, and what went wrong in it: `failure` or `error`, and in which words."""

    name: str
    classname: str
    problems: tuple[tuple[str, str], ...] = ()


class Suite(NamedTuple):
    """The cases of one file."""

    name: str
    cases: Sequence[Case]


def render_junit(suites: Sequence[Suite]) -> str:
    """All suites as one document, with their counts."""
    from xml.etree import ElementTree  # noqa: PLC0415

    root = ElementTree.Element("testsuites")
    for suite in suites:
        counts = {"tests": len(suite.cases), "failures": 0, "errors": 0}
        for case in suite.cases:
            kinds = {kind for kind, _ in case.problems}
            counts["failures"] += "failure" in kinds
            counts["errors"] += "error" in kinds
        attributes = {"name": safe_text(suite.name)}
        attributes |= {name: str(many) for name, many in counts.items()}
        element = ElementTree.SubElement(root, "testsuite", attributes)
        for case in suite.cases:
            names = {"name": safe_text(case.name), "classname": safe_text(case.classname)}
            one = ElementTree.SubElement(element, "testcase", names)
            for kind, words in case.problems:
                ElementTree.SubElement(one, kind, {"message": safe_text(words)})
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'
