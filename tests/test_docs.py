"""The documents say what is so: examples compile, words are explained, output is real.

Blocks of docs/language.md, docs/choices.md and README.md are told apart by what stands after
the three quotes:

    rate                a whole plan
    rate fragment       records that stand below the small plan of `ratedsl.checks.codes`
    rate file NAME      a file that other examples of the page use, and an example itself
    csv file NAME       a deck of such a file

All of them check clean, and the tests in them hold. `UPDATE=1 python -m pytest
tests/test_docs.py` writes the output blocks of README.md and the forms of facts anew; read
the difference.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

from ratedsl.checks.codes import CODES, FRAME
from ratedsl.cli.main import VERBS, main
from ratedsl.lang.forms import forms_of
from ratedsl.lang.vocabulary import FACTS
from ratedsl.plan.compile.test_expectation import REASONS
from ratedsl.plan.load import load
from ratedsl.plan.reserved import RESERVED
from ratedsl.plan.units import PERIODS, SERVICES, UNITS
from ratedsl.testing.run import run_tests

ROOT = Path(__file__).parent.parent
LANGUAGE = ROOT / "docs" / "language.md"
CHOICES = ROOT / "docs" / "choices.md"
README = ROOT / "README.md"
FORMS = ROOT / "ratedsl" / "lang" / "forms.toml"
PAGES = sorted(
    path for folder in (ROOT, ROOT / "docs", ROOT / "samples") for path in folder.glob("*.md")
)
UPDATE = bool(os.environ.get("UPDATE"))

_BLOCK = re.compile(r"^```(\w[^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_OUTPUT = re.compile(r"<!-- output: (.+?) -->\n```\n(.*?)```\n", re.DOTALL)


class Example(NamedTuple):
    """A block: the page and line at which it starts, its kind, its file's name, its text."""

    page: Path
    line: int
    kind: str
    name: str
    text: str


def blocks(page: Path) -> Iterator[Example]:
    text = page.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        kind, _, name = found[1].partition(" file ")
        if kind in ("rate", "rate fragment", "csv"):
            line = text.count("\n", 0, found.start()) + 1
            yield Example(page, line, kind, name, found[2])


EXAMPLES = [one for page in (LANGUAGE, CHOICES, README) for one in blocks(page)]


@pytest.mark.parametrize(
    "example",
    [one for one in EXAMPLES if one.kind != "csv"],
    ids=lambda one: f"{one.page.name}:{one.line}",
)
def test_each_example_checks_clean_and_holds(example: Example, tmp_path: Path) -> None:
    for one in EXAMPLES:
        if one.name and one.page == example.page:
            path = tmp_path / one.name
            path.parent.mkdir(exist_ok=True)
            path.write_text(one.text)
    path = tmp_path / (example.name or "example.rate")
    path.write_text(FRAME + example.text if example.kind == "rate fragment" else example.text)
    loaded = load(path)
    assert loaded.diagnostics == ()
    if loaded.plan is None:
        assert example.name, "only a file that others use may be without a plan"
        return
    assert loaded.plan.tests
    assert [one for one in run_tests(loaded.plan) if not one.passed] == []


# ---- the language -----------------------------------------------------------------------------


def sections() -> dict[str, str]:
    """The page of the language by its headings of the second level."""
    parts = re.split(r"^## (.+)$", LANGUAGE.read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_frame_of_fragments_is_shown() -> None:
    assert f"```\n{FRAME}```" in LANGUAGE.read_text()


def test_every_fact_is_explained_with_its_record() -> None:
    page = sections()
    for kind, facts in FACTS.items():
        for fact in facts:
            assert re.search(rf"^\| `{fact}\b|^\| .*` or `{fact}\b", page[kind], re.MULTILINE), (
                kind,
                fact,
            )


def forms() -> dict[str, list[dict[str, object]]]:
    """How each fact is written and what it means, by kind of record, as the page's tables say."""
    found: dict[str, list[dict[str, object]]] = {}
    page = sections()
    for kind, facts in FACTS.items():
        for row in re.findall(r"^\| (`.+) \|$", page[kind], re.MULTILINE):
            first, _, meaning = re.sub(r"\\\|", "\0", row).partition(" | ")
            written = [text.replace("\0", "|") for text in re.findall(r"`([^`]+)`", first)]
            if written[0].split()[0] not in facts:
                continue
            plain = re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", meaning.replace("\0", "|"))
            found.setdefault(kind, []).append({"forms": written, "meaning": plain.rstrip(" |")})
    return found


def test_findings_and_explanations_write_facts_as_the_reference_does() -> None:
    lines = ["# The forms of all facts, from the tables of docs/language.md. Generated."]
    for kind, rows in forms().items():
        for row in rows:
            lines += ["", f"[[{kind}]]"]
            lines += [f"{key} = {json.dumps(row[key], ensure_ascii=False)}" for key in row]
    text = "\n".join(lines) + "\n"
    if UPDATE:
        FORMS.write_text(text, encoding="utf-8")
    assert FORMS.read_text(encoding="utf-8") == text
    for kind, facts in FACTS.items():
        assert {one.keyword for one in forms_of(kind)} == set(facts), kind


def test_every_fact_and_record_stands_in_an_example() -> None:
    text = "".join(one.text for one in EXAMPLES)
    for kind, facts in FACTS.items():
        assert re.search(rf"^(override |addon )?{kind}\b", text, re.MULTILINE), kind
        for fact in facts:
            assert re.search(rf"^  {fact}\b", text, re.MULTILINE), (kind, fact)


def test_every_word_with_a_meaning_is_in_the_reference() -> None:
    text = LANGUAGE.read_text()
    for word in (*UNITS, *SERVICES, *PERIODS, *REASONS, *RESERVED):
        assert f"`{word}`" in text, word


def test_the_reference_names_every_code_and_no_other() -> None:
    assert set(re.findall(r"\b[EW]\d{3}\b", LANGUAGE.read_text())) == set(CODES)


# ---- the command ------------------------------------------------------------------------------


def options(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    """Every sub-command's name, option and choice, each with the command it belongs to."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, sub in action.choices.items():
                yield sub.prog, name
                yield from options(sub)
            continue
        for word in (*action.option_strings, *(action.choices or ())):
            if word not in ("-h", "--help"):
                yield parser.prog, str(word)


def test_the_readme_names_every_command_option_and_choice() -> None:
    text = README.read_text()
    rows = [row.replace("\\|", "|") for row in re.findall(r"^\| `(.+?)` \|", text, re.MULTILINE)]
    for verb, (module, _) in VERBS.items():
        parser = argparse.ArgumentParser(prog=f"ratedsl {verb}")
        import_module(module).configure(parser)
        for command, word in options(parser):
            here = " ".join(row for row in rows if row.startswith(command))
            assert here, f"README.md has no row for `{command}`"
            assert re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", here), (command, word)
        assert any(row.startswith(f"ratedsl {verb}") for row in rows), verb


def test_the_readme_gives_the_commands_that_set_themselves_up() -> None:
    text = README.read_text()
    targets = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"\bmake ([a-z]+)\b(?! [a-z])", text)) <= {*targets, "test"}
    for target in ("make demo", "make tui", "make test"):
        assert target in text


# ---- what is shown ----------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        there = page.parent / path if path else page
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there), target


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and GitLab make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.fixture
def desk(tmp_path: Path, whole_sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder in which the README's commands run: the repository's, and what they read."""
    for name in ("plans", "samples", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    for one in EXAMPLES:
        if one.page == README and one.name:
            (tmp_path / one.name).write_text(one.text)
    (tmp_path / ".ratedsl").mkdir()
    (tmp_path / ".ratedsl/demo.db").symlink_to(whole_sample)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.usefixtures("desk")
def test_the_readme_shows_what_commands_print(capsys: pytest.CaptureFixture[str]) -> None:
    text = README.read_text()
    # The picture of the app comes from a terminal, not from what a command prints.
    shown = [(command, body) for command, body in _OUTPUT.findall(text) if command != "tui"]
    assert len(shown) >= 3
    for command, body in shown:
        name, *words = command.split()
        assert name == "ratedsl"
        assert main(words) in (0, 1)
        printed = capsys.readouterr().out
        if UPDATE:
            head = f"<!-- output: {command} -->\n```\n"
            text = text.replace(f"{head}{body}```\n", f"{head}{printed}```\n")
        else:
            assert printed == body, command
    if UPDATE:
        README.write_text(text)
