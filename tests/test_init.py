"""A new folder of plans: it checks, its tests pass, and nothing that is there is touched."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from ratedsl.cli.main import main
from ratedsl.lang.formatter import format_source
from ratedsl.lang.source import Source
from ratedsl.scaffold import FILES

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--plan", "young-20", "--title", "Young 20 [bold]", "--currency", "KES"],
        ["--currency", "USD", "--timezone", "America/Chicago", "--prefix", "+1"],
    ],
)
def test_a_new_folder_is_ready(
    tmp_path: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new"
    assert main(["init", str(folder), *options]) == 0
    assert capsys.readouterr().out.count("written") == len(FILES)
    plans = str(folder / "plans")
    assert main(["check", plans]) == 0
    assert main(["test", plans]) == 0
    assert main(["fmt", "--check", plans]) == 0
    assert "2 passed" in capsys.readouterr().out


def test_what_is_there_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".gitattributes").write_text("mine\n")
    assert main(["init", str(tmp_path)]) == 0
    assert "kept" in capsys.readouterr().out
    assert (tmp_path / ".gitattributes").read_text() == "mine\n"
    plan = tmp_path / "plans" / "basic.rate"
    plan.write_text("# mine\n")
    assert main(["init", str(tmp_path)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert plan.read_text() == "# mine\n"
    assert main(["init", str(tmp_path), "--plan", "other"]) == 0
    assert (tmp_path / "plans" / "other.rate").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--plan", "../x"], "is no id"),
        (["--plan", "Big"], "is no id"),
        (["--title", 'a"b'], "neither quotes"),
        (["--title", "a\nb"], "neither quotes"),
        (["--currency", "EURO"], "unknown currency `EURO`"),
        (["--timezone", "Lisbon"], "did you mean `Europe/Lisbon`?"),
        (["--prefix", "351"], "is no country code"),
    ],
)
def test_wrong_words_write_nothing(
    tmp_path: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path), *options]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_template_is_in_its_form() -> None:
    text = (ROOT / "ratedsl" / "scaffold" / "files" / "plan.rate").read_text()
    for word, value in (("@id@", "x"), ("@title@", "X"), ("@currency@", "EUR")):
        text = text.replace(word, value)
    text = text.replace("@timezone@", "UTC")
    assert format_source(Source("x.rate", text)) == text


def test_what_comes_next_can_be_pasted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "my plans"
    assert main(["init", str(folder)]) == 0
    shown = capsys.readouterr().out.splitlines()[-1].removeprefix("next: ")
    for command in shown.split("; "):
        assert main(shlex.split(command)[1:]) == 0
