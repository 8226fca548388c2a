"""Import of CSV files: every row is accounted for, and no file makes a traceback."""

from __future__ import annotations

import gzip
import hashlib
import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from ratedsl.cli.main import main
from ratedsl.usage.batches import Totals
from ratedsl.usage.importers.csv_import import import_csv
from ratedsl.usage.importers.text_file import UsageFileError
from ratedsl.usage.mapping_checks import load_mapping
from ratedsl.usage.store import Store

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
NOTIONAL = ROOT.parent / "shared" / "data" / "cdr" / "notional_cdr.csv.gz"

MAPPING = """
[record]
id = "id"
[time]
column = "at"
format = "%Y-%m-%d %H:%M:%S"
timezone = "Europe/Lisbon"
ambiguous = "first"
nonexistent = "forward"
[line]
column = "line"
[create]
plan = "basic"
start = 2026-01-01
timezone = "Europe/Lisbon"
[service]
always = "voice"
[quantity.voice]
column = "seconds"
unit = "s"
[numbers]
called = "to"
"""
HEADER = "id,at,line,seconds,to\n"
GOOD = "1,2026-03-01 10:00:00,L1,60,+351210000000\n"


def write(folder: Path, content: str | bytes, mapping: str = MAPPING) -> tuple[Path, Path]:
    file, rules = folder / "calls.csv", folder / "calls.toml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    rules.write_text(mapping)
    return file, rules


def load(folder: Path, content: str | bytes, mapping: str = MAPPING) -> Totals:
    file, rules = write(folder, content, mapping)
    loaded = load_mapping(rules)
    assert loaded.mapping is not None, loaded.problems
    with Store.open(folder / "usage.db", create=True) as store:
        return import_csv(store, file, loaded.mapping, loaded.sha256)


def rejects(folder: Path) -> list[tuple[int, str, str]]:
    with closing(sqlite3.connect(folder / "usage.db")) as database:
        sql = "SELECT line_number, reason, row FROM rejects ORDER BY batch, line_number"
        return database.execute(sql).fetchall()


def stored(folder: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "usage.db")) as database:
        return database.execute("SELECT id, start, quantity FROM usage ORDER BY id").fetchall()


@pytest.mark.skipif(not NOTIONAL.exists(), reason="the notional records are not on this machine")
def test_notional_records_are_all_stored_once(tmp_path: Path) -> None:
    loaded = load_mapping(SAMPLES / "notional_cdr.toml")
    assert loaded.mapping is not None
    steps: list[tuple[int, int]] = []
    with Store.open(tmp_path / "usage.db", create=True) as store:
        first = import_csv(
            store,
            NOTIONAL,
            loaded.mapping,
            loaded.sha256,
            lambda done, total: steps.append((done, total)),
        )
        again = import_csv(store, NOTIONAL, loaded.mapping, loaded.sha256)
        assert first == Totals(1, 113_277, 113_277, 0, 0)
        assert again == Totals(2, 113_277, 0, 113_277, 0)
        assert steps == sorted(steps)
        assert steps[-1] == (NOTIONAL.stat().st_size, NOTIONAL.stat().st_size)
        accounts = store.accounts()
        assert [account.id for account in accounts] == [f"S{n:03}" for n in range(1, 20)]
        assert accounts[0].lines[0].number == "+529296149297"
        total = sum(len(events) for _, events in store.portfolio("notional"))
        assert total == 113_277
        event = store.event("9P92BWDHWB")  # 2026-02-19 17:49:12 in Los Angeles, at home
        assert event is not None
        assert (event.service, event.quantity, event.visited) == ("sms", 1, "")
        assert event.start == 1_771_552_152_000
        assert event.attributes == {"sms-length": "66"}
        sql = "SELECT content_sha256 FROM batches"
        content = hashlib.sha256(gzip.decompress(NOTIONAL.read_bytes())).hexdigest()
        assert store.connection.execute(sql).fetchall() == [(content,), (content,)]
        sql = "SELECT count(*) FROM usage WHERE visited = 'MX'"
        assert store.connection.execute(sql).fetchone() == (12_695,)


def test_small_sample_gives_each_bad_row_its_own_reason(tmp_path: Path) -> None:
    content = (SAMPLES / "small_usage.csv").read_bytes()
    totals = load(tmp_path, content, (SAMPLES / "small_usage.toml").read_text())
    assert totals == Totals(1, 40, 27, 1, 12)
    assert [(number, reason) for number, reason, _ in rejects(tmp_path)] == [
        (26, "down is negative"),
        (27, "up is not a number"),
        (28, "started is not a time as `%d.%m.%Y %H:%M:%S`"),
        (29, "started does not exist that night in Europe/Lisbon"),
        (30, "started comes twice that night in Europe/Lisbon"),
        (31, "kind is `fax`, which the mapping does not name"),
        (32, "way is `sideways`, which the mapping does not name"),
        (
            33,
            "sim is empty; length is empty; network is neither a country code nor MCC and MNC",
        ),
        (34, "the line belongs to another account in the store"),
        (35, "the row has 7 fields, the header 14"),
        (36, "a quote is opened and not closed on the line"),
        (40, "record is empty"),
    ]
    with Store.open(tmp_path / "usage.db") as store:
        events = {event.id: event for _, each in store.portfolio() for event in each}
        assert events["small-6"].quantity == 3_600_750  # 120.5 kB up and 3480.25 kB down
        assert events["small-10"].quantity == 1  # 0.4 bytes, rounded up
        assert events["small-23"].quantity == 7_500  # 7.5 s with a decimal comma
        assert events["small-13"].called == "+34910000444"
        assert events["small-15"].visited == "20801"
        assert events["small-17"].visited == "FR"
        assert events["small-1"].visited == ""
        assert events["small-3"].direction == "incoming"
        assert store.account("C-1").name == "Ana Exemplo"
        assert [line.number for line in store.account("C-1").lines] == [
            "+351910000001",
            "+351920000002",
        ]


def test_doubtful_local_times_mean_what_the_mapping_says(tmp_path: Path) -> None:
    twice, never = "2026-10-25 01:30:00", "2026-03-29 01:30:00"
    content = f"{HEADER}a,{twice},L1,1,+1\nb,{never},L1,1,+1\n"
    first, gap = 1_792_888_200_000, 1_774_747_800_000  # 00:30 UTC and 01:30 UTC
    expected = {("first", "forward"): [first, gap], ("second", "forward"): [first + 3_600_000, gap]}
    for (ambiguous, nonexistent), starts in expected.items():
        folder = tmp_path / ambiguous
        folder.mkdir()
        rules = MAPPING.replace('"first"', f'"{ambiguous}"').replace(
            '"forward"', f'"{nonexistent}"'
        )
        load(folder, content, rules)
        assert [start for _, start, _ in stored(folder)] == starts


def test_times_with_an_offset_and_epochs_need_no_zone(tmp_path: Path) -> None:
    plain = MAPPING.replace('timezone = "Europe/Lisbon"\nambiguous = "first"\n', "", 1)
    for number, (form, text) in enumerate(
        {
            "epoch-seconds": "1772359200.5",
            "epoch-milliseconds": "1772359200500",
            "%Y-%m-%dT%H:%M:%S.%f%z": "2026-03-01T11:00:00.500+0100",
        }.items()
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        load(folder, f"{HEADER}a,{text},L1,1,+1\n", plain.replace("%Y-%m-%d %H:%M:%S", form))
        assert stored(folder) == [("a", 1_772_359_200_500, 1000)]
    iso = MAPPING.replace("%Y-%m-%d %H:%M:%S", "iso")
    load(
        tmp_path, f"{HEADER}a,2026-03-01T11:00:00+01:00,L1,1,+1\nb,2026-03-01 10:00,L1,1,+1\n", iso
    )
    assert [start for _, start, _ in stored(tmp_path)] == [1_772_359_200_000] * 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.1", 100),
        ("1.0005", "seconds is finer than the base unit, and the mapping states no rounding"),
        ("-1", "seconds is negative"),
        ("1e3", "seconds is not a number"),
        ("NaN", "seconds is not a number"),
        ("٣", "seconds is not a number"),
        ("", "seconds is empty"),
        ("9" * 19, "seconds is too large"),
    ],
)
def test_quantities_are_exact_or_rejected(tmp_path: Path, text: str, expected: object) -> None:
    load(tmp_path, f"{HEADER}a,2026-03-01 10:00:00,L1,{text},+1\n")
    found = [quantity for _, _, quantity in stored(tmp_path)]
    assert (found or [reason for _, reason, _ in rejects(tmp_path)]) == [expected]


def test_stated_rounding_goes_up_or_down(tmp_path: Path) -> None:
    for mode, expected in (("up", 1_001), ("down", 1_000)):
        folder = tmp_path / mode
        folder.mkdir()
        rules = MAPPING.replace('unit = "s"', f'unit = "s"\nrounding = "{mode}"')
        load(folder, f"{HEADER}a,2026-03-01 10:00:00,L1,1.0005,+1\n", rules)
        assert stored(folder)[0][2] == expected


def test_equal_rows_without_an_id_column_are_one_record(tmp_path: Path) -> None:
    rules = MAPPING.replace('[record]\nid = "id"\n', "")
    other = GOOD.replace("60", "61")
    assert load(tmp_path, HEADER + GOOD + GOOD + other, rules) == Totals(1, 3, 2, 1, 0)
    assert load(tmp_path, HEADER + other + GOOD, rules) == Totals(2, 2, 0, 2, 0)


def test_a_file_without_header_takes_its_columns_from_the_mapping(tmp_path: Path) -> None:
    rules = '[file]\ncolumns = ["id", "at", "line", "seconds", "to"]\n' + MAPPING
    assert load(tmp_path, GOOD, rules) == Totals(1, 1, 1, 0, 0)


def test_lines_must_be_there_unless_the_mapping_creates_them(tmp_path: Path) -> None:
    begin, end = MAPPING.index("[create]"), MAPPING.index("[service]")
    rules = MAPPING[:begin] + MAPPING[end:]
    assert load(tmp_path, HEADER + GOOD, rules).rejected == 1
    assert rejects(tmp_path)[0][1].startswith("the line is not in the store")
    assert load(tmp_path, HEADER + GOOD).stored == 1


ODD_FILES: dict[str, tuple[str | bytes, int, int]] = {
    "odd bytes": (HEADER.encode() + b"a,2026-03-01 10:00:00,L\xff1,60,+1\n" + GOOD.encode(), 1, 1),
    "NUL": (HEADER + "a\0,2026-03-01 10:00:00,L1,60,+1\n" + GOOD, 1, 1),
    "escape": (HEADER + "\x1b[2J,2026-03-01 10:00:00,L1,60,+1\n" + GOOD, 1, 1),
    "short row": (HEADER + "a,2026-03-01\n" + GOOD, 1, 1),
    "long row": (HEADER + GOOD.rstrip() + ",,,\n" + GOOD, 1, 1),
    "huge field": (HEADER + "a" * 50_000 + ",,,,\n" + GOOD, 1, 1),
    "huge line": (HEADER + "a" * 2_500_000 + "\n" + GOOD, 1, 1),
    "lost quote": (HEADER + 'a,"2026-03-01 10:00:00,L1,60,+1\n' + GOOD, 1, 1),
    "lost quote, later a pair": (HEADER + 'a,"2026,L1,60,+1\n' + GOOD + 'b,"","",,\n', 1, 2),
    "no last line end": (HEADER + GOOD.rstrip(), 1, 0),
    "carriage returns": ((HEADER + GOOD).replace("\n", "\r\n"), 1, 0),
    "old line ends": ((HEADER + GOOD).replace("\n", "\r"), 1, 0),
    "byte order mark": (b"\xef\xbb\xbf" + (HEADER + GOOD).encode(), 1, 0),
    "blank lines": ("\n" + HEADER + "\n\n" + GOOD + "\n", 1, 0),
    "header alone": (HEADER, 0, 0),
    "year 1": (HEADER + "a,0001-01-01 00:00:00,L1,60,+1\n" + GOOD, 1, 1),
}


@pytest.mark.parametrize("name", ODD_FILES)
def test_odd_files_cost_their_bad_rows_only(tmp_path: Path, name: str) -> None:
    content, good, bad = ODD_FILES[name]
    totals = load(tmp_path, content)
    assert (totals.stored, totals.duplicate, totals.rejected) == (good, 0, bad)
    assert all(reason for _, reason, _ in rejects(tmp_path))


def test_no_damage_to_a_file_breaks_the_import(tmp_path: Path) -> None:
    random = Random(3)
    _, rules = write(tmp_path, "")
    loaded = load_mapping(rules)
    assert loaded.mapping is not None
    whole = (HEADER + "".join(GOOD.replace("1,", f"{n},", 1) for n in range(40))).encode()
    odd = [b"\0", b'"', b"\n", b"\r", b",", b"\xff", b"\xc3", b"\x1b[", b"", b"9" * 40, b'","']
    ends: Counter[str] = Counter()
    with Store.open(tmp_path / "usage.db", create=True) as store:
        for _ in range(150):
            content = bytearray(whole)
            for _ in range(random.randint(0, 6)):
                at = random.randrange(len(content))
                content[at : at + random.randrange(3)] = random.choice(odd)
            packed = gzip.compress(bytes(content), mtime=0) if random.random() < 0.3 else content
            file = tmp_path / "calls.csv"
            file.write_bytes(
                packed[: random.randint(0, len(packed))] if random.random() < 0.2 else packed
            )
            try:
                totals = import_csv(store, file, loaded.mapping, loaded.sha256)
            except UsageFileError:
                ends["refused"] += 1
                continue
            ends["rejected" if totals.rejected else "clean"] += 1
            assert totals.read == totals.stored + totals.duplicate + totals.rejected
            assert totals.read <= content.count(b"\n") + content.count(b"\r")
    assert min(ends["refused"], ends["rejected"], ends["clean"]) > 3, ends


def test_a_rejected_row_keeps_its_line_and_text(tmp_path: Path) -> None:
    load(tmp_path, HEADER + GOOD + "\nb,never,L1,x,+1\n")
    assert rejects(tmp_path) == [
        (
            4,
            "at is not a time as `%Y-%m-%d %H:%M:%S`; seconds is not a number",
            "b,never,L1,x,+1",
        )
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\n\r\n", "is empty"),
        (gzip.compress((HEADER + GOOD * 9_999).encode(), mtime=0)[:-40], "damaged or cut off"),
        (gzip.compress(b"", mtime=0)[:5], "damaged or cut off"),
        (b"\x1f\x8b but no gzip at all", "damaged or cut off"),
        (b"id,when,line,seconds,to\n", r"the header lacks `at`"),
        (b"id,at,line,second,to\n", r"`seconds` \(did you mean `second`\?\)"),
        (b"id,at,at,line,seconds,to\n", "`at` twice"),
    ],
)
def test_a_file_that_cannot_be_read_stores_nothing(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    load(tmp_path, HEADER + GOOD)
    before = stored(tmp_path)
    with pytest.raises(UsageFileError, match=reason) as caught:
        load(tmp_path, content)
    assert "\n" not in str(caught.value)
    assert stored(tmp_path) == before
    with Store.open(tmp_path / "usage.db") as store:
        assert store.connection.execute("SELECT count(*) FROM batches").fetchone() == (1,)


def test_all_mistakes_of_a_mapping_are_said_at_once(tmp_path: Path) -> None:
    _, rules = write(tmp_path, "", MAPPING.replace("format =", "formt =") + "[vistied]\ncolumn=1\n")
    assert load_mapping(rules).problems == (
        "[time] format is missing",
        "[time] formt is not a key, did you mean `format`?",
        "[vistied] is not a key, did you mean `visited`?",
    )
    wrong = (
        MAPPING.replace("Europe/Lisbon", "Europe/Lisboa")
        .replace('ambiguous = "first"\n', "")
        .replace('unit = "s"', 'unit = "sec"')
        .replace('always = "voice"', 'always = "fax"')
    )
    _, rules = write(tmp_path, "", wrong)
    assert load_mapping(rules).problems == (
        "[time] timezone `Europe/Lisboa` is no IANA time zone, did you mean `Europe/Lisbon`?",
        "[time] ambiguous is missing: say which hour is meant when clocks are put back",
        "[quantity.fax] is missing: say how much an event of `fax` used",
        "[quantity.voice] has no use: no value of [service] means `voice`",
        "[quantity.voice] unit `sec` does not measure voice; did you mean `s`?",
        "[create] timezone `Europe/Lisboa` is no IANA time zone",
    )


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('timezone = "Europe/Lisbon"\nambig', "ambig", "[time] timezone is missing"),
        ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "does not tell the whole time"),
        ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M %Z", "zone names are ambiguous"),
        ("%Y-%m-%d %H:%M:%S", "epoch-seconds", "timezone has no use"),
        ("start = 2026-01-01", 'start = "soon"', "must be a date without quotes"),
        ('plan = "basic"', 'plan = "Basic Plan"', "must be lower case letters"),
        ('always = "voice"', 'always = "voice"\ncolumn = "to"', "needs either `column`"),
        ('unit = "s"', "", "unit is missing: one of ms, s, min, h, h:m:s"),
        ('column = "seconds"\nunit = "s"', "each = 1", "cannot count `each` event"),
        ("[record]", '[file]\nencoding = "rot13"\n[record]', "is not a text encoding"),
        ("[record]", "[file\n[record]", "not TOML"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert old in MAPPING
    _, rules = write(tmp_path, "", MAPPING.replace(old, new, 1))
    loaded = load_mapping(rules)
    assert loaded.mapping is None
    assert any(problem in one for one in loaded.problems), loaded.problems


@pytest.mark.parametrize("name", ["notional_cdr.toml", "small_usage.toml"])
def test_shipped_mappings_hold_together(name: str) -> None:
    assert load_mapping(SAMPLES / name).problems == ()


def test_every_key_of_a_mapping_is_explained() -> None:
    from ratedsl.usage.mapping import Mapping

    text = (SAMPLES / "README.md").read_text()
    for name, definition in Mapping.model_json_schema()["$defs"].items():
        for key in definition["properties"]:
            assert f"`{key}`" in text, (name, key)


def test_the_command_masks_numbers_and_control_characters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = "b,\x1b[2J\x1b]0;owned\x07,L1,60,+351210000000\n"
    file, rules = write(tmp_path, HEADER + GOOD + bad)
    database = str(tmp_path / "usage.db")
    words = ["usage", "import", str(file), "--into", database, "--mapping", str(rules)]
    for form in ("text", "json"):
        assert main([*words, "--format", form]) == 1
        printed = capsys.readouterr()
        assert printed.err == ""
        assert "\x1b" not in printed.out
        assert "+351210000000" not in printed.out
        assert "+999999999999" in printed.out
    tree = json.loads(printed.out)
    parts = [tree[name] for name in ("read", "stored", "duplicate", "rejected")]
    assert parts == [2, 0, 1, 1]
    assert main(["usage", "stats", "--usage", database]) == 0
    assert "at has a control character" in capsys.readouterr().out
    assert main(["usage", "stats", "--usage", database, "--format", "json"]) == 0
    tree = json.loads(capsys.readouterr().out)
    assert tree["rejects"] == [{"reason": "at has a control character", "rows": 1}]
    assert [batch["stored"] for batch in tree["batches"]] == [1, 0]


def test_the_command_ends_with_one_line_on_a_users_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, rules = write(tmp_path, HEADER + GOOD)
    into = ["--into", str(tmp_path / "x.db")]
    gone = str(tmp_path / "gone")
    mistakes = [
        ["usage", "import", gone, *into, "--mapping", str(rules)],
        ["usage", "import", str(file), *into, "--mapping", gone],
        ["usage", "import", str(file), *into, "--mapping", str(file)],
        ["usage", "import", str(file), "--into", str(tmp_path), "--mapping", str(rules)],
        ["usage", "stats", "--usage", gone],
    ]
    for words in mistakes:
        assert main(words) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.startswith("ratedsl: ")
        assert printed.err.count("\n") == 1
    assert not (tmp_path / "x.db").exists()
    assert main(["usage", "import", str(file), *into, "--mapping", str(rules)]) == 0
