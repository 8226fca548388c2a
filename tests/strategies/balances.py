"""What usage draws on, and what holds it: allowances, pools, wallets, caps."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.strategies.words import CENTS, Feature, maybe, one_of, record

COVERED = {
    "voice": ("voice to landline", "min"), "data": ("data", "MB"), "sms": ("sms", "messages"),
}  # fmt: skip


@st.composite
def allowance(draw: st.DrawFn, service: str, order: int, *, shared: bool) -> Feature:
    """What a line, a pool or the account has of a service, by any of the ways to draw it."""
    covers, unit = COVERED[service]
    one = unit.rstrip("s")
    per = one_of(
        draw, "cycle", "cycle", "day", "week", "month", "contract", "2 cycles", "10 days",
        *(["cycle per account", "pooled", "pool"] if shared else []),
    )  # fmt: skip
    span = "cycle" if per.startswith("pool") else per
    facts = [
        f"grant     {draw(st.integers(1, 20))} {unit} per {span}",
        f"covers    {covers}{one_of(draw, '', ' when kind is not b')}",
        f"draws     {one_of(draw, 'billed', 'actual')} units",
        f"ends      {one_of(draw, 'split', 'whole event')}",
        f"order     {order}",
    ]
    slowed = ["slowed to 128 kbit/s"] if service == "data" else []
    after = one_of(
        draw, "own rate", "blocked", f"{draw(CENTS)} EUR per {one}",
        f"{draw(CENTS)} EUR per {one} capped 0.50 EUR per {one_of(draw, 'call', 'day', 'cycle')}",
        *slowed,
    )  # fmt: skip
    facts.append(f"after     {after}")
    setups = ["waived", "charged", f"{draw(CENTS)} EUR per {one_of(draw, 'call', 'day', 'cycle')}"]
    facts.append(f"setup     {one_of(draw, *setups)}")
    records = []
    if per == "pooled":
        facts.append("pooled    across account")
        facts += maybe(draw, f"limit     {draw(st.integers(1, 20))} {unit} per line")
    elif per == "pool":
        facts.append("pooled    across pool sensors")
        records.append("pool sensors\n  members   lines when kind is sensor\n")
    if span in ("cycle", "cycle per account"):
        used = one_of(draw, "first", "last")
        fresh = one_of(draw, "", ", newest first", ", oldest first")
        cycles = one_of(draw, "1 cycle", "2 cycles")
        facts += maybe(draw, f"rollover  {cycles} up to 9 {unit}, used {used}{fresh}")
        if draw(st.booleans()):
            facts.append("prorated  by day, counting the first day")
    name = f"free-{service}"
    return Feature([*records, record(f"allowance {name}", facts)], names=[name])


@st.composite
def money(draw: st.DrawFn, service: str, order: int) -> Feature:
    """An allowance of money."""
    covers, _ = COVERED[service]
    facts = [
        f"grant     {draw(CENTS)} EUR per cycle",
        f"covers    {covers}",
        f"ends      {one_of(draw, 'split', 'whole event')}",
        f"order     {order}",
        f"after     {one_of(draw, 'own rate', 'blocked')}",
    ]
    facts += maybe(draw, "rollover  1 cycle, used first")
    return Feature([record("allowance purse", facts)], names=["purse"])


@st.composite
def wallets(draw: st.DrawFn, *, shared: bool) -> Feature:
    """One wallet, or a bonus before it."""
    held = st.sampled_from(["per line", "per account"] if shared else ["per line"])
    records = []
    if draw(st.booleans()):
        facts = ["pays      usage", f"held      {draw(held)}", "after     next wallet"]
        facts += [f"taxed     {one_of(draw, 'at top-up', 'when used')}", "order     1"]
        facts += maybe(draw, "expires   through 2026-02-15")
        records.append(record("wallet bonus", facts))
    facts = [f"pays      {one_of(draw, 'usage', 'charges')}", f"held      {draw(held)}"]
    facts.append(f"after     {one_of(draw, 'blocked', 'invoiced')}")
    facts += [f"taxed     {one_of(draw, 'at top-up', 'when used')}", "order     2"]
    facts += maybe(draw, f"expires   after 20 days{one_of(draw, '', ', renewed by top-up')}")
    return Feature(
        [*records, record("wallet credit", facts)], facts=["rounding  up 0.01 EUR per event"]
    )


@st.composite
def cap(draw: st.DrawFn, *, shared: bool) -> Feature:
    """A limit on usage."""
    span = one_of(draw, "cycle", "day", "week", "month")
    who = one_of(draw, "", " per account") if shared else ""
    facts = [
        f"amount    {draw(CENTS)}1 EUR per {span}{who} of usage before tax",
        f"then      {one_of(draw, 'blocked', 'free', 'continues')}",
        "alert     at 80%",
    ]
    return Feature([record("cap stop", facts)])
