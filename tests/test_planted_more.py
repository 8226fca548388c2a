"""Sixty further mistakes in copies of all shipped plans, of kinds that hide: a minute before
midnight, one network of many, a holiday, the second of two dates, what an allowance hides.

`check` names each, and what it gives as a witness passes as a test; the slow part rates each by
the real commands too.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.load import load
from tests.stored_witness import confirm_by_rate
from tests.test_planted import (
    BORDER,
    CARRIER,
    GO,
    IOT,
    OFFICE,
    ROOT,
    SMART,
    US,
    YOUNG,
    Planted,
    before_tests,
    confirm,
    planted,
)

FIBER = "fiber-us.rate"
UNDER_26 = "smart-20-young.rate"
CALIFORNIA = "taxes/california.rate"

VOLUME_OF_LINES = (
    "  amount    9.90 EUR per month in advance\n",
    "  amount    by tier per month per line in advance\n  tiers     volume\n"
    "  tier      up to 10 lines 9.90 EUR each\n  tier      above 7.90 EUR each\n",
)

HIDDEN = [
    # ---- destinations, directions and networks
    Planted(
        SMART,
        'rate messages-in "Incoming messages" for sms\n  when      direction is '
        "incoming\n  price     0.00 EUR per message\n",
        "",
        "W530",
        "an incoming message",
    ),
    Planted(
        SMART,
        "for sms to portugal, eea, short",
        "for sms to portugal, eea",
        "W530",
        "a message to 1",
    ),
    Planted(
        SMART,
        'Data outside the EEA" for data roaming anywhere',
        'Data outside the EEA" for data roaming 310',
        "W530",
        "`world-data` leaves what is over",
    ),
    Planted(
        GO,
        'rate roam-calls-in "Incoming calls while abroad" for voice roaming anywhere\n'
        "  when      direction is incoming\n  billed    60 s\n  price     15.00 KES per min\n",
        "",
        "W530",
        "an incoming call",
    ),
    Planted(
        OFFICE,
        'rate roam-in "Incoming calls outside the EEA" for voice roaming anywhere\n'
        "  when      direction is incoming\n  billed    60 s\n  price     0.39 EUR per min\n",
        "",
        "W530",
        "an incoming call",
    ),
    Planted(
        GO, "voice to world, nanp, caribbean", "voice to world, caribbean", "W530", "a call to +1"
    ),
    Planted(
        US,
        'rate talk-world "International calls" for voice to world\n  billed    60 s\n'
        "  price     0.25 USD per min\n",
        "",
        "W530",
        "a call to",
    ),
    Planted(
        US,
        'rate picture-in "Incoming picture messages" for mms\n  when      direction is '
        "incoming\n  price     0.00 USD per message\n",
        "",
        "W530",
        "an incoming picture message",
    ),
    Planted(
        BORDER,
        'rate text-away "Messages while in Mexico" for sms roaming roam-mexico\n'
        "  price     0.02 USD per message\n",
        "",
        "W530",
        "a message",
    ),
    Planted(
        FIBER,
        "for data\n  price     10.00",
        "for data\n  when      line is fast\n  price     10.00",
        "W530",
        "data on",
    ),
    Planted(
        UNDER_26,
        "  drops     discount loyalty\n",
        "  drops     discount loyalty\n  drops     rate voice-national\n",
        "W530",
        "has no rate",
    ),
    Planted(
        SMART,
        "  due       20 days after close\n",
        "  due       20 days after close\n  offers    data when direction is incoming\n",
        "W530",
        "incoming data",
    ),
    Planted(
        IOT,
        "  due       30 days after close\n",
        "  due       30 days after close\n  offers    sms when direction in incoming, outgoing\n",
        "W530",
        "an incoming message",
    ),
    Planted(
        CARRIER,
        "  due       30 days after close\n",
        "  due       30 days after close\n  offers    voice to world\n",
        "W530",
        "a call to +2",
    ),
    # ---- windows, holidays and dates
    Planted(
        SMART,
        "sat-sun, holidays pt 00:00-24:00\nwindow week\n  hours     otherwise",
        "sat-sun, holidays pt 00:00-24:00\nwindow week\n  hours     mon-fri 00:00-23:59\n"
        "  except    holidays pt",
        "W531",
        "at 23:59",
    ),
    Planted(
        SMART,
        "sat-sun, holidays pt 00:00-24:00\nwindow week\n  hours     otherwise",
        "sat-sun 00:00-24:00\nwindow week\n  hours     mon-fri 00:00-24:00\n"
        "  except    holidays pt",
        "W531",
        "2026-",
    ),
    Planted(
        YOUNG,
        "window off-peak\n  hours     otherwise",
        "window off-peak\n  hours     mon-fri 20:00-08:00",
        "W531",
        "has no price",
    ),
    Planted(GO, "  price     1.80 KES per min in sunday\n", "", "W560", "`sunday`", False),
    Planted(
        OFFICE,
        "window off-hours\n  hours     otherwise",
        "window off-hours\n  hours     daily 18:00-08:00",
        "W531",
        "at 08:00",
    ),
    Planted(
        BORDER,
        "window day\n  hours     otherwise",
        "window day\n  hours     mon-fri "
        "07:00-19:00\n  dates     2026-01-01 through 2026-12-31\n  order     3",
        "W531",
        "2027-01",
    ),
    Planted(
        SMART,
        "0.45 EUR per min in week",
        "0.45 EUR per min in week from 2026-01-01 through 2026-12-31",
        "W531",
        "2027-01-0",
    ),
    Planted(
        OFFICE,
        "  price     0.07 EUR per message\nrate messages-abroad",
        "  price     0.07 EUR per message from 2026-01-01 through 2026-06-30\n"
        "  price     0.08 EUR per message from 2026-08-01\nrate messages-abroad",
        "W531",
        "2026-07-01",
    ),
    Planted(
        CARRIER,
        "0.00281 GBP per min from 2026-09-01",
        "0.00281 GBP per min from 2026-09-01 through 2026-12-31",
        "W531",
        "2027-01-01",
    ),
    Planted(
        "shared/deck-wholesale.csv",
        "+234,Nigeria,0.06450,2026-01-01,\n",
        "+234,Nigeria,0.06450,2026-01-01,2026-05-31\n+234,Nigeria,0.07450,2026-07-01,\n",
        "W531",
        "a call to +234",
        plan=CARRIER,
    ),
    Planted(
        GO,
        "  tier      above 0.15 KES per MB\n",
        "  tier      above 0.15 KES per MB from 2026-01-01 through 2026-09-30\n",
        "W531",
        "2026-10-01",
    ),
    Planted(
        YOUNG,
        "percent   10% of monthly from 2026-07-01\n",
        "percent   10% of monthly from "
        "2026-07-01 through 2026-12-31\n  percent   12% of monthly from 2027-02-01\n",
        "W532",
        "`loyalty` holds from 2027-01-01 through 2027-01-31",
        witness=False,
    ),
    Planted(
        FIBER,
        "70.00 USD per month in advance from 2026-01-01\n",
        "70.00 USD per month in "
        "advance from 2026-01-01 through 2026-12-31\n  amount    75.00 USD per month in "
        "advance from 2027-03-01\n",
        "W532",
        "2027-01-01 through 2027-02-28",
    ),
    Planted(
        CALIFORNIA,
        "4.75% of charges through 2023-03-31\n",
        "4.75% of charges through 2023-03-31\n  percent   5% of charges from 2024-01-01\n",
        "W532",
        "`ults` holds from 2023-04-01",
        witness=False,
    ),
    # ---- what nothing reaches
    Planted(
        SMART,
        "  when      lines >= 2\n",
        "  when      lines >= 2 and lines < 2\n",
        "W540",
        "`lines` never applies",
        witness=False,
    ),
    Planted(
        SMART,
        "23% of charges from 2011-01-01\n",
        "23% of charges from 2011-01-01\n  when      segment is a and segment is b\n",
        "W540",
        "`vat-pt` never applies",
        witness=False,
    ),
    Planted(
        FIBER,
        "  amount    3.50 USD per month in advance\n",
        "  amount    3.50 USD per month in advance\n  when      kind is a and kind is b\n",
        "W540",
        "`upkeep` never applies",
        witness=False,
    ),
    Planted(
        GO,
        "  price     45.00 KES per min\n",
        "  price     45.00 KES per min\n  when      length < 10 s and length > 20 s\n",
        "W540",
        "`roam-calls` never applies",
        witness=False,
    ),
    Planted(
        BORDER,
        'rate text-in "Incoming messages" for sms\n',
        "rate text-all for sms\n  when"
        "      direction in incoming, forwarded\n  order     1\n  price     0.05 USD per "
        'message\nrate text-in "Incoming messages" for sms\n  order     2\n',
        "W540",
        "`text-in` never applies",
    ),
    Planted(
        FIBER,
        "  price     10.00 USD per started 50 GB\n",
        "  when      volume <= 1 GB\n"
        "  tiers     volume per event counting all usage\n  tier      up to 2 GB 5.00 USD per "
        "GB\n  tier      above 4.00 USD per GB\n",
        "W541",
        "`more-data` ever reaches",
    ),
    Planted(
        IOT,
        "  price     0.05 EUR per message\n",
        "  price     0.05 EUR per message in old\n"
        "  price     0.04 EUR per message in now\n  across    windows by start\nwindow old\n"
        "  hours     daily 00:00-24:00\n  dates     2025-01-01 through 2025-12-31\n"
        "  order     1\nwindow now\n  hours     otherwise\n",
        "W542",
        "`old` is never open",
        witness=False,
    ),
    Planted(
        GO,
        "  prefix    +25470\n",
        "  prefix    +2547\n  prefix    +25470\n",
        "W543",
        "+25470",
        witness=False,
    ),
    Planted(
        CARRIER,
        "  prefix    +447\n",
        "  prefix    +447\n  prefix    +4479\n",
        "W543",
        "+4479",
        witness=False,
    ),
    Planted(
        IOT,
        "0.60 EUR per month in arrears from 2026-01-01",
        "0.55 EUR per month in arrears "
        "from 2025-06-01\n  amount    0.60 EUR per month in arrears from 2026-01-01",
        "W544",
        "before anybody holds",
        witness=False,
    ),
    Planted(
        YOUNG,
        "  draws     billed units\n  ends      split\n  after     own rate\n  order     20\n",
        "  draws     billed units in 20 GB steps\n  ends      split\n  after     own "
        "rate\n  order     20\n",
        "W545",
        "more than it grants",
    ),
    Planted(
        YOUNG,
        "  covers    voice to national, eu\n",
        "  covers    voice to national, eu in launch\n",
        "W545",
        "never open",
        witness=False,
    ),
    # ---- bills that fall
    Planted(
        SMART, "5.00 EUR off monthly", "45.00 EUR off monthly", "W550", "2 lines cost less than 1"
    ),
    Planted(
        OFFICE,
        "  percent   10% of seat\n",
        "  percent   40% of seat\n",
        "W550",
        "4 lines cost less than 3",
    ),
    Planted(OFFICE, *VOLUME_OF_LINES, "W550", "11 lines cost less than 10"),
    Planted(
        OFFICE,
        "  # allow W550: who needs more than 5 GB is to pay the lower price for all of it\n",
        "",
        "W550",
        "6 GB cost less than 5 GB",
    ),
    Planted(
        CARRIER,
        "  # allow W550: carriers are promised the lower price for the whole volume\n",
        "",
        "W550",
        "cost less",
    ),
    Planted(
        IOT,
        *before_tests(
            "discount tenth\n  percent   10% of messages\n  applies   before "
            "tax\ncommitment texts\n  amount    9.00 EUR per cycle of messages before tax\n"
            "  prorated  not\n  counting  before discounts"
        ),
        "W550",
        "of `messages` cost less",
    ),
    Planted(
        GO,
        *before_tests(
            "discount bulk\n  tiers     volume of messages\n  tier      up to "
            "500.00 KES 0%\n  tier      above 10%\n  applies   before tax"
        ),
        "W550",
        "of `messages` cost less",
    ),
    Planted(
        US,
        '"Calls to the Caribbean" for voice to caribbean\n  billed    60 s\n  price     '
        "0.35 USD per min\n",
        '"Calls to the Caribbean" for voice to caribbean\n'
        "  when      length <= 10 min\n  billed    60 s\n  price     0.35 USD per min\n"
        "rate talk-long for voice to caribbean\n  when      length > 10 min\n  billed    60 s\n"
        "  price     0.25 USD per min\n",
        "W550",
        "11 min cost less than 10 min",
    ),
    Planted(
        BORDER,
        "  tiers     graduated per cycle counting all usage\n  tier      up to 100 "
        "messages 0.00 USD per message\n  tier      above 0.01 USD per message\n",
        "  tiers     volume per cycle counting all usage\n  tier      up to 100 messages 0.01 "
        "USD per message\n  tier      above 0.01 USD per message from 2026-01-01\n"
        "  tier      above 0.005 USD per message from 2026-06-01\n",
        "W550",
        "101 messages cost less than 100",
    ),
    # ---- limits and discounts
    Planted(
        US,
        "80.00 USD per cycle of data-home",
        "3.00 USD per cycle of data-home",
        "W551",
        "more than `overage-stop` allows",
    ),
    Planted(
        FIBER,
        "100.00 USD per cycle of more-data",
        "5.00 USD per cycle of more-data",
        "W551",
        "more than `more-data-stop` allows",
    ),
    Planted(
        GO,
        "  setup     3.00 KES per call\n",
        "  setup     3.00 KES per call\n  maximum   2.00 KES per call, then free\n",
        "W551",
        "below its fees",
    ),
    Planted(
        CARRIER,
        *before_tests(
            "cap most\n  amount    40.00 GBP per cycle per account of usage "
            "before tax\n  then      free"
        ),
        "W551",
        "below the commitment `volume`",
    ),
    Planted(
        US,
        *before_tests(
            "discount family\n  percent   60% of line-fee\n  applies   before "
            "tax\n  stacks    added\n  order     1\ndiscount veteran\n  percent   50% of line-fee\n"
            "  applies   before tax\n  stacks    added\n  when      segment is veteran\n"
            "  order     2"
        ),
        "W552",
        "take off 110% together",
    ),
    Planted(
        US,
        *before_tests(
            "discount welcome\n  amount    50.00 USD off activation\n  applies   before tax"
        ),
        "W553",
        "`welcome` takes 50.00 USD off",
    ),
    Planted(
        FIBER,
        *before_tests(
            "discount gift\n  amount    80.00 USD off internet\n"
            "  applies   before tax\n  lasts     3 cycles"
        ),
        "W553",
        "`gift` takes 80.00 USD off",
    ),
    # ---- cost and amounts
    Planted(
        CARRIER,
        *before_tests(
            'cost carriers from "shared/deck-international.csv" for voice\n'
            "  priced    in GBP per min"
        ),
        "W554",
        "and costs",
    ),
    Planted(
        OFFICE,
        *before_tests(
            'cost carriers from "shared/deck-wholesale.csv" for voice\n  priced    in EUR per min'
        ),
        "W554",
        "and costs",
    ),
    Planted(
        IOT,
        *before_tests(
            "cost carried for data roaming anywhere\n  price     0.80 EUR per "
            "MB from 2026-01-01\n  price     1.00 EUR per MB from 2026-10-01"
        ),
        "W554",
        "2026-10-01",
    ),
    Planted(GO, "half-up 0.0001 KES per event", "half-up 1 KES per event", "W555", "0.40 KES"),
    Planted(
        OFFICE,
        'rate shared-cost-calls "Calls to 0180" for voice to shared-cost\n'
        "  price     0.20 EUR per call\n",
        "",
        "W560",
        "zone `shared-cost`",
        False,
    ),
    Planted(FIBER, "grant     1.2 TB", "grant     12000000 TB", "W570", "`data`", witness=False),
]


def test_there_are_sixty() -> None:
    assert len(HIDDEN) >= 60
    assert {one.plan or one.file for one in HIDDEN} >= {
        path.name for path in (ROOT / "plans").glob("*.rate")
    }


def named(one: Planted, tmp_path: Path) -> tuple[Path, list[Diagnostic]]:
    """The plan with the mistake, and the findings that name it."""
    path = planted(tmp_path, one)
    if "in launch" in one.new:
        launch = (
            "window launch\n  hours     daily 00:00-24:00\n"
            "  dates     2025-10-01 through 2025-12-31\n"
        )
        path.write_text(path.read_text().replace("\nwindow peak", f"\n{launch}window peak"))
    found = load(path, prove=True).diagnostics
    assert [each for each in found if each.is_error] == []
    return path, [
        each
        for each in found
        if each.code == one.code and (one.words in each.message or one.words in each.label)
    ]


def ids(one: Planted) -> str:
    return f"{one.code}-{Path(one.file).stem}"


@pytest.mark.parametrize("one", HIDDEN, ids=ids)
def test_check_names_what_hides(one: Planted, tmp_path: Path) -> None:
    path, found = named(one, tmp_path)
    assert found, [(each.code, each.message) for each in load(path, prove=True).diagnostics]
    assert bool(found[0].witness) == one.witness
    if one.witness:
        confirm(path, found[0].witness)


@pytest.mark.slow
@pytest.mark.parametrize("one", [one for one in HIDDEN if one.witness], ids=ids)
def test_the_rate_command_agrees(one: Planted, tmp_path: Path) -> None:
    path, found = named(one, tmp_path)
    confirm_by_rate(path, found[0].witness, tmp_path / "stored")
