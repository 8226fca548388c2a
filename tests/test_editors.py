"""One definition of the words of a line, for Pygments and for editors."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.token import Token as Tokens

from ratedsl.cli.main import VERBS
from ratedsl.lang import highlight
from ratedsl.lang.highlight import Kind, tokens
from ratedsl.lang.pygments_lexer import TYPES, RateLexer

ROOT = Path(__file__).parent.parent
GRAMMAR = ROOT / "editors" / "vscode" / "syntaxes" / "rate.tmLanguage.json"


def test_pygments_finds_the_lexer() -> None:
    (found,) = entry_points(group="pygments.lexers", name="rate")
    assert found.load() is RateLexer


def test_every_kind_has_a_type() -> None:
    assert set(TYPES) == set(Kind)


@given(st.text())
def test_no_character_is_lost(text: str) -> None:
    found = list(RateLexer().get_tokens_unprocessed(text))
    assert "".join(piece for _, _, piece in found) == text
    assert all(text[place : place + len(piece)] == piece for place, _, piece in found)


def test_words_have_the_types_of_their_kinds() -> None:
    text = 'rate calls "Calls" for voice\n  price     0.10 EUR per min  # dear\n'
    found = [
        (piece, kind)
        for _, kind, piece in RateLexer().get_tokens_unprocessed(text)
        if kind is not Tokens.Text.Whitespace
    ]
    assert found == [
        ("rate", TYPES[Kind.RECORD]),
        ("calls", TYPES[Kind.NAME]),
        ('"Calls"', TYPES[Kind.STRING]),
        ("for", TYPES[Kind.WORD]),
        ("voice", TYPES[Kind.ID]),
        ("price", TYPES[Kind.FACT]),
        ("0.10 EUR", TYPES[Kind.MONEY]),
        ("per", TYPES[Kind.WORD]),
        ("min", TYPES[Kind.ID]),
        ("# dear", TYPES[Kind.COMMENT]),
    ]


# ---- Visual Studio Code ------------------------------------------------------------------------

# What the grammar calls each kind; ids have no colour of their own.
SCOPES = {
    Kind.RECORD: "keyword.declaration.rate",
    Kind.NAME: "entity.name.rate",
    Kind.FACT: "keyword.other.fact.rate",
    Kind.COMMENT: "comment.line.number-sign.rate",
    Kind.STRING: "string.quoted.double.rate",
    Kind.DATE: "constant.other.date.rate",
    Kind.TIME: "constant.other.time.rate",
    Kind.PREFIX: "constant.numeric.prefix.rate",
    Kind.PERCENT: "constant.numeric.percent.rate",
    Kind.MONEY: "constant.numeric.money.rate",
    Kind.QUANTITY: "constant.numeric.quantity.rate",
    Kind.WORD: "keyword.operator.word.rate",
}


@cache
def grammar_patterns() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    grammar = json.loads(GRAMMAR.read_text())
    patterns = [
        grammar["repository"][one["include"][1:]] if "include" in one else one
        for one in grammar["patterns"]
    ]
    return [(re.compile(one["match"]), one) for one in patterns]


def grammar_scopes(line: str) -> list[tuple[int, int, str]]:
    """What the grammar makes of a line: the first pattern that fits at the leftmost place."""
    found = []
    position = 0
    while position <= len(line):
        matches = [
            (match.start(), index, match, one)
            for index, (pattern, one) in enumerate(grammar_patterns())
            if (match := pattern.search(line, position))
            # An anchor means the start of the line, wherever the search begins.
            and not (one["match"].startswith("^") and position > 0)
            and match.end() > match.start()
        ]
        if not matches:
            break
        _, _, match, one = min(matches, key=lambda entry: entry[:2])
        if "name" in one:
            found.append((*match.span(), one["name"]))
        for group, capture in one.get("captures", {}).items():
            if match.group(int(group)):
                found.append((*match.span(int(group)), capture["name"]))
        position = match.end()
    return sorted(found)


@pytest.mark.parametrize("folder", ["plans", "tests/cases/good"])
def test_the_grammar_colours_as_the_app_does(folder: str) -> None:
    """Token by token: where each begins, where it ends, and what it is."""
    lines = {line for path in (ROOT / folder).rglob("*.rate") for line in path.open()}
    assert len(lines) > 500
    for line in sorted(one.rstrip("\n") for one in lines):
        mine = [
            (token.start, token.end, SCOPES[token.kind])
            for token in tokens(line)
            if token.kind in SCOPES
        ]
        assert grammar_scopes(line) == mine, line


def test_words_before_a_kind_are_of_its_kind() -> None:
    for line in ("addon fee extra", "override rate extra", "override addon fee extra"):
        *words, name = tokens(line)
        assert {one.kind for one in words} == {Kind.RECORD} and name.kind is Kind.NAME
        assert [one[2] for one in grammar_scopes(line)] == [
            SCOPES[one.kind] for one in tokens(line)
        ]


def test_the_grammar_has_the_joining_words() -> None:
    pattern = json.loads(GRAMMAR.read_text())["patterns"][-1]["match"]
    words = re.search(r"\(\?:([a-z|]+)\)", pattern)
    assert words is not None
    assert set(words[1].split("|")) == highlight._JOINING


def test_the_extension_names_files_that_are_there() -> None:
    folder = ROOT / "editors" / "vscode"
    package = json.loads((folder / "package.json").read_text())["contributes"]
    assert (folder / package["languages"][0]["configuration"]).is_file()
    assert (folder / package["grammars"][0]["path"]).is_file()
    json.loads((folder / "language-configuration.json").read_text())


def test_the_extension_starts_the_language_server() -> None:
    folder = ROOT / "editors" / "vscode"
    package = json.loads((folder / "package.json").read_text())
    script = (folder / "extension.js").read_text()
    assert package["activationEvents"] == ["onLanguage:rate"]
    assert 'args: ["lsp"]' in script and "lsp" in VERBS
    for scheme in ("file", "untitled"):
        assert f'{{ language: "rate", scheme: "{scheme}" }}' in script
    settings = package["contributes"]["configuration"]["properties"]
    used = set(re.findall(r'affectsConfiguration\("([\w.]+)"\)', script))
    used |= {
        f"{section}.{name}"
        for section, name in re.findall(r'getConfiguration\("(\w+)"\)\.get\("(\w+)"\)', script)
    }
    assert used == {"ratedsl.path"} and used <= set(settings)
    assert settings["ratedsl.path"]["default"] == "ratedsl"
    commands = {one["command"] for one in package["contributes"]["commands"]}
    assert commands == set(re.findall(r'registerCommand\("([\w.]+)"', script))


def test_a_folder_that_is_not_trusted_names_no_command_to_run() -> None:
    folder = ROOT / "editors" / "vscode"
    package = json.loads((folder / "package.json").read_text())
    trust = package["capabilities"]["untrustedWorkspaces"]
    assert trust["restrictedConfigurations"] == ["ratedsl.path"]
    assert "if (!vscode.workspace.isTrusted) return;" in (folder / "extension.js").read_text()


def test_the_package_holds_what_the_extension_needs() -> None:
    """Bundled, so that an installed extension needs no other package."""
    folder = ROOT / "editors" / "vscode"
    package = json.loads((folder / "package.json").read_text())
    assert "dependencies" not in package
    bundled = re.findall(r'require\("([\w/-]+)"\)', (folder / "extension.js").read_text())
    assert bundled == [
        *("child_process", "fs", "os", "path", "vscode", "vscode-languageclient/node")
    ]
    assert "vscode-languageclient" in package["devDependencies"]
    assert f"--outfile={package['main'].removeprefix('./')}" in package["scripts"]["bundle"]
    contributed = package["contributes"]
    needed = {
        *(package["main"], package["icon"], contributed["languages"][0]["configuration"]),
        *(one["path"] for one in contributed["grammars"]),
    }
    assert {one.removeprefix("./") for one in needed} <= set(package["files"])
    made = {"dist/extension.js", "LICENSE"}
    assert all((folder / one).is_file() for one in package["files"] if one not in made)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_the_extension_reads_as_javascript() -> None:
    script = ROOT / "editors" / "vscode" / "extension.js"
    done = subprocess.run(["node", "--check", str(script)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_snippets_for_editors_read_and_start_the_server() -> None:
    page = (ROOT / "docs" / "editors.md").read_text()
    blocks = dict(re.findall(r"^```(\w+)\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE))
    helix = tomllib.loads(re.findall(r"^```toml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)[0])
    server = helix["language-server"]["ratedsl"]
    assert [server["command"], *server["args"]] == ["ratedsl", "lsp"]
    assert helix["language"][0]["file-types"] == ["rate"]
    assert 'cmd = { "ratedsl", "lsp" }' in blocks["lua"]
    settings = json.loads(blocks["json"])
    package = json.loads((ROOT / "editors" / "vscode" / "package.json").read_text())
    assert set(settings) - {"[rate]"} <= set(package["contributes"]["configuration"]["properties"])
