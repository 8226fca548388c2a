"""The entry point: verbs, exit codes, and what a user sees when something goes wrong."""

from __future__ import annotations

import argparse
import os
import re
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

import ratedsl
from ratedsl.cli import main as entry
from ratedsl.cli.crash import LARGEST, record_crash
from ratedsl.cli.main import VERBS, main
from ratedsl.cli.problem import Problem

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "ratedsl"


@pytest.fixture
def verb(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], int]], None]:
    """Put a verb in the place of `check` that does as told."""

    def put(act: Callable[[], int]) -> None:
        def configure(parser: argparse.ArgumentParser) -> None:
            parser.add_argument("path", nargs="?")
            parser.add_argument("--format", choices=["text", "json"])

        module = SimpleNamespace(
            HELP="find the mistakes in plans", configure=configure, run=lambda arguments: act()
        )
        monkeypatch.setattr(entry, "_load", lambda name: module)

    return put


def test_help_names_every_verb_and_shows_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert re.findall(r"^  (\w+) +\w", shown.split("options:")[0], re.MULTILINE) == list(VERBS)
    assert "ratedsl check plans/" in shown and "exit codes: 0 clean" in shown


def test_no_words_show_the_help_as_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("usage: ratedsl")


def test_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert capsys.readouterr().out == f"ratedsl {project['version']}\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["chekc"], "unknown verb `chekc`, did you mean `check`?"),
        (["zzz"], "unknown verb `zzz`; the verbs are init, check, diff,"),
        (["--verbose"], "unrecognized arguments: --verbose"),
        (["--vers"], "unrecognized arguments: --vers"),
        (["\x1b[2Jx"], "unknown verb `␛[2Jx`"),
    ],
)
def test_wrong_words(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    shown = capsys.readouterr().err
    assert says in shown
    assert shown.endswith("try `ratedsl --help` for help\n")


@pytest.mark.parametrize("code", [0, 1, 2])
def test_a_verb_decides_the_exit_code(code: int, verb: Callable[[Callable[[], int]], None]) -> None:
    verb(lambda: code)
    assert main(["check"]) == code


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["check", "--form", "json"], "unrecognized arguments: --form"),
        (["check", "--format", "xml"], "invalid choice: 'xml'"),
        (["check", "a", "b"], "unrecognized arguments: b"),
    ],
)
def test_wrong_options_of_a_verb(
    words: list[str],
    says: str,
    verb: Callable[[Callable[[], int]], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    verb(lambda: 0)
    assert main(words) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("ratedsl check: ") and says in shown
    assert shown.endswith("try `ratedsl check --help` for help\n")


def test_a_problem_is_one_line(
    verb: Callable[[Callable[[], int]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    def act() -> int:
        raise Problem("no such file: a\x1b[2J.rate")

    verb(act)
    assert main(["check"]) == 2
    assert capsys.readouterr().err == "ratedsl: no such file: a␛[2J.rate\n"


def test_an_interrupt_is_quiet(
    verb: Callable[[Callable[[], int]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    def act() -> int:
        raise KeyboardInterrupt

    verb(act)
    assert main(["check"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_bug_is_one_line_and_its_traceback_is_in_the_log(
    verb: Callable[[Callable[[], int]], None], capsys: pytest.CaptureFixture[str], state: Path
) -> None:
    def act() -> int:
        raise RuntimeError("lost +351912345678\x1b[2J\nand more")

    verb(act)
    assert main(["check"]) == 2
    log = state / "errors.log"
    assert capsys.readouterr().err == (
        "ratedsl: internal error: RuntimeError: lost +35191•••••78␛[2J␊and more;"
        f" details in {log}\n"
    )
    written = log.read_text(encoding="utf-8")
    assert "Traceback" in written and "in act" in written
    assert "+351912345678" not in written
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_the_log_keeps_earlier_errors_until_it_is_large(state: Path) -> None:
    log = record_crash(ValueError("first"))
    assert log == record_crash(ValueError("second")) == state / "errors.log"
    assert re.findall("first|second", log.read_text(encoding="utf-8")) == ["first", "second"]
    log.write_text("x" * (LARGEST + 1), encoding="utf-8")
    record_crash(ValueError("third"))
    assert log.stat().st_size < 1000


def test_a_bug_is_reported_even_if_the_log_cannot_be_written(
    verb: Callable[[Callable[[], int]], None], capsys: pytest.CaptureFixture[str], state: Path
) -> None:
    state.parent.parent.mkdir(exist_ok=True)
    state.parent.write_text("a file where the folder should be", encoding="utf-8")

    def act() -> int:
        raise RuntimeError("lost")

    verb(act)
    assert main(["check"]) == 2
    assert capsys.readouterr().err == (
        "ratedsl: internal error: RuntimeError: lost;"
        " no details, because the state folder is not writable\n"
    )


def test_a_relative_state_folder_is_ignored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert record_crash(ValueError()) == tmp_path / ".local/state/ratedsl/errors.log"


def run(program: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["/bin/sh", "-c", program],
        capture_output=True,
        check=False,
        env={**os.environ, **environment, "PYTHON": sys.executable},
    )


def test_a_closed_pipe_is_quiet() -> None:
    program = 'for i in 1 2 3; do "$PYTHON" -m ratedsl --help; done | head -c 1'
    done = run(program)
    assert (done.stdout, done.stderr) == (b"u", b"")


def test_output_survives_a_narrow_encoding() -> None:
    done = run('"$PYTHON" -m ratedsl "café\u001b"', PYTHONIOENCODING="ascii")
    assert done.returncode == 2
    assert b"unknown verb `caf\\xe9\\u241b`" in done.stderr


def test_public_names_are_there_when_asked_for() -> None:
    assert ratedsl.Diagnostic.__module__ == "ratedsl.lang.diagnostics"
    assert set(ratedsl.__all__) <= set(dir(ratedsl))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = ratedsl.nonsense
