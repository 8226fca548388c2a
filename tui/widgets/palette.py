"""How the editor shows each kind of word, on dark and on light ground."""

from __future__ import annotations

from rich.style import Style

from ratedsl.lang.highlight import Kind

# Never by hue alone: records are bold, comments italic, ids and strings differ in weight
# or slant from what stands beside them.
DARK = {
    Kind.COMMENT: Style(color="#8a94a6", italic=True),
    Kind.STRING: Style(color="#d7ba7d", italic=True),
    Kind.RECORD: Style(color="#ffffff", bold=True),
    Kind.NAME: Style(color="#7fc8ff", bold=True),
    Kind.FACT: Style(color="#7fc8ff"),
    Kind.WORD: Style(color="#a9b4c4"),
    Kind.DATE: Style(color="#f0a35e"),
    Kind.TIME: Style(color="#f0a35e"),
    Kind.MONEY: Style(color="#ffd166", bold=True),
    Kind.PERCENT: Style(color="#ffd166", bold=True),
    Kind.QUANTITY: Style(color="#ffd166"),
    Kind.PREFIX: Style(color="#f0a35e"),
    Kind.ID: Style(),
}
LIGHT = {
    Kind.COMMENT: Style(color="#5d6675", italic=True),
    Kind.STRING: Style(color="#7a4f00", italic=True),
    Kind.RECORD: Style(color="#000000", bold=True),
    Kind.NAME: Style(color="#00509e", bold=True),
    Kind.FACT: Style(color="#00509e"),
    Kind.WORD: Style(color="#4a5361"),
    Kind.DATE: Style(color="#9a4a00"),
    Kind.TIME: Style(color="#9a4a00"),
    Kind.MONEY: Style(color="#7a3e00", bold=True),
    Kind.PERCENT: Style(color="#7a3e00", bold=True),
    Kind.QUANTITY: Style(color="#7a3e00"),
    Kind.PREFIX: Style(color="#9a4a00"),
    Kind.ID: Style(),
}
ERROR = {True: Style(color="#ff8c66", bold=True), False: Style(color="#b02a00", bold=True)}
WARNING = {True: Style(color="#ffd166", bold=True), False: Style(color="#7a4f00", bold=True)}
NOTE = {True: Style(color="#8fb7d9", italic=True), False: Style(color="#34607f", italic=True)}
FOUND = Style(reverse=True)
