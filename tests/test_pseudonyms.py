"""Pseudonyms: one to one, the same for the same key, and rated as the numbers are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ratedsl.cli.main import main
from ratedsl.usage.connection import StoreError
from ratedsl.usage.pseudonym import Pseudonyms, load_key
from ratedsl.usage.sample import Sample, make_sample
from ratedsl.usage.store import Store

ROOT = Path(__file__).parent.parent
KEY = b"a key of enough bytes"


def test_a_pseudonym_keeps_plus_length_country_and_area() -> None:
    by = Pseudonyms(KEY)
    for number in (
        "+351910000001",
        "+12015550123",
        "00351910000001",
        "910000001",
        "310150123456789",
    ):
        other = by.number(number)
        kept = min(6, len(number) // 2)
        assert other[:kept] == number[:kept]
        assert len(other) == len(number)
        assert other.lstrip("+").isdigit()
    for short in ("112", "1820", "116117", ""):
        assert by.number(short) == short
    assert by.text("row 351910000001 of 12") == f"row {by.number('351910000001')} of 12"


def test_the_key_alone_decides() -> None:
    number = "+351910000001"
    assert Pseudonyms(KEY).number(number) == Pseudonyms(KEY).number(number)
    assert Pseudonyms(KEY).number(number) != Pseudonyms(KEY + b"!").number(number)
    assert Pseudonyms(KEY).identity("line", "1") != Pseudonyms(KEY).identity("account", "1")


@pytest.mark.parametrize("prefixes", [(), ("+35176",), ("+3517", "+351761", "+3517612")])
def test_no_two_numbers_become_one_and_prefixes_stay(prefixes: tuple[str, ...]) -> None:
    by = Pseudonyms(KEY, prefixes)

    def longest(number: str) -> str:
        return max((one for one in prefixes if number.startswith(one)), key=len, default="")

    numbers = [f"+351761{tail:05}" for tail in range(0, 100_000, 7)]
    others = [by.number(number) for number in numbers]
    assert len(set(others)) == len(numbers)
    assert sum(a == b for a, b in zip(numbers, others, strict=True)) < 50
    assert [longest(one) for one in others] == [longest(one) for one in numbers]


def test_all_numbers_of_a_small_range_are_permuted() -> None:
    by = Pseudonyms(KEY, ["+351761"])
    numbers = {f"+351761{tail:04}" for tail in range(10_000)}
    assert {by.number(number) for number in numbers} == numbers


def test_keys_come_from_files_and_variables_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "key"
    file.write_bytes(KEY + b"\n")
    monkeypatch.setenv("THE_KEY", KEY.decode())
    assert load_key(file, None) == load_key(None, "THE_KEY") == KEY
    for refused in ((None, None), (file, "THE_KEY"), (tmp_path / "none", None), (None, "NO_KEY")):
        with pytest.raises(StoreError):
            load_key(*refused)
    with pytest.raises(StoreError, match="needs 16 or more"):
        Pseudonyms(b"short")


def test_a_copy_under_pseudonyms_rates_as_the_original(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    usage, copy, key = tmp_path / "usage.db", tmp_path / "copy.db", tmp_path / "key"
    make_sample(usage, Sample(accounts=20, months=1))
    key.write_bytes(KEY)
    words = ["usage", "pseudonymise", "--usage", str(usage), "--into", str(copy)]
    words += ["--key-file", str(key), "--plan", str(ROOT / "plans")]
    assert main(words) == 0
    assert main(words) == 2  # never over a file that is there
    with Store.open(usage) as store, Store.open(copy) as other:
        numbers = {line.number for one in store.accounts() for line in one.lines if line.number}
        assert numbers
        shown = copy.read_bytes()
        assert not [one for one in numbers if one.encode() in shown]
        assert not [one for one in store.accounts() if one.id.encode() in shown]
        assert len(other.accounts()) == len(store.accounts())
    capsys.readouterr()
    totals = []
    for database in (usage, copy):
        assert (
            main(["rate", str(ROOT / "plans"), "--usage", str(database), "--format", "json"]) == 0
        )
        totals.append(json.loads(capsys.readouterr().out))
    assert totals[0] == totals[1]
