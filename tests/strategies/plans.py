"""Whole random plans, as texts of records in any order.

Every record is chosen apart, so a plan that breaks a property shrinks to the records that matter.
"""

from __future__ import annotations

from hypothesis import strategies as st

HEAD = """\
plan random "Random"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day {day}
  rounding  half-up 0.01 EUR per item
  rounding  half-even 0.01 EUR per tax per invoice
{event_rounding}"""
PLACES = """\
zone landline "Landlines"
  prefix    +351
zone mobile "Mobile"
  prefix    +35191
window peak
  hours     mon-fri 08:00-20:00
window night
  hours     daily 22:00-06:00
window rest
  hours     otherwise
"""
CENTS = st.integers(0, 300).map(lambda n: f"{n // 100}.{n % 100:02}")
STEPS = st.sampled_from(["1 s", "6 s", "30 s", "60 s"])
PRORATED = st.sampled_from(
    [
        "by day, counting the first day",
        "by day, counting the last day",
        "by second",
        "by 30-day month actual",
        "by 30-day month 30/360",
        "not",
    ]
)


def _maybe(draw: st.DrawFn, text: str) -> list[str]:
    return [text] if draw(st.booleans()) else []


@st.composite
def voice(draw: st.DrawFn) -> str:
    """Calls by window, with what may stand beside their price."""
    facts = [f"billed    {draw(STEPS)} then {draw(STEPS)}"]
    facts += [f"price     {draw(CENTS)} EUR per min in {w}" for w in ("peak", "night", "rest")]
    split = ["split, increments carry", "split, increments restart", "by start"]
    facts.append(f"across    windows {draw(st.sampled_from(split))}")
    facts += _maybe(draw, f"setup     {draw(CENTS)} EUR per call")
    then = draw(st.sampled_from(["free", "cut"]))
    facts += _maybe(draw, f"maximum   {draw(CENTS)} EUR per call, then {then}")
    facts += _maybe(draw, "minimum   0.03 EUR per call")
    facts += _maybe(draw, f"grace     {draw(st.integers(1, 90))} s per call")
    facts += _maybe(draw, f"free      first {draw(st.integers(1, 600))} s per cycle")
    facts += _maybe(draw, f"free      first {draw(st.integers(1, 3))} calls per day")
    return _record("rate voice for voice to landline", facts)


@st.composite
def data(draw: st.DrawFn) -> str:
    """Data by tiers."""
    mode = draw(st.sampled_from(["graduated", "volume"]))
    span = draw(st.sampled_from(["event", "day", "cycle"]))
    who = "" if span == "event" else draw(st.sampled_from(["", " per account"]))
    counting = draw(st.sampled_from(["all", "uncovered"]))
    bound = draw(st.sampled_from(["up to", "below"]))
    block = draw(st.sampled_from(["", "started "]))
    low, more = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    last = draw(st.one_of(CENTS.map(lambda one: f"{one} EUR per MB"), st.just("rejected")))
    return _record(
        "rate data for data",
        [
            f"tiers     {mode} per {span}{who} counting {counting} usage",
            f"tier      {bound} {low} MB {draw(CENTS)} EUR per {block}MB",
            f"tier      up to {low + more} MB {draw(CENTS)} EUR per MB",
            f"tier      above {last}",
        ],
    )


@st.composite
def allowance(draw: st.DrawFn, service: str, name: str, unit: str) -> str:
    """What a line or the account has of a service, by any of the ways to draw it."""
    per = draw(st.sampled_from(["cycle", "cycle per account", "day", "pool"]))
    facts = [
        f"grant     {draw(st.integers(1, 20))} {unit} per {'cycle' if per == 'pool' else per}",
        f"covers    {service}",
        f"draws     {draw(st.sampled_from(['billed', 'actual']))} units",
        f"ends      {draw(st.sampled_from(['split', 'whole event']))}",
        f"setup     {draw(st.sampled_from(['waived', 'charged']))}",
    ]
    after = st.one_of(
        st.sampled_from(["own rate", "blocked"]), CENTS.map(lambda one: f"{one} EUR per {unit}")
    )
    facts.append(f"after     {draw(after)}")
    if per == "pool":
        facts.append("pooled    across account")
        facts += _maybe(draw, f"limit     {draw(st.integers(1, 20))} {unit} per line")
    if per != "day":
        used = draw(st.sampled_from(["first", "last"]))
        cycles = draw(st.sampled_from(["1 cycle", "2 cycles"]))
        facts += _maybe(draw, f"rollover  {cycles} up to 9 {unit}, used {used}")
    return _record(f"allowance free-{name}", facts)


@st.composite
def money(draw: st.DrawFn) -> list[str]:
    """What stands on a bill beside usage: fees, commitments, discounts, taxes, a cap."""
    records = []
    if draw(st.booleans()):
        timing = draw(st.sampled_from(["in advance", "in arrears"]))
        facts = [
            f"amount    {draw(CENTS)} EUR per month {timing}",
            f"prorated  {draw(PRORATED)}",
            *_maybe(draw, "waived    first 1 cycle"),
            *_maybe(draw, f"reduced   to {draw(CENTS)} EUR for 2 cycles"),
        ]
        records.append(_record("fee monthly", facts))
    if draw(st.booleans()):
        then = draw(st.sampled_from(["blocked", "free"]))
        records.append(
            _record(
                "cap stop",
                [
                    f"amount    {draw(CENTS)}1 EUR per cycle of usage before tax",
                    f"then      {then}",
                    *_maybe(draw, "alert     at 80%"),
                ],
            )
        )
    if draw(st.booleans()):
        counting = draw(st.sampled_from(["before", "after"]))
        who = draw(st.sampled_from(["", " per account"]))
        records.append(
            _record(
                "commitment least",
                [
                    f"amount    {draw(CENTS)} EUR per cycle{who} of charges before tax",
                    f"prorated  {draw(PRORATED)}",
                    f"counting  {counting} discounts",
                ],
            )
        )
    sides = draw(st.lists(st.sampled_from(["before", "after"]), max_size=2))
    for number, side in enumerate(sides):
        what = draw(
            st.sampled_from(["percent   7.5% of charges", "amount    0.77 EUR off charges"])
        )
        facts = [what, f"applies   {side} tax", f"order     {number}", "stacks    multiplied"]
        records.append(
            _record(
                f"discount off-{number}", facts + _maybe(draw, "limit     0.50 EUR per invoice")
            )
        )
    records.append('tax vat "VAT"\n  percent   23% of usage, fees\n  shown     as government tax\n')
    if draw(st.booleans()):
        records.append(
            "tax levy\n  percent   1.5% of charges, vat\n  shown     as carrier charge\n"
        )
    return records


@st.composite
def plans(draw: st.DrawFn, *, rounded: bool = True) -> list[str]:
    """A plan as records, its frame first. Without `rounded` nothing rounds an event."""
    rounding = ["", "  rounding  up 0.001 EUR per event\n"] if rounded else [""]
    head = HEAD.format(day=draw(st.integers(1, 28)), event_rounding=draw(st.sampled_from(rounding)))
    records = [draw(voice()), draw(data())]
    for service, name, unit in (("voice to landline", "min", "min"), ("data", "MB", "MB")):
        if draw(st.booleans()):
            records.append(draw(allowance(service, name, unit)))
    return [head, PLACES, *records, *draw(money())]


def _record(header: str, facts: list[str]) -> str:
    return "\n".join([header, *(f"  {fact}" for fact in facts)]) + "\n"
