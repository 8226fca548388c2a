"""A shell that read the script completes what the command takes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from ratedsl.checks.codes import CODES
from ratedsl.cli.completion import SHELLS, whole_parser
from ratedsl.cli.main import VERBS, main

# Asks bash's own completion for what the words come to, as it does at a press of Tab.
ASK = r"""
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
function=$(complete -p ratedsl | sed 's/.*-F \([^ ]*\).*/\1/')
$function ratedsl "${@: -1}" "${@: -2:1}"
printf '%s\n' "${COMPREPLY[@]}"
"""

needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scripts")
    (folder / "plans").mkdir()
    for name in ("a.rate", "notes.txt", "plans/b.rate"):
        (folder / name).touch()
    return folder


def script(shell: str, scripts: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = scripts / f"ratedsl.{shell}"
    if not path.exists():
        assert main(["completion", shell]) == 0
        path.write_text(capsys.readouterr().out)
    return path


@needs_bash
@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["c"], ["check", "completion"]),
        (["check", "--fi"], ["--fix"]),
        (["check", "--format", "s"], ["sarif"]),
        (["check", "--select", "W59"], ["W591", "W592"]),
        (["explain", "E20"], [code for code in CODES if code.startswith("E20")]),
        (["explain", "all"], ["allowance"]),
        (["check", ""], ["a.rate", "plans"]),
        (["show", "plans/"], ["plans/b.rate"]),
        (["init", ""], ["plans"]),
        (["usage", "import", "n"], ["notes.txt"]),
        (["usage", "access-log", "--ver"], ["--verify"]),
        (["schema", ""], ["invoice", "plan"]),
        (["export", "--nothing"], []),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else None,
)
def test_bash_completes(
    words: list[str], wanted: list[str], scripts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = script("bash", scripts, capsys)
    done = subprocess.run(
        ["bash", "-c", ASK, "ask", str(path), "ratedsl", *words],
        capture_output=True,
        text=True,
        check=True,
        cwd=scripts,
    )
    assert done.stderr == ""
    assert sorted(line.strip() for line in done.stdout.splitlines() if line.strip()) == wanted


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_can_read_its_script(
    shell: str, scripts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = script(shell, scripts, capsys)
    text = path.read_text()
    assert all(verb in text for verb in VERBS)
    assert "E204" in text and "--fail-level" in text
    if shutil.which(shell) is not None:
        subprocess.run([shell, "-n", str(path)], check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("fish") is None, reason="needs fish")
def test_fish_completes(scripts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = script("fish", scripts, capsys)
    ask = f"source {path}; complete --do-complete 'ratedsl check --fi'"
    done = subprocess.run(["fish", "-c", ask], capture_output=True, text=True, check=True)
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == ["--fix"]


def test_every_verb_stands_in_the_whole_parser() -> None:
    (verbs,) = [one for one in whole_parser()._actions if one.dest == "verb"]
    assert list(verbs.choices or ()) == list(VERBS)
