"""What stands on a bill beside usage: fees, commitments, discounts, taxes, and parties."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.strategies.words import CENTS, PRORATED, Feature, maybe, one_of, record


@st.composite
def fees(draw: st.DrawFn, *, shared: bool) -> Feature:
    """A fee that recurs, and perhaps one of the rarer kinds."""
    timing = one_of(draw, "in advance", "in arrears")
    span = one_of(draw, "month", "month", "cycle", "week", "28 days", "quarter")
    who = one_of(draw, "", " per account", " per seat") if shared else one_of(draw, "", " per seat")
    facts = [
        f"amount    {draw(CENTS)} EUR per {span}{who} {timing} from 2025-01-01",
        f"prorated  {draw(PRORATED)}",
        *maybe(draw, f"amount    {draw(CENTS)} EUR per {span}{who} {timing} from 2026-02-10"),
        *maybe(draw, "waived    first 1 cycle"),
        *maybe(draw, f"reduced   to {draw(CENTS)} EUR for 2 cycles"),
    ]
    records = [record("fee monthly", facts)]
    names = ["monthly"]
    kind = one_of(draw, "", "term", "instalments", "tiers", "addon", "once")
    if kind == "term":
        leaving = one_of(draw, f"{draw(CENTS)} EUR", "50% of remaining")
        facts = [f"amount    {draw(CENTS)} EUR per month in arrears", f"prorated  {draw(PRORATED)}"]
        facts += [f"term      3 months then {one_of(draw, 'ends', 'renews')}"]
        records.append(record("fee extra", [*facts, f"leaving   {leaving}"]))
    elif kind == "instalments":
        rest = one_of(draw, "due", "waived")
        facts = [
            f"amount    {draw(CENTS)} EUR once per phone",
            f"spread    over 3 cycles, rest {rest}",
        ]
        records.append(record("fee extra", facts))
    elif kind == "tiers":
        facts = [
            f"amount    by tier per month per seat {timing}",
            f"tiers     {one_of(draw, 'graduated', 'volume')}",
            f"tier      up to 2 seats {draw(CENTS)} EUR each",
            f"tier      above {draw(CENTS)} EUR {one_of(draw, 'each', 'flat')}",
            f"prorated  {draw(PRORATED)}",
        ]
        if who == " per seat":
            facts[0] = facts[0].replace("seat", "desk")
            facts[2] = facts[2].replace("seat", "desk")
        records.append(record("fee extra", facts))
    elif kind == "addon":
        facts = [f"amount    {draw(CENTS)} EUR per month {timing}", f"prorated  {draw(PRORATED)}"]
        records.append(record("addon fee extra", facts))
    elif kind == "once":
        records.append(record("fee extra", [f"amount    {draw(CENTS)} EUR once"]))
    return Feature(records, names=[*names, *(["extra"] if kind else [])])


@st.composite
def commitment(draw: st.DrawFn, *, shared: bool) -> Feature:
    """A least amount."""
    who = one_of(draw, "", " per account") if shared else ""
    of = one_of(draw, "usage", "charges")
    facts = [
        f"amount    {draw(CENTS)} EUR per cycle{who} of {of} before tax",
        f"prorated  {draw(PRORATED)}",
        f"counting  {one_of(draw, 'before', 'after')} discounts",
    ]  # fmt: skip
    return Feature([record("commitment least", facts)], names=["least"])


@st.composite
def discounts(draw: st.DrawFn) -> Feature:
    """Up to three discounts that meet."""
    stacks = draw(st.sampled_from([["multiplied", "added"], ["best only"]]))
    records = []
    for number in range(draw(st.integers(1, 3))):
        of = one_of(draw, "charges", "usage", "fees")
        who = one_of(draw, "", " per line")
        side = one_of(draw, "before", "after")
        kind = one_of(draw, "percent", "amount", "tiers")
        if kind == "percent":
            facts = [f"percent   {draw(st.integers(0, 40))}.5% of {of}{who}"]
        elif kind == "amount":
            facts = [f"amount    {draw(CENTS)} EUR off {of}{who}"]
            facts += maybe(draw, "carries   over")
        else:
            mode = one_of(draw, "graduated", "volume")
            facts = [f"tiers     {mode} of {of}{who}", "tier      up to 1.00 EUR 0%"]
            facts += ["tier      below 5.00 EUR 5%", "tier      above 10%"]
        facts.append(f"applies   {side} tax{one_of(draw, '', ', spread in order')}")
        facts.append(f"order     {number}")
        if kind != "amount":
            facts.append(f"stacks    {draw(st.sampled_from(stacks))}")
        limit = one_of(draw, "", "invoice", "cycle", "contract")
        if limit and "carries   over" not in facts:
            facts.append(f"limit     0.50 EUR per {limit}")
        facts += maybe(draw, "lasts     2 cycles")
        facts += maybe(draw, "when      segment is new")
        records.append(record(f"discount off-{number}", facts))
    return Feature(records)


@st.composite
def taxes(draw: st.DrawFn) -> Feature:
    """A tax, and others of many shapes beside it or on it."""
    records = ['tax vat "VAT"\n  percent   23% of usage, fees\n  shown     as government tax\n']
    shapes = st.lists(
        st.sampled_from(
            [
                ["percent   1.5% of charges, vat"],
                ["percent   10% of charges", "added     included"],
                ["percent   10% of usage", "added     grossed up"],
                ["percent   5% of charges", "exempt    fees when kind is sensor"],
                ["percent   5% of charges", "first     1.00 EUR per invoice exempt by order"],
                ["percent   5% of charges", "first     1.00 EUR per invoice exempt in proportion"],
                ["bracket   up to 1.00 EUR 5% of charges", "bracket   above 7%"],
                ["amount    0.17 EUR per line"],
                ["amount    0.29 EUR per invoice"],
                ["amount    0.01 EUR per event of usage"],
                ["percent   9% of charges", "capped    0.40 EUR per invoice"],
                ["percent   9% of charges", "rounding  up 0.01 EUR per item"],
                ["percent   9% of charges", "before    all discounts"],
                ["percent   3% of fees", "reverse   charge when segment is new"],
                ["base      40% of charges", "percent   8%"],
                ["percent   2% of fees from 2025-01-01", "percent   4% of fees from 2026-02-10"],
            ]
        ),
        max_size=3,
    )  # fmt: skip
    for number, facts in enumerate(draw(shapes)):
        shown = one_of(draw, "government tax", "carrier charge", "not billed")
        if facts[-1].startswith("added     included"):
            shown = "government tax"
        records.append(record(f"tax levy-{number}", [*facts, f"shown     as {shown}"]))
    return Feature(records)


@st.composite
def parties(draw: st.DrawFn, names: list[str]) -> Feature:
    """Costs of calls and data paid to a carrier, and a share of what is charged to a shop."""
    carrier = "party carrier\n  rounding  half-up 0.01 EUR per item\n"
    shop = "party shop\n  rounding  half-up 0.01 EUR per item\n"
    calls = record(
        "cost carried for voice",
        [f"billed    {one_of(draw, '1 s', '60 s')}", f"price     {draw(CENTS)} EUR per min",
         "paid      to carrier"],
    )  # fmt: skip
    volume = record(
        "cost volume for data",
        ["tiers     graduated per cycle counting all usage",
         f"tier      up to 5 MB {draw(CENTS)} EUR per MB",
         f"tier      above {draw(CENTS)} EUR per MB",
         "paid      by carrier"],
    )  # fmt: skip
    share = record(
        "commission share",
        [f"percent   15% of {one_of(draw, 'usage', 'charges', *names)}",
         f"counting  {one_of(draw, 'before', 'after')} discounts", "paid      to shop"],
    )  # fmt: skip
    return Feature([carrier, calls, volume, shop, share])
