"""SARIF and JUnit output is what their published schemas ask for, whatever the text and paths."""

from __future__ import annotations

import json
import os
import random
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit
from xml.etree import ElementTree

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from ratedsl.checks.codes import CODES
from ratedsl.cli.main import main
from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.lang.mending import Edit, Fix
from ratedsl.lang.source import Source, Span
from ratedsl.report.diagnostics import render
from ratedsl.report.extent import Extent
from ratedsl.report.junit import Case, Suite, render_junit

HERE = Path(__file__).parent
SARIF = Draft4Validator(json.loads((HERE / "schemas" / "sarif-2.1.0-rtm.5.json").read_text()))
JUNIT = xmlschema.XMLSchema(str(HERE / "schemas" / "jenkins-junit.xsd"))
ERRORS = sorted((HERE / "errors").glob("[EW]*.rate"))

HOSTILE = (
    *(
        "::error::forged",
        "a\n::error file=x::y",
        "%0A::warning::z",
        "]]>",
        "<!--",
        "&amp;",
        "<x a='",
    ),
    *(
        "\x00",
        "\x0b",
        "\x1b[2J",
        "\x85",
        "\u2028",
        "\ud800",
        "\udcff",
        "\ufffe",
        "\uffff",
        "\U0001ffff",
    ),
    *("a b?c#d%e.rate", "a:b.rate", "..", "C:\\x", "//host/x", "é/💶.rate", "javascript:alert(1)"),
)
texts = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(HOSTILE), max_size=3).map("".join))
spans = st.builds(
    lambda path, line, column, length: Span(path, line, column, column + length),
    texts.filter(bool),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.integers(0, 50),
)
edits = st.builds(Edit, spans, st.none() | texts)
fixes = st.builds(Fix, texts, st.lists(edits, min_size=1, max_size=2).map(tuple), st.booleans())
findings = st.builds(
    Diagnostic,
    st.sampled_from([*CODES, "E1"]),
    texts,
    spans,
    texts,
    texts,
    st.lists(st.builds(Label, spans, texts), max_size=2).map(tuple),
    st.lists(fixes, max_size=2).map(tuple),
)


def written(found: tuple[Diagnostic, ...], form: str) -> str:
    paths = tuple(one.span.path for one in found)
    return render(found, form, lambda path: Source(path, ""), Extent(1, 0, 1, paths))


@given(st.lists(findings, max_size=4).map(tuple))
def test_any_findings_are_valid_sarif(found: tuple[Diagnostic, ...]) -> None:
    log = json.loads(written(found, "sarif"))
    SARIF.validate(log)
    for one, result in zip(found, log["runs"][0]["results"], strict=True):
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[!-~]+", uri)
        parts = urlsplit(uri)
        # Nothing in a path is taken for a scheme, a host, a query or a fragment.
        assert parts.scheme == ("file" if one.span.path.startswith("/") else "")
        assert (parts.netloc, parts.query, parts.fragment) == ("", "", "")
        region = result["locations"][0]["physicalLocation"]["region"]
        assert 1 <= region["startColumn"] <= region["endColumn"]


@pytest.mark.parametrize("name", ["a b?c#d%e.rate", "a:b.rate", "é💶.rate", "x\udcff.rate"])
def test_the_uri_of_an_odd_path_leads_to_its_file(name: str) -> None:
    for path in (name, f"plans/{name}", f"/tmp/{name}"):
        found = (Diagnostic("E1", "x", Span(path, 1, 1, 2)),)
        log = json.loads(written(found, "sarif"))
        place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        uri = urlsplit(place["artifactLocation"]["uri"])
        assert os.fsdecode(unquote_to_bytes(uri.path)) == path


@given(st.lists(findings, max_size=4).map(tuple))
def test_any_findings_are_valid_junit(found: tuple[Diagnostic, ...]) -> None:
    JUNIT.validate(written(found, "junit"))


@given(st.lists(st.tuples(texts, texts, st.sampled_from(["failure", "error"]), texts), max_size=4))
def test_any_test_results_are_valid_junit(cases: list[tuple[str, str, str, str]]) -> None:
    suite = Suite("s", [Case(name, owner, ((kind, words),)) for name, owner, kind, words in cases])
    text = render_junit([suite, Suite("empty", [])])
    JUNIT.validate(text)
    assert ElementTree.fromstring(text)[0].get("tests") == str(len(cases))


@settings(max_examples=60)
@given(st.lists(findings, max_size=4).map(tuple))
def test_no_text_forges_or_ends_a_workflow_command(found: tuple[Diagnostic, ...]) -> None:
    lines = written(found, "github").splitlines()
    assert len(lines) == len(found)
    for line, one in zip(lines, found, strict=True):
        level = one.severity.value
        assert re.fullmatch(rf"::{level} (?:\w+=[^:,]*,?)+::.*", line), line
        data = line.split("::", 2)[2]
        assert not re.search(r"[\r\n]|%(?!25|0A)", data)


def test_every_finding_there_is_makes_valid_logs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(HERE / "errors")
    names = [path.name for path in ERRORS]
    assert main(["check", "--no-cache", "--format", "sarif", *names]) == 1
    log = json.loads(capsys.readouterr().out)
    SARIF.validate(log)
    assert len(log["runs"][0]["results"]) >= len(names)
    assert main(["check", "--no-cache", "--format", "junit", *names]) == 1
    JUNIT.validate(capsys.readouterr().out)


def test_results_of_tests_are_valid_junit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "plan p\n  currency EUR\n  timezone UTC\n  cycle monthly on day 1\n"
        "  rounding half-up 0.01 EUR per item\nrate r for sms\n  price 0.10 EUR per message\n"
        'test "<one> & \x1b"\n  event sms for 1 message at 2026-03-02 09:15\n'
        "  expect charge 0.10 EUR\n"
    )
    for name, plan in (
        ("passing", text),
        ("failing", text.replace("charge 0.10", "charge 0.20")),
        ("broken", text.replace("currency", "curency")),
    ):
        (tmp_path / f"{name}.rate").write_text(plan)
    assert main(["test", str(tmp_path), "--format", "junit"]) == 1
    log = capsys.readouterr().out
    JUNIT.validate(log)
    assert "<failure" in log and "<error" in log


def test_the_schemas_would_notice_a_mistake() -> None:
    found = (Diagnostic("E101", "unknown", Span("a.rate", 1, 1, 2)),)
    log = json.loads(written(found, "sarif"))
    for broken in ("version", "runs"):
        assert not SARIF.is_valid({key: value for key, value in log.items() if key != broken})
    log["runs"][0]["results"][0]["level"] = random.Random(1).choice(["fatal", "worst"])
    assert not SARIF.is_valid(log)
    assert not JUNIT.is_valid(written(found, "junit").replace("testcase", "test"))
