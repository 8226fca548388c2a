"""What usage costs: one feature a service, each with one of the ways to price it."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.strategies.words import CENTS, STEPS, Feature, maybe, one_of, record

WINDOWS = ("peak", "night", "rest")


@st.composite
def voice(draw: st.DrawFn) -> Feature:
    """Calls by window or at one price, with what may stand beside their price."""
    by_window = draw(st.booleans())
    billed = [f"{draw(STEPS)} then {draw(STEPS)}", "1 s until 30 s then 60 s"]
    billed += ["60 s edge starts next", "30 s per session"]
    if not by_window:
        billed += ["nearest 60 s", "full 60 s", "60 s per day", "60 s per cycle"]
    facts = [f"billed    {one_of(draw, *billed)}"]
    if by_window:
        facts += [f"price     {draw(CENTS)} EUR per min in {w}" for w in WINDOWS]
        split = ["split, increments carry", "split, increments restart", "by start"]
        facts.append(f"across    windows {draw(st.sampled_from(split))}")
    else:
        facts += maybe(draw, f"price     {draw(CENTS)} EUR per min first 3 min")
        block = one_of(draw, "", "started ", "full ", "nearest ")
        facts.append(f"price     {draw(CENTS)} EUR per {block}min")
        if not any(word in facts[0] for word in ("nearest", "full", "per day", "per cycle")):
            facts += maybe(draw, f"minimum   {draw(st.integers(1, 90))} s per call")
    facts += maybe(draw, f"setup     {draw(CENTS)} EUR per call")
    if draw(st.booleans()):
        facts.append(f"attempt   {draw(CENTS)} EUR per call")
        facts.append(f"unanswered {one_of(draw, 'free', 'charged')}")
    facts += maybe(draw, f"release   {draw(CENTS)} EUR per call")
    then = one_of(draw, "free", "cut", "limits authorisation only")
    facts += maybe(draw, f"maximum   {draw(CENTS)}1 EUR per call, then {then}")
    facts += maybe(draw, "minimum   0.03 EUR per call")
    if "nearest" not in facts[0] and "full" not in facts[0] and " per " not in facts[0]:
        facts += maybe(draw, f"grace     {draw(st.integers(1, 90))} s per call")
    span = one_of(draw, "cycle", "day", "week", "month")
    facts += maybe(draw, f"free      first {draw(st.integers(1, 600))} s per {span}")
    facts += maybe(draw, f"free      first {draw(st.integers(1, 3))} calls per day")
    found = Feature([record("rate voice for voice to landline", facts)], names=["voice"])
    if draw(st.booleans()):
        access = [f"adds      to voice\n  price     {draw(CENTS)} EUR per call"]
        found.records.append(record("rate access for voice to landline", access))
    return found


@st.composite
def data(draw: st.DrawFn, *, shared: bool = True) -> Feature:
    """Data by tiers of every mode."""
    mode = one_of(draw, "graduated", "volume", "package", "stair-step")
    span = one_of(draw, "event", "day", "week", "month", "cycle", "contract")
    whose = ("", " per account", " per pool sensors") if shared and span != "event" else ("",)
    who = one_of(draw, *whose)
    counting = one_of(draw, "all", "uncovered")
    bound = one_of(draw, "up to", "below")
    block = one_of(draw, "", "started ", "nearest ") if mode in ("graduated", "volume") else ""
    low, more = draw(st.integers(1, 9)), draw(st.integers(1, 9))

    def price(part: str = "") -> str:
        if mode == "stair-step":
            return f"{draw(CENTS)} EUR flat"
        return f"{draw(CENTS)} EUR per {part}MB{draw(flat)}"

    flat = st.sampled_from(["", " plus 0.50 EUR flat"])
    zero = " even at zero" if span == "cycle" and mode == "stair-step" else ""
    last = draw(st.sampled_from([price(), "rejected"]))
    facts = [
        f"tiers     {mode} per {span}{who} counting {counting} usage",
        f"tier      {bound} {low} MB {price(block)}{zero}",
        f"tier      up to {low + more} MB {price()}",
        f"tier      above {last}",
    ]
    records = ["pool sensors\n  members   lines when kind is sensor\n"] if "pool" in who else []
    return Feature([*records, record("rate data for data", facts)], names=["data"])


@st.composite
def messages(draw: st.DrawFn) -> Feature:
    """Messages, whose price may change by date, or by an attribute."""
    if draw(st.booleans()):
        facts = [f"price     {draw(CENTS)} EUR per message from 2025-01-01"]
        facts += [f"price     {draw(CENTS)} EUR per message from 2026-02-10"]
        span = one_of(draw, "cycle", "day", "contract")
        facts += maybe(draw, f"free      first {draw(st.integers(1, 3))} messages per {span}")
        return Feature([record("rate texts for sms", facts)], names=["texts"])
    night = record(
        "rate texts-b for sms",
        ["when      kind is b", "order     1", f"price     {draw(CENTS)} EUR per message"],
    )
    rest = record("rate texts for sms", ["order     2", f"price     {draw(CENTS)} EUR per message"])
    return Feature([night, rest], names=["texts", "texts-b"])


@st.composite
def charging(draw: st.DrawFn) -> Feature:
    """A service of the plan's own, priced by a matrix and by a second measure beside it."""
    cells = [f"cell      ac {draw(CENTS)} EUR per kWh", f"cell      dc {draw(CENTS)} EUR per kWh"]
    if draw(st.booleans()):
        cells[1] = f"cell      otherwise {draw(CENTS)} EUR per started kWh"
    return Feature(
        [
            "unit kWh\n  decimals  3\n",
            "service charging\n  measured  in kWh\n  attribute parking in min\n"
            "  attribute connector one of ac, dc\n",
            record("rate energy for charging", ["matrix    connector", *cells]),
            record(
                "rate parking for charging",
                [
                    "adds      to energy",
                    "billed    15 min",
                    f"price     {draw(CENTS)} EUR per h of parking",
                ],
            ),
        ],
        names=["energy", "parking"],
    )  # fmt: skip


@st.composite
def payment(draw: st.DrawFn) -> Feature:
    """A share of what a payment is worth, at one percentage or by tiers of value."""
    share = f"{draw(st.integers(0, 30))}.5%"
    if draw(st.booleans()):
        facts = [f"price     {share} of worth plus {draw(CENTS)} EUR"]
        facts += maybe(draw, "free      first 5.00 EUR of worth per cycle")
        facts += maybe(draw, "minimum   0.10 EUR per event")
    else:
        mode = one_of(draw, "graduated", "volume")
        facts = [
            f"tiers     {mode} of worth per cycle counting all usage",
            f"tier      up to 10.00 EUR {share}",
            "tier      above 1.5%",
        ]
    return Feature(
        [
            "service payment\n  measured  in events\n  attribute worth money\n",
            record("rate fees-of-payments for payment", facts),
        ],
        names=["fees-of-payments"],
    )


@st.composite
def transit(draw: st.DrawFn) -> Feature:
    """Samples, charged once a cycle for their peak, last value or percentile."""
    by = one_of(draw, "peak", "last", "percentile 95%", "percentile 50%")
    per = one_of(
        draw, "", " per day, empty intervals skipped", " per day, empty intervals zero",
        " per 5 min, empty intervals skipped",
    )  # fmt: skip
    return Feature(
        [
            "unit Mbit\n",
            f"service transit\n  measured  in Mbit by {by}{per}\n",
            record("rate traffic for transit", [f"price     {draw(CENTS)} EUR per Mbit"]),
        ],
        names=["traffic"],
    )


@st.composite
def deck(draw: st.DrawFn) -> Feature:
    """Prices from a file, by prefix, window and increments of each prefix."""
    peak = [draw(CENTS) for _ in range(6)]
    rows = "".join(
        f"{prefix},{peak[at]},{peak[at + 3]},{first},{following}\n"
        for at, (prefix, first, following) in enumerate(
            [("+44", 1, 1), ("+447", 30, 6), ("+4420", 60, 60)]
        )
    )
    across = one_of(draw, "by start", "split, increments carry", "split, increments restart")
    facts = ["priced    in EUR per min", "increments in s", f"across    windows {across}"]
    facts += maybe(draw, f"setup     {draw(CENTS)} EUR per call")
    return Feature(
        [record('deck world from "world.csv" for voice', facts)],
        files={"world.csv": "prefix,price peak,price rest,first,next\n" + rows},
        names=["world"],
    )


@st.composite
def abroad(draw: st.DrawFn) -> Feature:
    """Calls abroad in another currency."""
    facts = [f"setup     {draw(CENTS)} USD per call", f"price     {draw(CENTS)} USD per min"]
    rounding = one_of(draw, "half-even 0.0001", "up 0.01")
    return Feature(
        [record("rate abroad for voice roaming anywhere", facts)],
        facts=[
            "exchange  1.25 USD per EUR from 2026-01-01",
            "exchange  1.20 USD per EUR from 2026-03-15",
            f"rounding  {rounding} EUR per exchange",
        ],
        names=["abroad"],
    )


SERVICES = {
    "voice": voice, "data": data, "sms": messages, "charging": charging,
    "payment": payment, "transit": transit, "deck": deck, "abroad": abroad,
}  # fmt: skip
