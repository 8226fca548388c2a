"""Facts of an inline test."""

from __future__ import annotations

from ratedsl.lang.ast.facts import Fact
from ratedsl.lang.ast.values import Clock, Day, Match, Number, Value, Word


class Given(Fact):
    """A starting state of a test; `variant` is started, ended, count, value, session, attribute,
    owed, paid, or what becomes of a deposit on the day `until`; of a bill, that is when it is due.
    """

    variant: str
    subject: Word | None
    value: Value | None
    number: Number | None
    day: Day | None
    literal: Word | None
    used: bool
    line: Word | None = None
    until: Day | None = None


class Act(Fact):
    """Something that happens on a day of a test: `add`, `remove`, `cancel`, `change`, `suspend`,
    `credit`. What is credited was supplied on `through`."""

    variant: str
    number: Number | None
    subject: Word | None
    day: Day
    line: Word | None = None
    through: Day | None = None
    value: Value | None = None


class EventFact(Fact):
    """A usage event of a test."""

    match: Match
    quantity: Value | None
    day: Day | None
    time: Clock | None
    fold: Word | None
    line: Word | None
    times: Number | None
    attributes: tuple[tuple[Word, Word], ...]
    arriving: Day | None = None


class Moment(Fact):
    """`on` and `invoice` of a test."""

    day: Day
    time: Clock | None


class Expect(Fact):
    """What a test expects: a figure of the whole, of a record, or a word.

    `line` is the line whose figure it is, `bill` the day on which the bill closes.
    """

    what: Word
    record: Word | None
    value: Value | None
    line: Word | None = None
    bill: Day | None = None
    day: Day | None = None


class Columns(Fact):
    """The names of a table's columns."""

    words: tuple[Word, ...]


class TopUp(Fact):
    """Money that is added to a wallet on a day of a test."""

    wallet: Word
    money: Value
    day: Day
    time: Clock | None
    line: Word | None
