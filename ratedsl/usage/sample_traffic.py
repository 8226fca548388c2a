"""What one sample line does: its habits, then its events day by day, from one random source.

Only integers are drawn and compared, so the same seed makes the same events on every
machine and version of Python.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from ratedsl.rating.events import Line
from ratedsl.usage.batches import UsageRow, encode_attributes
from ratedsl.usage.sample_recipe import Bands, Market, fill

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400_000
FRESH = 12  # percent of events with a number that the line does not know
FRESH_TRANSIT = 85  # the same for a carrier's trunk, behind which many people call
ONE_EVENT = 100**4  # events per 100 days times three percentages
PERSONAL = ("on_net", "national", "fixed", "international")
ON_NET = {"on-net": "yes"}

Choice = TypeVar("Choice")


class Weighted(Generic[Choice]):
    """Choices that are drawn as often as their whole-number weights say."""

    def __init__(self, weights: dict[Choice, int]) -> None:
        """Take each choice with its weight; those of weight 0 are never drawn."""
        self._choices = list(weights)
        self._bounds = list(accumulate(weights.values()))

    def draw(self, random: Random) -> Choice:
        """One of the choices."""
        return self._choices[bisect_right(self._bounds, random.randrange(self._bounds[-1]))]


class Amounts:
    """Whole amounts spread over bands: many small ones, few very large."""

    def __init__(self, bands: Bands) -> None:
        """Take bands of a weight, a least and a most amount."""
        self._bands = Weighted({(least, most): weight for weight, least, most in bands})

    def draw(self, random: Random) -> int:
        """One amount, evenly spread within its band."""
        least, most = self._bands.draw(random)
        return random.randint(least, most)


@dataclass(frozen=True, slots=True)
class Contact:
    """A number at the other end, and whether it is in the same network."""

    number: str
    on_net: bool


@dataclass(frozen=True, slots=True)
class Habits:
    """What stays the same from one event of a line to the next; `abroad` is by day."""

    line: str
    own: str
    contacts: list[Contact]
    abroad: dict[int, str]


class Traffic:
    """Makes events of lines of one market. Each line brings its own random source."""

    def __init__(self, market: Market) -> None:
        """Prepare what is drawn for every event."""
        self._market = market
        self._zone = ZoneInfo(market.timezone)
        self._services = Weighted(market.services)
        self._hours = Weighted(dict(enumerate(market.hours)))
        self._kinds = Weighted(market.kinds)
        personal = {kind: market.kinds.get(kind, 0) for kind in PERSONAL}
        self._personal = Weighted(personal)
        self._amounts = {"voice": Amounts(market.voice), "data": Amounts(market.data)}
        self._fresh = FRESH_TRANSIT if market.calling else FRESH

    def of_line(
        self, random: Random, line: Line, mates: list[str], size: int, days: range
    ) -> list[UsageRow]:
        """All usage of a line on these days (ordinals), in order of time, ids in that order."""
        contacts = [Contact(mate, True) for mate in mates]
        contacts += [self._contact(random, self._kinds) for _ in range(random.randint(6, 36))]
        habits = Habits(line.id, line.number, contacts, self._trips(random, days))
        events: list[UsageRow] = []
        for ordinal in days:
            day = date.fromordinal(ordinal)
            for _ in range(self._count(random, size, day)):
                events.append(self._event(random, habits, day))
        events.sort(key=lambda event: event[3])
        return [(f"{line.id}-{number:06}", *event[1:]) for number, event in enumerate(events, 1)]

    def _count(self, random: Random, size: int, day: date) -> int:
        weekday = self._market.weekdays[day.weekday()]
        mood = random.randint(0, 200)
        amount = self._market.per_100_days * 100 * size * weekday * mood // 100
        return amount // ONE_EVENT + (random.randrange(ONE_EVENT) < amount % ONE_EVENT)

    def _event(self, random: Random, habits: Habits, day: date) -> UsageRow:
        market, line, contacts = self._market, habits.line, habits.contacts
        visited = habits.abroad.get(day.toordinal(), "")
        service = self._services.draw(random)
        moment = time(self._hours.draw(random), random.randrange(60), random.randrange(60))
        since = datetime.combine(day, moment, self._zone) - EPOCH
        start = since.days * DAY + since.seconds * 1000
        if service == "data":
            quantity = self._amounts["data"].draw(random)
            attributes = encode_attributes({"apn": random.choice(market.apn)})
            return "", line, service, start, quantity, "", "", "outgoing", visited, attributes
        incoming = random.randrange(100) < market.incoming
        if random.randrange(100) < self._fresh:
            other = self._contact(random, self._personal if incoming else self._kinds)
        else:
            # The least of three draws: a few contacts get most of the calls.
            last = len(contacts)
            other = contacts[min(random.randrange(last) for _ in range(3))]
            if incoming and not other.number.startswith("+"):
                other = self._contact(random, self._personal)
        quantity = 1
        if service == "voice":
            quantity = self._length(random)
            start += random.randrange(1000 // market.voice_unit) if market.voice_unit < 1000 else 0
        near = habits.own
        if market.calling:
            template = random.choice(market.calling)
            near = fill(template, random.randrange(10 ** template.count("#")))
        while other.number == near:
            other = self._contact(random, self._personal)
        calling, called = (other.number, near) if incoming else (near, other.number)
        direction = "incoming" if incoming else "outgoing"
        attributes = encode_attributes(ON_NET) if other.on_net else None
        return "", line, service, start, quantity, calling, called, direction, visited, attributes

    def _length(self, random: Random) -> int:
        """Milliseconds, in the market's own grain. A call that nobody answered has none."""
        seconds = self._amounts["voice"].draw(random)
        unit = self._market.voice_unit
        return seconds * 1000 + (random.randrange(1000) // unit * unit if seconds else 0)

    def _contact(self, random: Random, kinds: Weighted[str]) -> Contact:
        kind = kinds.draw(random)
        template = random.choice(self._market.numbers[kind])
        number = fill(template, random.randrange(10 ** template.count("#")))
        return Contact(number, kind == "on_net")

    def _trips(self, random: Random, days: range) -> dict[int, str]:
        """The network visited on each day abroad."""
        abroad: dict[int, str] = {}
        for ordinal in days[::30]:
            if random.randrange(100) < self._market.roaming:
                network = random.choice(self._market.visited)
                first = ordinal + random.randrange(25)
                abroad.update(dict.fromkeys(range(first, first + random.randint(2, 12)), network))
        return abroad
