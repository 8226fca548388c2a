"""The documents say what is so: examples compile, words are explained, output is real.

`UPDATE=1 python -m pytest tests/test_docs.py` writes the output blocks of README.md anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ratedsl.checks.codes import CODES, FRAME
from ratedsl.cli.main import VERBS
from ratedsl.lang.parser import FACTS
from ratedsl.plan.load import load
from ratedsl.plan.units import UNITS
from ratedsl.testing.run import run_tests

ROOT = Path(__file__).parent.parent
LANGUAGE = (ROOT / "docs" / "language.md").read_text()
README = ROOT / "README.md"
OUTPUT = re.compile(r"<!-- output: (.+?) -->\n```\n(.*?)```\n", re.DOTALL)


def examples(text: str) -> list[str]:
    return re.findall(r"```rate\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("number", range(len(examples(LANGUAGE + README.read_text()))))
def test_each_example_checks_clean_and_holds(number: int, tmp_path: Path) -> None:
    example = examples(LANGUAGE + README.read_text())[number]
    own = any(line.startswith("plan ") for line in example.splitlines())
    path = tmp_path / "example.rate"
    path.write_text(example if own else FRAME + example)
    loaded = load(path)
    assert loaded.diagnostics == ()
    assert loaded.plan is not None and loaded.plan.tests
    assert [one for one in run_tests(loaded.plan) if not one.passed] == []


def test_every_record_fact_and_unit_is_in_the_reference() -> None:
    for kind, facts in FACTS.items():
        assert re.search(rf"^## .*\b{kind}\b", LANGUAGE, re.MULTILINE), kind
        for fact in facts:
            assert re.search(rf"[`|]{fact}\b", LANGUAGE), (kind, fact)
    for unit in UNITS:
        assert unit.rstrip("s") in LANGUAGE or unit in LANGUAGE, unit


def test_every_code_the_reference_names_exists() -> None:
    assert set(re.findall(r"\bE\d{3}\b", LANGUAGE)) <= set(CODES)


def test_the_readme_names_every_verb_and_the_test_command() -> None:
    text = README.read_text()
    for verb in VERBS:
        assert f"ratedsl {verb}" in text, verb
    assert "make test" in text and "make demo" in text


@pytest.mark.parametrize(
    "page",
    ["README.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))],
)
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
        assert (path.parent / target).exists(), target


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("docs") / "sample.db"
    words = ["usage", "sample", "--into", str(path)]
    subprocess.run([sys.executable, "-m", "ratedsl", *words], check=True, capture_output=True)
    return path


def test_the_readme_shows_what_commands_print(sample: Path) -> None:
    text = README.read_text()
    shown = dict(OUTPUT.findall(text))
    assert len(shown) >= 3
    for command, body in shown.items():
        if command == "tui":
            continue
        words = command.replace(".ratedsl/demo.db", str(sample)).split()[1:]
        done = subprocess.run(
            [sys.executable, "-m", "ratedsl", *words],
            cwd=ROOT, capture_output=True, text=True, check=False,
            env={**os.environ, "NO_COLOR": "1", "COLUMNS": "80"},
        )  # fmt: skip
        assert done.returncode in (0, 1), done.stderr
        if os.environ.get("UPDATE"):
            text = text.replace(
                f"<!-- output: {command} -->\n```\n{body}```\n",
                f"<!-- output: {command} -->\n```\n{done.stdout}```\n",
            )
        else:
            assert done.stdout == body, command
    if os.environ.get("UPDATE"):
        README.write_text(text)
