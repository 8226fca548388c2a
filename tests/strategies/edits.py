"""Plans as slips of fingers, tools and transports leave them, and the findings they deserve."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

ODD = (
    *("\0", "\x1b[31m", "\t", "\r", "\x85", "\u2028", "\u202e", "\ufeff", "\ud800", "é", "💶"),
    *('"', "#", "%", "+", "-", ",", "²", "٣", "½", "1e9", "9" * 5000, "0." + "0" * 40 + "1"),
    *("2026-02-30", "0000-00-00", "9999-12-31", "0001-01-01", "99:99", "24:00-24:00", "101%"),
    *("+" + "9" * 40, "-1", "0", "99999999999999999999", "null", "None", "use", "'", "\\", "[x]"),
    *("\f", "\v", "(", ")", "a" * 300, "a-" * 200, "Ω", "ﬁ", "\u200b", "\U0010ffff"),
)
BYTES = (b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x1b", b"\x80", b"\r")
LONG = 100_000
# What fills a long line, each so often that the line has that many characters.
FILLINGS = {
    **{"word": "x", "digits": "1", "decimals": "9.9", "signs": "+", "dashes": "-", "commas": ","},
    **{"words": "x ", "numbers": "1 ", "list": "x, ", "quotes": '"" ', "comment": "# "},
    **{"parentheses": "(", "tabs": "\t", "hyphens": "a-", "dots": "a.", "slashes": "/"},
}
CHAINS = {"deep": 1, "ring": 1, "wide": 0, "woven": 1, "gone": 1, "self": 1}
"""Files that lead to many others (`write_chains`), and the findings that using one deserves."""

_WORD = re.compile(r"\S+")
_ANY = re.compile("")
_RECORD = re.compile(r"(?:override\s+|addon\s+)*[\w-]+\s+([^\W\d][\w.-]*)")


class Shipped(NamedTuple):
    """A plan or library as it is shipped, and the folder below `plans` in which it stands."""

    text: str
    folder: str = "."


class Edited(NamedTuple):
    """A file after some edits, the folder it stands in, and the findings that the edits deserve.

    Each line that an edit touches deserves one, and so does each other line that names what a
    touched or lost line defined: it may be defined no more. What is cut off deserves one.
    """

    data: bytes
    folder: str
    deserved: int
    what: str
    unlent: bool
    """Whether a `use` was touched: each name that it lent deserves a finding then."""


def edited(shipped: Sequence[Shipped], words: Sequence[str], seed: int) -> Edited:
    """One of the texts after one to three edits, the same ones for the same seed.

    The first edit and the text go around with the seed, so that of so many seeds in a row each
    kind of edit comes equally often, and is tried on each of the texts.
    """
    dice = random.Random(seed)
    before = shipped[seed // len(KINDS) % len(shipped)]
    text, what = before.text, [KINDS[seed % len(KINDS)]]
    what += dice.choices(KINDS, k=dice.choice([0, 1, 1, 2]))
    touched: list[str] = []
    lost: list[str] = []
    for kind in what:
        text, lines, gone = (*EDITS[kind](text, words, dice), [])[:3]
        touched += lines
        lost += gone
        if kind.startswith("use_"):
            # The chain's own finding stands in place of one for the line that is put in.
            touched += [""] * CHAINS[kind.removeprefix("use_")]
    if "bytes" in what:
        what.sort(key=lambda kind: kind == "bytes")
    data = text.encode("utf-8", "surrogatepass")
    if "bytes" in what:
        at = dice.randrange(len(data) + 1)
        data = data[:at] + dice.choice(BYTES) + data[at + dice.randrange(2) :]
        touched.append(_line_of(data, at))
    deserved = len(touched) + _dependents(before.text, [*touched, *lost])
    unlent = any("use" in line.split()[:1] for line in (*touched, *lost))
    return Edited(data, before.folder, deserved, "+".join(what), unlent)


def write_chains(folder: Path) -> None:
    """Write the files that lead to many others, named after `CHAINS`; `gone` is not there."""
    chain = folder / "chain"
    chain.mkdir()
    for kind, count in (("deep", 300), ("ring", 300)):
        for number in range(count):
            (chain / f"{kind}-{number}.rate").write_text(f'use "{kind}-{number + 1}.rate"\n')
        (folder / f"chain-{kind}.rate").write_text(f'use "chain/{kind}-0.rate"\n')
    (chain / "deep-300.rate").write_text("zone end-of-chain\n  prefix +1\n")
    (chain / "ring-300.rate").write_text('use "ring-0.rate"\n')
    # Of files that use each other some are deep below the first, by whatever way.
    for kind, count in (("wide", 40), ("woven", 80)):
        names = [f"{kind}-{number}.rate" for number in range(count)]
        for number, name in enumerate(names):
            others = "".join(f'use "{one}"\n' for one in names[number + 1 : number + 6])
            (chain / name).write_text(f"{others}zone {kind}-{number}\n  prefix +99{number:03}\n")
        (folder / f"chain-{kind}.rate").write_text("".join(f'use "chain/{one}"\n' for one in names))


def _line_of(data: bytes, at: int) -> str:
    first, last = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
    return data[first : last if last >= 0 else len(data)].decode("utf-8", "replace")


def _dependents(text: str, touched: Sequence[str]) -> int:
    """How many lines of the text name a record that one of the touched lines defined."""
    gone = set(touched)
    ids = {found.group(1) for line in gone if (found := _RECORD.match(line)) is not None}
    lines = [line for line in text.split("\n") if line not in gone]
    return sum(any(word.strip(",") in ids for word in line.split()) for line in lines)


# ---- the edits: each gives the text after it and the lines that it touched ---------------------


Edit = tuple[str, list[str]] | tuple[str, list[str], list[str]]
"""The text, the lines that were touched, and those that are gone."""


def _line(text: str, at: int) -> str:
    first, last = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    return text[first : last if last >= 0 else len(text)]


def _one(text: str, dice: random.Random) -> re.Match[str]:
    return dice.choice(list(_WORD.finditer(text)) or [_ANY.match(text)])


def _delete_word(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    word = _one(text, dice)
    return text[: word.start()] + text[word.end() :], [_line(text, word.start())]


def _swap_words(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    found = list(_WORD.finditer(text))
    if len(found) < 2:
        return text, []
    one, two = sorted(dice.sample(found, 2), key=lambda word: word.start())
    between = text[one.end() : two.start()]
    after = text[: one.start()] + two.group() + between + one.group() + text[two.end() :]
    return after, [_line(text, one.start()), _line(text, two.start())]


def _other_word(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    word = _one(text, dice)
    after = text[: word.start()] + dice.choice(words) + text[word.end() :]
    return after, [_line(text, word.start())]


def _odd_word(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    return _other_word(text, ODD, dice)


def _odd_before(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    word = _one(text, dice)
    after = text[: word.start()] + dice.choice(ODD) + text[word.start() :]
    return after, [_line(text, word.start())]


def _line_ends(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    return text.replace("\n", dice.choice(["\r\n", "\r\n\r\n", "\n\n"])), []


def _mark(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    return f"\ufeff{text}", []


def _indent(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    at = text.rfind("\n", 0, _one(text, dice).start()) + 1
    return text[:at] + dice.choice([" ", "\t", "    ", "\ufeff"]) + text[at:], [_line(text, at)]


def _dedent(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    at = text.rfind("\n", 0, _one(text, dice).start()) + 1
    line = _line(text, at)
    return text[:at] + line.lstrip() + text[at + len(line) :], [line]


def _long(filling: str) -> Callable[[str, Sequence[str], random.Random], Edit]:
    def edit(text: str, words: Sequence[str], dice: random.Random) -> Edit:
        at = _one(text, dice).start()
        return text[:at] + filling + text[at:], [_line(text, at)]

    return edit


def _use(kind: str) -> Callable[[str, Sequence[str], random.Random], Edit]:
    def edit(text: str, words: Sequence[str], dice: random.Random) -> Edit:
        name = "edited.rate" if kind == "self" else f"chain-{kind}.rate"
        return f'use "{name}"\n{text}', []

    return edit


def _odd_line_end(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    at = dice.choice([found.start() for found in re.finditer("\n", text)] or [len(text)])
    end = dice.choice(["\r", "\f", "\v", "\x85", "\u2028", "\u2029", "\r\r\n", "\x1c"])
    return text[:at] + end + text[at + 1 :], [_line(text, at), _line(text, at + 1)]


def _trailing(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    at = dice.choice([found.start() for found in re.finditer("\n", text)] or [len(text)])
    return text[:at] + dice.choice([" ", "\t", "  # x", "#", " #\t\r"]) + text[at:], []


def _no_bytes_yet(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    """Bytes are put in once the text is encoded."""
    return text, []


def _delete_line(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    line = _line(text, _one(text, dice).start())
    return text.replace(f"{line}\n", "", 1), [line]


def _repeat_line(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    line = _line(text, _one(text, dice).start())
    return text.replace(f"{line}\n", f"{line}\n{line}\n", 1), [line]


def _swap_lines(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    lines = text.split("\n")
    one, two = dice.choice(range(len(lines))), dice.choice(range(len(lines)))
    lines[one], lines[two] = lines[two], lines[one]
    return "\n".join(lines), [lines[one], lines[two]]


def _join_lines(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    ends = [found.start() for found in re.finditer("\n", text[:-1])]
    if not ends:
        return text, []
    at = dice.choice(ends)
    return text[:at] + " " + text[at + 1 :], [_line(text, at), _line(text, at + 1)]


def _break_line(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    at = _one(text, dice).start()
    return text[:at] + "\n" + text[at:], [_line(text, at), _line(text, at)]


def _cut(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    at = dice.randrange(len(text) + 1)
    return text[:at], [_line(text, at)], text[at:].split("\n")[1:]


def _number(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    found = dice.choice(list(re.finditer(r"\d+", text)) or [_one(text, dice)])
    new = dice.choice(["0", "-1", "1" * 20, "9" * 400, "0.00000000000000001", "1e5", "00", "7"])
    return text[: found.start()] + new + text[found.end() :], [_line(text, found.start())]


EDITS: dict[str, Callable[[str, Sequence[str], random.Random], Edit]] = {
    **{
        one.__name__.strip("_"): one
        for one in (
            *(_delete_word, _swap_words, _other_word, _odd_word, _odd_before, _line_ends, _mark),
            *(_indent, _dedent, _delete_line, _repeat_line, _swap_lines, _join_lines),
            *(_break_line, _cut, _number, _odd_line_end, _trailing),
        )
    },
    "bytes": _no_bytes_yet,
    **{f"long_{name}": _long(one * (LONG // len(one))) for name, one in FILLINGS.items()},
    "long_text": _long(f'"{"x" * LONG}" '),
    "long_open_text": _long('"' + "x" * LONG),
    "long_million_digits": _long("7" * 1_000_000),
    **{f"use_{name}": _use(name) for name in CHAINS},
}
KINDS = tuple(EDITS)
