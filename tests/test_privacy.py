"""No whole number of the sample, and no name, in anything that any command prints."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest

from ratedsl.cli.crash import record_crash
from ratedsl.cli.main import VERBS, main
from ratedsl.usage.access_log import entries
from ratedsl.usage.privacy import (
    hide_numbers,
    is_masked,
    mask_name,
    mask_row,
    mask_text,
    shown_in_full,
)
from ratedsl.usage.sample import Sample, make_sample
from ratedsl.usage.store import Store

ROOT = Path(__file__).parent.parent
REASON = "complaint 4711 about roaming"
OWN = "351910000000"
NAME = "Zacharias Wunderlich"
# Numbers where ids, names and attributes stand: a database of someone's own has such.
HOSTILE = f"""
PRAGMA foreign_keys = OFF;
UPDATE lines SET account = '{OWN}', id = replace(id, 'PT-0001', '{OWN}') WHERE account = 'PT-0001';
UPDATE accounts SET id = '{OWN}', name = '{NAME} +351 910 000 000' WHERE id = 'PT-0001';
UPDATE subscriptions SET line = replace(line, 'PT-0001', '{OWN}');
UPDATE suspensions SET line = replace(line, 'PT-0001', '{OWN}');
UPDATE usage SET line = replace(line, 'PT-0001', '{OWN}'), id = replace(id, 'PT-0001', '{OWN}'),
  attributes = '{{"imsi":"268010123456789","imei":"356938035643809","session":"+{OWN}"}}'
  WHERE line LIKE 'PT-0001-%';
INSERT INTO payments VALUES ('p', '{OWN}', '5.00', 'EUR', '2026-07-03', '{NAME} +{OWN}');
INSERT INTO invoices VALUES ('+{OWN}', '{OWN}', 'smart-20', '', 'EUR', '2026-05-01',
  '2026-06-01', '2026-06-21', '12.00', 0, '2026-06-01', '{NAME} +{OWN}');
INSERT INTO invoices VALUES ('{OWN}', '{OWN}', 'smart-20', '', 'EUR', '2026-07-01',
  '2026-08-01', '2026-08-21', '12.00', 0, '2026-08-01', '{NAME} +{OWN}');
UPDATE batches SET file = '+{OWN}.csv';
INSERT INTO rejects VALUES (1, 7, 'kind is `+{OWN}`, which the mapping does not name',
  '{NAME};+{OWN};00{OWN};268010123456789');
"""
SECRETS = ("268010123456789", "356938035643809", NAME, "Wunderlich")
# What the verbs that read no usage are asked for. A new verb is asked for its help at least.
PLAN = str(ROOT / "plans/smart-20.rate")
PARTIES = str(next((ROOT / "tests/cases/good/parties").glob("*.rate")))


@pytest.fixture(scope="module")
def usage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("privacy") / "usage.db"
    make_sample(path, Sample(accounts=10, months=1))
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(HOSTILE)
    return path


@pytest.fixture(scope="module")
def secrets(usage: Path) -> re.Pattern[str]:
    """Every number of the database, as digits, and what else nobody may see."""
    with Store.open(usage) as store:
        rows = store.connection.execute(
            "SELECT number FROM lines UNION SELECT calling FROM usage"
            " UNION SELECT called FROM usage"
        ).fetchall()
    digits = {number.removeprefix("+") for (number,) in rows}
    found = sorted(one for one in digits if len(one) > 6)
    assert len(found) > 500
    return re.compile("|".join(map(re.escape, (*found, *SECRETS))))


def commands(usage: Path, folder: Path) -> Iterator[list[str]]:
    """Each verb and action with each of its formats, and with what shows most of its usage."""
    calls, rules = folder / "calls.csv", folder / "calls.toml"
    loaded = folder / "accounts.csv"
    known = {
        "--usage": str(usage),
        "--account": OWN,
        "--line": f"{OWN}-1",
        "--key-file": str(folder / "key"),
        "--mapping": str(rules),
        "--kind": "accounts",
        "REQUEST": f"voice to +{OWN} for 1 h at 2026-09-03 10:00",
        "CODE": "E101",
        "--today": "2026-09-01",
    }
    (folder / "key").write_text("a key of enough bytes")
    small = (ROOT / "samples/small_usage.csv").read_text()
    calls.write_text(small.replace("Eva Exemplo", NAME).replace("351910000004", OWN))
    rules.write_text((ROOT / "samples/small_usage.toml").read_text())
    loaded.write_text(f"account,name\n{OWN},{NAME}\n")
    for verb, (module, _) in VERBS.items():
        parser = argparse.ArgumentParser(prog=verb)
        import_module(module).configure(parser)
        for words, options in actions([verb], parser):
            if verb in ("tui", "init", "fmt"):  # a screen, and what writes or prints plans
                continue
            base = [*words]
            known["PLAN"] = PARTIES if verb == "settle" else PLAN
            known["FILE"] = str(loaded if "load" in words else calls)
            known["--into"] = str(folder / f"{'-'.join(words)}.db")
            if verb == "diff":
                base += [PLAN, PARTIES]
            for name, metavar, required, positional in options:
                if positional and metavar in known:
                    base.append(known[metavar])
                elif positional and required and metavar not in ("PATH",):
                    base.append(metavar)  # the first of its choices
                elif required and name in known:
                    base += [name, known[name]]
            optional = {name for name, _, required, positional in options if not required}
            forms = next((o for o in formats(parser, words[1:])), ())
            extras: list[list[str]] = [[]]
            if "--account" in optional and "purge" not in words:
                extras.append(["--account", OWN])
                extras.append(["--account", f"+{OWN}9"])  # a mistake that quotes a number
                if "--margin" in optional:
                    extras.append(["--account", OWN, "--margin"])
                if "--trace" in optional:
                    extras.append(["--account", OWN, "--trace"])
            if "--event" in optional:
                extras.append(["--event", f"{OWN}-1-000001", "--trace"])
                extras.append(["--event", f"+{OWN}", "--trace"])
            if "purge" in words:
                extras = [["--account", OWN, "--dry-run"], ["--account", f"+{OWN}9", "--dry-run"]]
            if "sample" in words:
                extras = [["--accounts", "8", "--months", "1"]]
            if "pseudonymise" in words:
                extras = [["--key-file", known["--key-file"]]]
            for extra in extras:
                for form in forms if "--trace" not in extra else ("text",):
                    yield [*base, *extra, "--format", form]
                if not forms:
                    yield [*base, *extra]


Option = tuple[str, str, bool, bool]


def actions(
    words: list[str], parser: argparse.ArgumentParser
) -> Iterator[tuple[list[str], list[Option]]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, sub in action.choices.items():
                yield from actions([*words, name], sub)
            return
    yield (
        words,
        [
            (
                next(iter(one.option_strings), ""),
                str(one.metavar or next(iter(one.choices or ()), one.dest)),
                one.required,
                not one.option_strings,
            )
            for one in parser._actions
        ],
    )


def formats(parser: argparse.ArgumentParser, path: list[str]) -> Iterator[tuple[str, ...]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from formats(action.choices[path[0]], path[1:])
        elif "--format" in action.option_strings:
            yield tuple(action.choices or ())


def test_no_command_prints_a_whole_number_in_any_format(
    usage: Path,
    secrets: re.Pattern[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    ran: dict[str, int] = {}
    for words in commands(usage, tmp_path):
        code = main(words)
        printed = capsys.readouterr()
        assert "internal error" not in printed.err, (words, printed.err)
        # A verb with a new argument needs a value for it above, or nothing was searched.
        assert "arguments are required" not in printed.err, (words, printed.err)
        for text in (printed.out, printed.err):
            found = secrets.search(text)
            assert found is None, (words, found, text[max(0, found.start() - 80) :][:200])
        ran[" ".join(words[:2] if words[0] == "usage" else words[:1])] = code
    assert {name.split()[0] for name in ran} >= {*VERBS} - {"tui", "init", "fmt"}
    # What shows usage did show some, so that the search was of something.
    for name in ("rate", "usage export", "usage stats", "usage purge", "usage pseudonymise"):
        assert name in ran
    assert not (tmp_path / "ratedsl/errors.log").exists()
    with Store.open(usage) as store:
        assert entries(store.connection) == []


# A page is of one account.
@pytest.mark.parametrize(
    ("form", "whose"),
    [
        *((form, []) for form in ("text", "markdown", "json")),
        *((form, ["--account", OWN]) for form in ("text", "markdown", "json", "html")),
    ],
)
def test_bills_that_are_issued_show_no_whole_number(
    usage: Path,
    secrets: re.Pattern[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    form: str,
    whose: list[str],
) -> None:
    copy = tmp_path / "usage.db"
    shutil.copyfile(usage, copy)
    words = ["rate", PLAN, "--usage", str(copy), "--cycle", "2026-09", "--issue", *whose]
    assert main([*words, "--format", form]) == 0
    printed = capsys.readouterr()
    assert "issued bill" in printed.err
    assert secrets.search(printed.out + printed.err) is None


@pytest.mark.parametrize(
    "words",
    [
        ["rate", PLAN, "--account", OWN],
        ["rate", PLAN, "--account", OWN, "--format", "json"],
        ["rate", PLAN, "--account", OWN, "--format", "markdown"],
        ["rate", PLAN, "--account", OWN, "--trace"],
        ["usage", "export", "--account", OWN],
        ["usage", "export", "--format", "json"],
        ["usage", "stats"],
    ],
)
def test_each_unmasking_shows_them_and_leaves_its_line(
    usage: Path, secrets: re.Pattern[str], capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    def log() -> int:
        with Store.open(usage) as store:
            return len(entries(store.connection))

    before = log()
    assert main([*words, "--usage", str(usage), "--unmask", "--reason", REASON]) == 0
    assert secrets.search(capsys.readouterr().out)
    assert log() == before + 1
    assert is_masked()
    main(["usage", "access-log", "--usage", str(usage), "--format", "json", "--verify"])
    text = capsys.readouterr().out
    assert secrets.search(text) is None
    assert json.loads(text)["verified"] is True


def test_the_log_of_crashes_is_masked_also_while_numbers_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with shown_in_full():
        path = record_crash(ValueError(f"bad +{OWN} and +351 910 000 000"))
    assert path is not None
    text = path.read_text()
    assert OWN not in text
    assert "910 000 000" not in text


def test_what_masking_keeps() -> None:
    assert mask_text("+351910000001") == "+35191•••••01"
    assert mask_text("call +351 910-000.001 now") == hide_numbers("call +351 910-000.001 now")
    assert "000" not in mask_text("call +351 910-000.001 now")
    assert mask_text("112 and 116117, 2026-08-01 10:00") == "112 and 116117, 2026-08-01 10:00"
    assert mask_name("Ana Silva 12") == "A•• S•••• 12"
    assert mask_row("7;Ana;+351910000001") == "9;Xxx;+999999999999"
