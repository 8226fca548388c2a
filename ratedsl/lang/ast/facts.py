"""Facts of every kind of record, and those of a plan's frame."""

from __future__ import annotations

from ratedsl.lang.ast.node import Node
from ratedsl.lang.ast.values import Clock, Dated, Day, Match, Number, Test, Value, Word
from ratedsl.lang.source import Span


class Fact(Node):
    """Any fact. `span` runs from its keyword to its last word, `keyword` names it."""

    keyword: str
    span: Span


class Setting(Fact):
    """A fact of plain words and numbers: `variant` says which form of it was written."""

    variant: str
    words: tuple[Word, ...] = ()
    number: Number | None = None
    value: Value | None = None
    flag: bool = False


class Change(Fact):
    """What a change to the plan means; `when` is `once` or `end`, `credit` may be empty."""

    when: str
    span_word: Word | None
    credit: str
    allowances: Word | None


class Late(Fact):
    """`late MONEY|PERCENT after N days`: what a bill paid late costs."""

    value: Value | None
    percent: Number | None
    number: Number
    unit: Word


class Moved(Fact):
    """`moves to current on` a day."""

    day: Day


class Interval(Fact):
    """`sold`, and the `dates` of a window."""

    dated: Dated


class Hours(Fact):
    """Hours of a window; `otherwise` has no days. `holidays` are ids of holiday calendars."""

    days: tuple[Word, ...] = ()
    holidays: tuple[Word, ...] = ()
    start: Clock | None = None
    end: Clock | None = None
    otherwise: bool = False


class Named(Fact):
    """`prefix` and `date`: a place or a day with the name people give it."""

    value: Word | Day
    title: str


class PrefixRange(Fact):
    """All numbers that begin with digits from `first` through `last`."""

    first: Word
    last: Word
    title: str


class Condition(Fact):
    """Tests that must all hold."""

    tests: tuple[Test, ...]


class Offers(Fact):
    """Usage for which a plan promises a rate."""

    match: Match
    tests: tuple[Test, ...]


class Proration(Fact):
    """How part periods are charged. `counting` is `first`, `last`, `both` or empty."""

    method: str
    counting: str


class Measured(Fact):
    """What a service is measured in, and how its samples of a bill cycle become one quantity."""

    unit: Word
    how: Word
    percent: Number | None
    count: Number | None
    per: Word | None
    empty: Word | None
