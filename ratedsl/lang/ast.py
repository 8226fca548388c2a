"""The syntax tree: a file is records, a record is facts, a fact is words and values.

Every node knows its span. Words and numbers stay as written: what a word means is judged
by `ratedsl.plan`, which knows what there is to mean.

Nodes are never changed after they are made. They are compared by identity and carry no
generated methods but their constructor: making those for fifty classes would take a tenth of
the time in which `check` has to answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ratedsl.lang.source import Source, Span

# ---- values -------------------------------------------------------------------------------


@dataclass(slots=True, eq=False, repr=False)
class Word:
    """A name or a free word. `text` of a quoted word is without its quotes."""

    text: str
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Number:
    """An exact decimal; `text` as written."""

    value: Decimal
    text: str
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Value:
    """A number with its unit or currency, not yet told apart: `60 s`, `0.10 EUR`."""

    number: Number
    unit: Word
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Day:
    """A calendar date, or None where the written one does not exist."""

    value: date | None
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Clock:
    """A time of day in seconds since midnight, up to 24:00; None where it does not exist."""

    seconds: int | None
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Dated:
    """From when and through when a fact holds; None where it does not say."""

    start: Day | None = None
    through: Day | None = None


@dataclass(slots=True, eq=False, repr=False)
class Match:
    """`SERVICE to PLACES roaming PLACES`; empty places match everywhere."""

    service: Word
    to: tuple[Word, ...]
    roaming: tuple[Word, ...]
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class UnitPrice:
    """`MONEY per [started|full] [N] UNIT`; `block` is empty where it is pro rata."""

    money: Value
    block: str
    count: Number | None
    unit: Word
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Flat:
    """A flat amount, charged once a tier is reached, or `at_zero` even without usage."""

    money: Value
    at_zero: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Bound:
    """Where a tier ends: `up to` holds its value, `below` leaves it out, `above` has none."""

    kind: str
    value: Value | None
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Test:
    """One test of a condition. `operator` is `is`, `is not`, `in`, `not in` or a comparison."""

    attribute: Word
    operator: str
    values: tuple[Word, ...]
    number: Number | None
    unit: Word | None
    span: Span


# ---- facts --------------------------------------------------------------------------------


@dataclass(slots=True, eq=False, repr=False)
class Fact:
    """Any fact. `span` runs from its keyword to its last word, `keyword` names it."""

    keyword: str
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Setting(Fact):
    """A fact of plain words and numbers: `variant` says which form of it was written."""

    variant: str
    words: tuple[Word, ...] = ()
    number: Number | None = None
    value: Value | None = None
    flag: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Interval(Fact):
    """`sold`, and the `dates` of a window."""

    dated: Dated


@dataclass(slots=True, eq=False, repr=False)
class Hours(Fact):
    """Hours of a window; `otherwise` has no days. `holidays` are ids of holiday calendars."""

    days: tuple[Word, ...] = ()
    holidays: tuple[Word, ...] = ()
    start: Clock | None = None
    end: Clock | None = None
    otherwise: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Named(Fact):
    """`prefix` and `date`: a place or a day with the name people give it."""

    value: Word | Day
    title: str


@dataclass(slots=True, eq=False, repr=False)
class Amount(Fact):
    """Money of a fee, cap, discount or tax. `per` is its period or its counted thing."""

    money: Value
    per: Word | None
    who: Word | None
    timing: Word | None
    of: tuple[Word, ...]
    around_tax: Word | None
    dated: Dated


@dataclass(slots=True, eq=False, repr=False)
class Percent(Fact):
    """A percentage of named things, from a date."""

    number: Number
    of: tuple[Word, ...]
    dated: Dated


@dataclass(slots=True, eq=False, repr=False)
class Proration(Fact):
    """How part periods are charged. `counting` is `first`, `last`, `both` or empty."""

    method: str
    counting: str


@dataclass(slots=True, eq=False, repr=False)
class Billed(Fact):
    """Increments: blocks of a size, each until a length of the event, the last without end."""

    steps: tuple[tuple[Value, Value | None], ...]
    per: Word | None
    window: Word | None
    edge_next: bool


@dataclass(slots=True, eq=False, repr=False)
class Price(Fact):
    """A unit price, perhaps of the first units only, in a window, from a date."""

    price: UnitPrice
    first: Value | None
    window: Word | None
    dated: Dated


@dataclass(slots=True, eq=False, repr=False)
class PercentPrice(Fact):
    """A percentage of an attribute's value and perhaps a fixed amount, for each event."""

    percent: Number
    of: Word
    plus: Value | None
    window: Word | None
    dated: Dated


@dataclass(slots=True, eq=False, repr=False)
class Priced(Fact):
    """What the prices of a deck are in: a currency, per a unit."""

    currency: Word
    block: str
    count: Number | None
    unit: Word


@dataclass(slots=True, eq=False, repr=False)
class FreeFirst(Fact):
    """Usage, events or value that are free before anything is charged."""

    value: Value
    of: Word | None
    per: Word


@dataclass(slots=True, eq=False, repr=False)
class Setup(Fact):
    """`setup`, `attempt`, `release`: a fee per call, by the window in which it starts."""

    money: Value
    per: Word
    window: Word | None
    dated: Dated


@dataclass(slots=True, eq=False, repr=False)
class Tiers(Fact):
    """How the tiers of a rate are read."""

    mode: Word
    per: Word
    who: Word | None
    counting: Word


@dataclass(slots=True, eq=False, repr=False)
class Tier(Fact):
    """One tier: its bound, and a unit price, a flat amount, both, or a rejection."""

    bound: Bound
    price: UnitPrice | None
    flat: Flat | None
    rejected: bool
    dated: Dated


@dataclass(slots=True, eq=False, repr=False)
class Grant(Fact):
    """What an allowance gives, how often, to whom."""

    value: Value
    per: Word
    who: Word | None
    dated: Dated


@dataclass(slots=True, eq=False, repr=False)
class Covers(Fact):
    """What an allowance may be used for."""

    match: Match
    window: Word | None
    factor: tuple[Value, Value] | None


@dataclass(slots=True, eq=False, repr=False)
class After(Fact):
    """What happens once an allowance is used up: `own`, `blocked`, or a price."""

    kind: str
    price: UnitPrice | None


@dataclass(slots=True, eq=False, repr=False)
class Rollover(Fact):
    """How long and how much of an unused grant lives on."""

    count: Number
    span_word: Word
    limit: Value | None
    used: Word | None


@dataclass(slots=True, eq=False, repr=False)
class Condition(Fact):
    """Tests that must all hold."""

    tests: tuple[Test, ...]


@dataclass(slots=True, eq=False, repr=False)
class Given(Fact):
    """A starting state of a test; `variant` is started, ended, count, value, attribute."""

    variant: str
    subject: Word | None
    value: Value | None
    number: Number | None
    day: Day | None
    literal: Word | None
    used: bool


@dataclass(slots=True, eq=False, repr=False)
class Act(Fact):
    """Something that happens on a day of a test: `add`, `remove`, `cancel`."""

    variant: str
    number: Number | None
    subject: Word | None
    day: Day


@dataclass(slots=True, eq=False, repr=False)
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


@dataclass(slots=True, eq=False, repr=False)
class Moment(Fact):
    """`on` and `invoice` of a test."""

    day: Day
    time: Clock | None


@dataclass(slots=True, eq=False, repr=False)
class Expect(Fact):
    """What a test expects: a figure of the whole, of a record, or a word."""

    what: Word
    record: Word | None
    value: Value | None


# ---- records ------------------------------------------------------------------------------


@dataclass(slots=True, eq=False, repr=False)
class Record:
    """A header and its facts.

    An `addon` applies only while it is held. `table` is the path of the file that a deck is
    read from. `broken` is set where a line of it could not be parsed: what is missing from it
    may stand in that line, so nothing is said to be missing.
    """

    kind: Word
    id: Word | None
    title: str
    override: bool
    addon: bool
    match: Match | None
    table: Word | None
    span: Span
    source: Source
    facts: list[Fact] = field(default_factory=list)
    broken: bool = False

    @property
    def name(self) -> str:
        """The id, or the title of a record that has none (a test)."""
        return self.id.text if self.id else self.title


@dataclass(slots=True, eq=False, repr=False)
class File:
    """A parsed file: the paths it uses, and its records in order of the text.

    `lost` are the words of headers that could not be read: what they define may be meant
    elsewhere, so it is not said to be unknown. `use_lost` says that one of them was a `use`.
    """

    source: Source
    uses: list[Word] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    use_lost: bool = False
