"""Plans as slips of fingers, tools and transports leave them, and the findings they deserve."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import NamedTuple

ODD = (
    *("\0", "\x1b[31m", "\t", "\r", "\x85", "\u2028", "\u202e", "\ufeff", "\ud800", "é", "💶"),
    *('"', "#", "%", "+", "-", ",", "²", "٣", "½", "1e9", "9" * 5000, "0." + "0" * 40 + "1"),
    *("2026-02-30", "0000-00-00", "9999-12-31", "0001-01-01", "99:99", "24:00-24:00", "101%"),
    *("+" + "9" * 40, "-1", "0", "99999999999999999999", "null", "None", "use", "'", "\\", "[x]"),
)
BYTES = (b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x1b", b"\x80", b"\r")
LONG = 100_000
_WORD = re.compile(r"\S+")
_ANY = re.compile("")
_RECORD = re.compile(r"(?:override\s+|addon\s+)*[\w-]+\s+([^\W\d][\w.-]*)")


class Edited(NamedTuple):
    """A file after some edits, and the findings that they deserve.

    Each line that an edit touches deserves one, and so does each other line that names what a
    touched line defined: it may be defined no more.
    """

    data: bytes
    deserved: int
    what: str


def edited(texts: Sequence[str], words: Sequence[str], seed: int) -> Edited:
    """One of the texts after one to three edits, the same ones for the same seed."""
    dice = random.Random(seed)
    before = text = dice.choice(texts)
    touched: list[str] = []
    count = dice.randint(1, 3)
    what = []
    for _ in range(count):
        kind = dice.choice(list(_EDITS))
        what.append(kind)
        text, lines = _EDITS[kind](text, words, dice)
        touched += lines
    data = text.encode("utf-8", "surrogatepass")
    if dice.random() < 0.15:
        at = dice.randrange(len(data) + 1)
        data = data[:at] + dice.choice(BYTES) + data[at + dice.randrange(2) :]
        touched.append(_line_of(data, at))
        what.append("byte")
    return Edited(data, len(touched) + _dependents(before, touched), "+".join(what))


def _line_of(data: bytes, at: int) -> str:
    first, last = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
    return data[first : last if last >= 0 else len(data)].decode("utf-8", "replace")


def _dependents(text: str, touched: Sequence[str]) -> int:
    """How many lines of the text name a record that one of the touched lines defined."""
    ids = {found.group(1) for line in touched if (found := _RECORD.match(line)) is not None}
    lines = [line for line in text.split("\n") if line not in touched]
    return sum(any(word.strip(",") in ids for word in line.split()) for line in lines)


# ---- the edits: each gives the text after it and the lines that it touched ---------------------


Edit = tuple[str, list[str]]


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


def _long_line(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    word = _one(text, dice)
    filling = dice.choice(['"', "x", "1", "+", "# ", ",", "-", "x ", "1 ", "x, ", '"" ', "9.9"])
    filling = filling * (LONG // len(filling))
    return text[: word.start()] + filling + text[word.start() :], [_line(text, word.start())]


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
    return text[:at], [_line(text, at), *text[at:].split("\n")[1:]]


def _number(text: str, words: Sequence[str], dice: random.Random) -> Edit:
    found = dice.choice(list(re.finditer(r"\d+", text)) or [_one(text, dice)])
    new = dice.choice(["0", "-1", "1" * 20, "9" * 400, "0.00000000000000001", "1e5", "00", "7"])
    return text[: found.start()] + new + text[found.end() :], [_line(text, found.start())]


_EDITS = {
    name.__name__.strip("_"): name
    for name in (
        *(_delete_word, _swap_words, _other_word, _odd_word, _odd_before, _line_ends, _mark),
        *(_indent, _dedent, _long_line, _delete_line, _repeat_line, _swap_lines, _join_lines),
        *(_break_line, _cut, _number),
    )
}
