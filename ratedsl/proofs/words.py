"""A witness in words: as a sentence for a person, and as the text of inline tests."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ratedsl.plan.currencies import CURRENCIES
from ratedsl.plan.model import Act, Expectation, Given, Plan, PlanTest, Rate, TestEvent
from ratedsl.plan.units import EVENT, MESSAGE, TIME, VOLUME, Units
from ratedsl.proofs.witness import Usage

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NOUNS = {"voice": "a call", "sms": "a message", "mms": "a picture message", "data": "data"}


def describe(usage: Usage, units: Units) -> str:
    """The usage as a person would say it: `a call to +447… on Saturday 2026-08-08 at 19:00 for
    61 s`."""
    dimension = units.dimension_of(usage.service)
    words = [_NOUNS.get(usage.service, f"usage of `{usage.service}`")]
    attributes = dict(usage.attributes)
    direction = attributes.pop("direction", "")
    if direction:
        words[0] = f"{direction} {words[0].split(' ', 1)[-1]}"
        if words[0].endswith(("call", "message")):
            words[0] = f"{'an' if direction[0] in 'aeiou' else 'a'} {words[0]}"
    if usage.to:
        words.append(f"to {usage.to}")
    if usage.roaming:
        words.append(f"from {usage.roaming} abroad")
    if attributes:
        words.append("with " + ", ".join(f"{name} {value}" for name, value in attributes.items()))
    words += [f"for a line with {text}" for text in map(_given_words, usage.given) if text]
    words.append(f"on {_DAYS[usage.day.weekday()]} {usage.day} at {clock(usage.seconds)}")
    if dimension not in (MESSAGE, EVENT):
        words.append(f"for {length(usage.quantity, dimension, units)}")
    return " ".join(words)


def difference(first: Usage, other: Usage) -> str:
    """In what the other usage is not as the first, which has been described."""
    words = []
    if other.to != first.to:
        words.append(f"to {other.to}" if other.to else "without a number")
    if other.roaming != first.roaming:
        words.append(f"from {other.roaming} abroad" if other.roaming else "at home")
    was, now = dict(first.attributes), dict(other.attributes)
    if now.get("direction") != was.get("direction"):
        words.append(f"that is {now.get('direction', 'outgoing')}")
    now.pop("direction", None)
    if now and now != was:
        words.append("with " + ", ".join(f"{name} {value}" for name, value in now.items()))
    if other.service != first.service:
        words.append(f"of `{other.service}`")
    words += [f"for a line with {text}" for text in map(_given_words, other.given) if text]
    return " ".join(words) or "else"


def _given_words(given: Given) -> str:
    match given.kind:
        case "attribute":
            return f"{given.record} {given.value}"
        case "tenure":
            return f"{given.number} {given.value}s of tenure"
        case "lines":
            return f"{given.number} lines"
    return ""


def clock(seconds: int) -> str:
    """A time of day, its seconds only where there are any."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours:02}:{minutes:02}" + (f":{left:02}" if left else "")


def length(quantity: int, dimension: str, units: Units) -> str:
    """A quantity as a plan writes it, in one unit and without loss."""
    ladder = {
        TIME: (("min", 60_000), ("s", 1000), ("ms", 1)),
        VOLUME: (("GB", 10**9), ("MB", 10**6), ("kB", 1000), ("B", 1)),
        MESSAGE: (("messages", 1),),
        EVENT: (("events", 1),),
    }
    own = sorted(
        ((one.size, name) for name, one in units.by_name.items() if one.dimension == dimension),
        reverse=True,
    )
    for name, size in ladder.get(dimension) or [(name, size) for size, name in own]:
        if quantity % size == 0 and (quantity >= size or size == 1):
            return f"{quantity // size} {name}"
    size, name = own[-1]
    return f"{Decimal(quantity) / size} {name}"


def money(amount: Decimal, currency: str) -> str:
    """An amount with all of its decimals, and at least those of its currency."""
    places = CURRENCIES.get(currency, 2)
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and -exponent < places:
        amount = amount.quantize(Decimal(1).scaleb(-places))
    return f"{amount:f} {currency}"


# ---- as a test ---------------------------------------------------------------------------------


def text_of(tests: Iterable[PlanTest], plan: Plan) -> str:
    """The tests as records of a `.rate` file."""
    return "\n".join(_record(test, plan) for test in tests)


def _record(test: PlanTest, plan: Plan) -> str:
    lines = [f'test "{test.title}"']
    units = plan.measures()
    lines += [_fact("given", _given(one, plan, units)) for one in test.given]
    lines += [_fact("act", _act(one)) for one in test.acts]
    lines += [_fact("event", _event(one, units)) for one in test.events]
    lines += [_fact("invoice", f"on {day}") for day in test.bills]
    lines += [_fact("expect", _expect(one, plan, units)) for one in test.expectations]
    return "\n".join(lines)


def _fact(keyword: str, words: str) -> str:
    return f"  {keyword:<9} {words}"


def _given(one: Given, plan: Plan, units: Units) -> str:
    match one.kind:
        case "started" | "ended":
            return f"{one.kind} {one.day}"
        case "lines":
            return f"{one.number} lines"
        case "tenure":
            return f"tenure {one.number} {one.value}s"
        case "held":
            return f"held {one.number} {one.record}"
        case "balance":
            return f"{one.record} {one.number} {plan.currency}"
        case "used":
            record = plan.record(one.record)
            if isinstance(record, Rate):
                dimension = units.dimension_of(record.match.service, record.of)
            else:
                dimension = getattr(record, "dimension", "")
            return f"{one.record} {length(int(one.number or 0), dimension, units)} used"
    return f"{one.record} {one.value}"


def _act(one: Act) -> str:
    return f"{one.kind} {one.item} on {one.day}"


def _event(one: TestEvent, units: Units) -> str:
    words = one.service
    words += f" to {one.to}" if one.to else ""
    words += f" roaming {one.roaming}" if one.roaming else ""
    dimension = units.dimension_of(one.service)
    if dimension not in (MESSAGE, EVENT) or one.quantity != 1:
        words += f" for {length(one.quantity, dimension, units)}"
    words += f" at {one.day} {clock(one.seconds)}"
    words += f" {one.times} times" if one.times > 1 else ""
    if one.attributes:
        words += " with " + ", ".join(f"{name} {value}" for name, value in one.attributes)
    return words


def _expect(one: Expectation, plan: Plan, units: Units) -> str:
    if one.money is not None:
        record = f" {one.record}" if one.record else ""
        bill = f" on {one.bill}" if one.bill else ""
        return f"{one.what}{record} {money(one.money, plan.currency)}{bill}"
    if one.quantity is not None:
        return f"{one.what} {length(one.quantity, units.dimension_of(one.record), units)}"
    return f"{one.what} {one.text or one.record}".rstrip()
