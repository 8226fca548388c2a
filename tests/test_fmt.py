"""The formatter: one form, the same meaning, every comment, and never a file half written."""

from __future__ import annotations

import functools
import io
import itertools
import random
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ratedsl.cli.main import main
from ratedsl.lang import formatter
from ratedsl.lang.ast.meaning import meaning
from ratedsl.lang.formatter import Unreadable, format_source
from ratedsl.lang.parser import parse
from ratedsl.lang.source import Source

ROOT = Path(__file__).parent.parent
SHIPPED = sorted((ROOT / "plans").rglob("*.rate"))
READABLE = [
    path
    for path in [*SHIPPED, *sorted((ROOT / "tests").rglob("*.rate"))]
    if not parse(Source.read(path))[1]
]

RAGGED = """\
# a plan

plan  demo   "Demo  plan"# what it is
\tcurrency EUR

  timezone Europe/Lisbon


   # about cycles
  cycle monthly on day 1   \t
zone a "A"
  prefix +351,# not a list
""".replace(" +351,#", " +351 #")

TIDY = """\
# a plan

plan demo "Demo  plan"  # what it is
  currency  EUR

  timezone  Europe/Lisbon

  # about cycles
  cycle     monthly on day 1
zone a "A"
  prefix    +351  # not a list
"""


@functools.cache
def form_of(path: Path) -> str:
    """The form of a file, made once however many tests ask for it."""
    return formatted(Source.read(path).text)


def formatted(text: str) -> str:
    result = format_source(Source("plan.rate", text))
    assert isinstance(result, str)
    return result


def test_a_ragged_file_gets_its_form() -> None:
    assert formatted(RAGGED) == TIDY


@pytest.mark.parametrize(
    ("line", "form"),
    [
        ("  covers voice to a ,b", "  covers    voice to a, b"),
        ("  when tenure>=24 months", "  when      tenure >= 24 months"),
        ("  unanswered    charged", "  unanswered charged"),
        ('  prefix +351 "A,  B # C"#d', '  prefix    +351 "A,  B # C"  #d'),
    ],
)
def test_a_line_gets_its_form(line: str, form: str) -> None:
    assert formatter._line(line) == form


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_plans_are_in_their_form(path: Path) -> None:
    assert form_of(path) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", READABLE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_form_is_kept_and_keeps_what_the_text_says(path: Path) -> None:
    # What is shown of one form holds for the 2,000 files with other spaces, which get the same.
    before = Source.read(path)
    text = form_of(path)
    assert formatted(text) == text
    after = Source("plan.rate", text)
    assert meaning(parse(after)[0]) == meaning(parse(before)[0])
    assert _comments(text) == _comments(before.text)


def _comments(text: str) -> list[str]:
    """The comments of a text in order, without the spaces around them."""
    rests = (line[len(formatter._CODE.match(line)[0]) :] for line in text.splitlines())  # type: ignore[index]
    return [rest.strip() for rest in rests if rest.strip()]


@pytest.mark.parametrize("start", range(20))
def test_spaces_never_matter(start: int) -> None:
    # 2,000 files with other spaces, tabs, line ends and blank lines have the form of the first.
    dice = random.Random(start)
    for _ in range(100):
        path = dice.choice(READABLE)
        assert formatted(_respaced(Source.read(path).text, dice)) == form_of(path)


def _respaced(text: str, dice: random.Random) -> str:
    """The text with other spaces where they cannot matter."""
    lines = []
    for line in text.split("\n"):
        code = line[: formatter._CODE.match(line).end()]  # type: ignore[union-attr]
        words = re.findall(r'"[^"]*"|[^\s"]+', code)
        if not words:
            lines.append(line + dice.choice(["", "  ", "\t"]))
            continue
        indent = dice.choice(["  ", "\t", "     "]) if line[:1].isspace() else ""
        spaced = "".join(dice.choice([" ", "  ", "\t "]) + word for word in words).lstrip()
        comment = line[len(code) :]
        tail = dice.choice([" ", "", "\t"]) + comment if comment else dice.choice(["", "  "])
        lines.append(indent + spaced + tail)
    return dice.choice(["\n", "\r\n"]).join(lines)


def test_a_change_of_meaning_is_seen() -> None:
    # What the safety check compares would notice a word, a number or an order that changed.
    trees = [
        meaning(parse(Source("plan.rate", text))[0])
        for text in (
            TIDY,
            TIDY.replace("day 1", "day 2"),
            TIDY.replace("zone a", "zone b"),
            TIDY.replace('"A"', '"B"'),
            TIDY.replace("+351", "+352"),
        )
    ]
    assert all(trees.count(tree) == 1 for tree in trees)


def test_what_would_say_something_else_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.rate"
    path.write_text(RAGGED)
    monkeypatch.setattr(formatter, "_joined", lambda words, indented: "  currency  USD")
    assert main(["fmt", str(path)]) == 2
    assert "left as it is" in capsys.readouterr().err
    assert path.read_text() == RAGGED


BROKEN = sorted(
    path
    for path in (ROOT / "tests").rglob("*.rate")
    if path not in READABLE and parse(Source.read(path))[1]
)


def test_a_file_that_does_not_read_is_refused_whatever_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(BROKEN) >= 10
    for path in BROKEN:
        assert isinstance(format_source(Source.read(path)), Unreadable)
        copy = tmp_path / path.name
        copy.write_bytes(path.read_bytes())
        assert main(["fmt", str(copy)]) in (1, 2)
        assert copy.read_bytes() == path.read_bytes()
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("start", range(4))
def test_odd_spaces_are_kept_or_refused(start: int) -> None:
    # A comment behind any line, no last line end, and spaces that are none of the language's.
    dice = random.Random(start)
    refused = 0
    for _ in range(60):
        text = Source.read(dice.choice(READABLE)).text.rstrip("\n")
        for _ in range(dice.randrange(1, 4)):
            at = dice.choice([match.start() for match in re.finditer(r"\s", text)] or [len(text)])
            odd = dice.choice(
                ["\f", "\v", "\x85", "\u2028", "\xa0", "\u3000", "#", ' # "x', "\t#\t"]
            )
            text = text[:at] + odd + text[at:]
        made = format_source(Source("plan.rate", text))
        if isinstance(made, Unreadable):
            refused += 1
            continue
        assert formatted(made) == made
        assert [one.strip() for one in _comments_of(made)] == [
            one.strip() for one in _comments_of(text)
        ]
    assert 0 < refused < 60


def _comments_of(text: str) -> list[str]:
    rests = (line[len(formatter._CODE.match(line)[0]) :] for line in text.split("\n"))  # type: ignore[index]
    return [rest for rest in rests if rest.strip()]


COUNT = itertools.count()
FAULTS: dict[str, Callable[[str], str]] = {
    "a comment is lost": lambda line: line.split("#")[0].rstrip(),
    "a word is lost": lambda line: line.rpartition(" ")[0] if "+351" in line else line,
    "a number is another": lambda line: line.replace("day 1", "day 2"),
    "a quoted text is another": lambda line: line.replace("Demo  plan", "Demo plan"),
    "a fact is of no record": lambda line: line.replace("  prefix", "prefix"),
    "a fact is gone": lambda line: "" if "timezone" in line else line,
    "a comment is another": lambda line: line.replace("# a plan", "# a  plan"),
    "it is formatted anew each time": lambda line: line + " " * next(COUNT),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_printer_is_refused(
    fault: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "plan.rate"
    path.write_text(RAGGED)
    right = formatter._line
    monkeypatch.setattr(formatter, "_line", lambda raw: FAULTS[fault](right(raw)))
    assert main(["fmt", str(path)]) == 2
    assert "left as it is" in capsys.readouterr().err
    assert path.read_text() == RAGGED


# ---- the verb ---------------------------------------------------------------------------------


def test_files_are_written_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ragged, tidy = tmp_path / "ragged.rate", tmp_path / "tidy.rate"
    ragged.write_bytes(b"\xef\xbb\xbf" + RAGGED.replace("\n", "\r\n").encode())
    ragged.chmod(0o640)
    tidy.write_text(TIDY)
    before = tidy.stat().st_mtime_ns
    assert main(["fmt", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"formatted {ragged}\n"
    assert ragged.read_bytes() == TIDY.encode()
    assert ragged.stat().st_mode & 0o777 == 0o640
    assert tidy.stat().st_mtime_ns == before
    assert main(["fmt", str(tmp_path)]) == 0
    assert capsys.readouterr().out == ""
    assert sorted(one.name for one in tmp_path.iterdir()) == ["ragged.rate", "tidy.rate"]


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_looking_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    path = tmp_path / "plan.rate"
    path.write_text(RAGGED)
    assert main(["fmt", option, str(path)]) == 1
    shown = capsys.readouterr().out
    assert path.read_text() == RAGGED
    assert "plan.rate" in shown
    if option == "--diff":
        assert "+  currency  EUR" in shown.splitlines()
    path.write_text(TIDY)
    assert main(["fmt", option, str(path)]) == 0
    assert capsys.readouterr().out == ""


def test_a_file_that_does_not_read_is_left_alone_and_others_are_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, ragged = tmp_path / "a.rate", tmp_path / "b.rate"
    broken.write_text(RAGGED + "  prefix what ever\n")
    ragged.write_text(RAGGED)
    assert main(["fmt", str(tmp_path)]) == 1
    assert f"{broken}:13:" in capsys.readouterr().err
    assert broken.read_text().endswith("  prefix what ever\n")
    assert ragged.read_text() == TIDY


def test_standard_input_goes_to_standard_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(RAGGED.encode())))
    assert main(["fmt", "-"]) == 0
    assert capsys.readouterr().out == TIDY
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"  prefix\n")))
    assert main(["fmt", "-", "--stdin-filename", "plans/x.rate"]) == 1
    assert "plans/x.rate:1:3" in capsys.readouterr().err


def test_bytes_that_are_no_text_are_not_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.rate"
    path.write_bytes(RAGGED.encode() + b"# caf\xe9\n")
    assert main(["fmt", str(path)]) == 2
    assert "UTF-8" in capsys.readouterr().err
    assert path.read_bytes().endswith(b"# caf\xe9\n")


def test_what_an_editor_saves_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.rate"
    path.write_text(RAGGED)

    def slow(source: Source) -> str | Unreadable:
        path.write_text("# newer\n")
        return TIDY

    monkeypatch.setattr("ratedsl.cli.fmt.format_source", slow)
    assert main(["fmt", str(path)]) == 2
    assert path.read_text() == "# newer\n"
