"""Sound plans that are unusual, one or more for each section of docs/language.md: no proof says
anything of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ratedsl.plan.load import load

HEAD = """\
plan p
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.0001 EUR per event
  rounding  half-up 0.01 EUR per item
  rounding  half-up 0.01 EUR per tax per invoice
"""
CALLS = "rate calls for voice\n  price     0.10 EUR per min\n"
DATA = "rate data for data\n  price     1.00 EUR per GB\n"
TEXTS = "rate texts for sms\n  price     0.10 EUR per message\n"
FEE = "fee monthly\n  amount    20.00 EUR per month in advance\n  prorated  not\n"
GRANT = "  draws     actual units\n  ends      split\n  after     own rate\n"

SOUND = {
    "dates: a price that the plan is sold after": "  sold      from 2026-07-01\n"
    + "rate calls for voice\n  price     0.10 EUR per min from 2026-01-01\n"
    + "  price     0.12 EUR per min from 2027-01-01\n",
    "plan: bills on the 31st, quarterly": "".join(
        [
            FEE,
            CALLS,
            "commitment q\n  amount    30.00 EUR per quarter of usage before tax\n"
            "  prorated  not\n  counting  before discounts\n",
        ]
    ),
    "plan: offers what a wider rate takes": "  offers    voice to +351291\n"
    "  offers    sms to +34\n" + CALLS + TEXTS,
    "plan: kept prices": "  keeps     price of signup for 24 months\n"
    "rate calls for voice\n  price     0.10 EUR per min from 2026-01-01\n"
    "  price     0.12 EUR per min from 2026-07-01\n",
    "plan: a trial": "  trial     2 weeks\n" + FEE + CALLS,
    "plan: bills at once": "  bills     at once when usage >= 50 EUR\n" + TEXTS,
    "plan: the subscriber's own clock": "  timezone2\n",
    "use: nothing": CALLS,
    "unit and service: by the peak": "unit Mbit\nservice transit\n"
    "  measured  in Mbit by peak per 5 min, empty intervals skipped\n"
    "rate transit for transit\n  price     2.00 EUR per Mbit\n",
    "service: each listed value has its rate": "unit kWh\n  decimals  3\nservice charging\n"
    "  measured  in kWh\n  attribute plug one of ac, dc\n"
    "rate slow for charging\n  when      plug is ac\n  price     0.30 EUR per kWh\n"
    "rate fast for charging\n  when      plug is dc\n  price     0.50 EUR per kWh\n",
    "zone: ranges, exceptions, and what they leave": "zone premium\n"
    "  prefix    +351760 through +351762\n  except    +3517610\nzone national\n  prefix    +351\n"
    "rate national for voice to national\n  price     0.10 EUR per min\n"
    "rate premium for voice to premium\n  price     0.60 EUR per min\n",
    "zone: one includes what another excepts": "zone town\n  prefix    +351291\nzone rest\n"
    "  prefix    +3512\n  except    +351291\nzone all\n  includes  town, rest\n"
    "rate all for voice to all\n  price     0.10 EUR per min\n"
    "rate town for sms to town\n  price     0.10 EUR per message\n"
    "rate rest for sms to rest\n  price     0.10 EUR per message\n",
    "zone: the lines of the account": "zone family\n  lines     of account\nzone national\n"
    "  prefix    +351\nrate among for voice to family\n  price     0.00 EUR per min\n"
    "rate national for voice to national\n  price     0.10 EUR per min\n",
    "holidays: Easter, and hours past midnight": "holidays pt\n  easter    2 days before\n"
    "  date      2026-12-25\nwindow free\n  hours     sat-sun, holidays pt 22:00-06:00\n"
    "window usual\n  hours     otherwise\nrate calls for voice\n"
    "  price     0.10 EUR per min in usual\n  price     0.05 EUR per min in free\n"
    "  across    windows by start\n",
    "window: a summer that is not this one": "window summer\n  hours     daily 00:00-24:00\n"
    "  dates     2029-07-01 through 2029-08-31\n  order     1\nwindow usual\n"
    "  hours     otherwise\nrate calls for voice\n  price     0.10 EUR per min in usual\n"
    "  price     0.05 EUR per min in summer\n  across    windows by start\n",
    "window: only increments differ": "window peak\n  hours     mon-fri 08:00-20:00\n"
    "rate calls for voice\n  billed    60 s in peak\n  billed    1 s\n"
    "  price     0.10 EUR per min\n  across    windows by start\n",
    "window: the hour that is skipped and comes twice": "window early\n"
    "  hours     daily 01:00-02:00\nwindow rest\n  hours     otherwise\nrate calls for voice\n"
    "  price     0.60 EUR per min in rest\n  price     0.30 EUR per min in early\n"
    "  across    windows split, increments carry\n",
    "rate: autopay is cheaper": "rate paid for voice\n  when      payment is autopay\n"
    "  order     1\n  price     0.08 EUR per min\nrate calls for voice\n  order     2\n"
    "  price     0.10 EUR per min\n",
    "rate: every length has its own, dearer at each bound": "rate a for voice\n"
    "  when      length <= 60 s\n  price     0.10 EUR per min\nrate b for voice\n"
    "  when      length > 60 s and length < 10 min\n  price     0.12 EUR per min\n"
    "rate c for voice\n  when      length >= 10 min\n  price     0.15 EUR per min\n",
    "rate: by slice and class, and all else": "rate fast for data\n"
    "  when      s-nssai is 1-010203 and qci in 1, 2\n  order     1\n"
    "  price     4.00 EUR per GB\nrate data for data\n  order     2\n  price     2.00 EUR per GB\n",
    "rate: attempts, grace and a free call": "rate calls for voice\n  attempt   0.03 EUR per call\n"
    "  unanswered charged\n  grace     3 s per call\n  free      first 1 calls per cycle\n"
    "  price     0.10 EUR per min\n  minimum   0.10 EUR per call\n"
    "  maximum   0.10 EUR per call, then free\n",
    "rate: beside another, by another measure": "unit kWh\n  decimals  3\nservice charging\n"
    "  measured  in kWh\n  attribute parking in min\nrate energy for charging\n"
    "  price     0.30 EUR per kWh\nrate parking for charging\n  adds      to energy\n"
    "  billed    15 min\n  price     2.00 EUR per h of parking\n",
    "rate: first minutes cost more": "rate calls for voice\n  price     0.30 EUR per min first "
    "3 min\n  price     0.10 EUR per min\n",
    "rate: tiers that begin free": "rate texts for sms\n"
    "  tiers     graduated per cycle counting all usage\n"
    "  tier      up to 100 messages 0.00 EUR per message\n  tier      above 0.05 EUR per message\n",
    "rate: seconds so cheap that one is nothing": "rate calls for voice\n"
    "  price     0.00004 EUR per s\n",
    "allowance: messages draw minutes, in steps": CALLS + TEXTS + "allowance talk\n"
    "  grant     500 min per cycle\n  covers    voice\n  covers    sms counting 1 message as "
    "1 min\n  draws     billed units in 30 s steps\n  ends      whole event\n"
    "  after     own rate\n",
    "allowance: zero-rated beside it": "rate data for data\n  when      app is not chat\n"
    "  price     1.00 EUR per GB\nrate chat for data\n  when      app is chat\n"
    "  price     0.00 EUR per GB\nallowance fair\n  grant     4 GB per cycle\n"
    "  covers    data when app is not chat\n" + GRANT,
    "allowance: for what comes in": CALLS + "rate received for voice\n"
    "  when      direction is incoming\n  price     0.10 EUR per min\nallowance in-minutes\n"
    "  grant     100 min per cycle\n  covers    voice when direction is incoming\n" + GRANT,
    "allowance: all there is, and then none": "allowance talk\n  grant     100 min per cycle\n"
    "  covers    voice\n  draws     actual units\n  ends      split\n  after     blocked\n",
    "allowance: money": CALLS + "allowance talk\n  grant     5.00 EUR per cycle\n"
    "  covers    voice\n  ends      split\n  after     own rate\n",
    "allowance: sized by the fee": FEE + DATA + "allowance fair\n"
    "  sized     2 x monthly net / 7.70 EUR per GB, rounded half-up 0.01 GB\n"
    "  covers    data\n" + GRANT,
    "pool: of some lines": DATA + "pool sensors\n  members   lines when kind is sensor\n"
    "allowance shared\n  grant     25 MB per cycle\n  covers    data\n"
    "  pooled    across pool sensors\n" + GRANT,
    "wallet: prepaid": TEXTS + "wallet credit\n  pays      usage\n  held      per line\n"
    "  after     blocked\n",
    "cap: abroad, by the month": "rate abroad for data roaming anywhere\n"
    "  price     10.00 EUR per GB\ncap shock\n"
    "  amount    50.00 EUR per month per account of usage roaming anywhere before tax\n"
    "  then      blocked\n",
    "fee: by number, in arrears, then less": "fee seat\n"
    "  amount    by tier per month per seat in arrears\n  tiers     graduated\n"
    "  tier      up to 10 seats 12.00 EUR each\n  tier      above 9.00 EUR each\n"
    "  prorated  not\n",
    "fee: indexed, in instalments, with a term": "fee phone\n  amount    100.00 EUR once per "
    "phone\n  spread    over 3 cycles, rest due\nfee line\n"
    "  amount    20.00 EUR per month in arrears\n  prorated  by day, counting the first day\n"
    "  indexed   3% from 2027-01-01, rounded half-up 0.01 EUR\n  term      12 months then renews\n"
    "  leaving   50% of remaining\n",
    "commitment: after discounts": CALLS + "commitment least\n"
    "  amount    50.00 EUR per cycle of usage before tax\n  prorated  not\n"
    "  counting  after discounts\ndiscount ten\n  percent   10% of calls\n"
    "  applies   before tax\n",
    "discount: half, for a while": FEE + "discount half\n  percent   50% of fees\n"
    "  applies   before tax\n  when      lines >= 2\n  lasts     3 cycles\n",
    "discount: two that never meet": FEE + "discount a\n  percent   60% of fees\n"
    "  applies   before tax\n  stacks    added\n  when      segment is a\n  order     1\n"
    "discount b\n  percent   60% of fees\n  applies   before tax\n  stacks    added\n"
    "  when      segment is b\n  order     2\n",
    "discount: what is left is carried over": FEE
    + "discount friend\n"
    "  amount    50.00 EUR off fees\n  applies   before tax\n  code      FRIEND\n"
    "  carries   over\n".replace("FRIEND", '"FRIEND"'),
    "tax: of a shape that changes": FEE + "tax levy\n  percent   1% of fees from 2020-01-01\n"
    "  amount    1.20 EUR per line from 2026-01-01\n  shown     as government tax\n",
    "cost: below the price, by share and prefix": CALLS + "cost carried for voice\n"
    "  price     0.04 EUR per min\ncost dialler for voice\n  paid      to dialler\n"
    "  price     10% of charge\nparty dialler\n  rounding  half-up 0.01 EUR per item\n",
    "roaming: home, visited, and the rest": "  home      PT\nzone portugal\n  country   PT\n"
    "  prefix    +351\n  network   268\nzone spain\n  country   ES\n  prefix    +34\n"
    "  network   214\nzone eu\n  includes  portugal, spain\n"
    "rate domestic for voice to home\n  price     0.10 EUR per min\n"
    "rate within for voice to visited roaming eu\n  price     0.15 EUR per min\n"
    "rate back for voice to home roaming eu\n  price     0.19 EUR per min\n"
    "rate others for voice roaming eu\n  price     0.60 EUR per min\n",
    "matrix: with a default": "service request\n  measured  in events\nrate requests for request\n"
    "  matrix    region, class\n  cell      eu, gold 0.03 EUR per event\n"
    "  cell      otherwise 0.05 EUR per event\n",
    "corrections: below zero": "  negative  credited\n" + CALLS,
    "exchange: in dollars": "  exchange  1.25 USD per EUR from 2026-01-01\n"
    "  rounding  half-up 0.0001 EUR per exchange\n"
    "rate abroad for voice roaming anywhere\n  price     0.50 USD per min\n",
    "rounding: down, in whole events": CALLS.replace("0.10", "0.0006"),
}
SOUND["plan: the subscriber's own clock"] = CALLS


@pytest.mark.parametrize("name", SOUND)
def test_nothing_is_said_of_a_sound_plan(name: str, tmp_path: Path) -> None:
    path = tmp_path / "p.rate"
    head = HEAD
    if "own clock" in name:
        head = head.replace("Europe/Lisbon", "subscriber, else Europe/Lisbon")
    if "31st" in name:
        head = head.replace("monthly on day 1", "monthly on day 31, or the last day")
    path.write_text(head + SOUND[name])
    found = load(path, prove=True).diagnostics
    assert [(one.code, one.message) for one in found] == []


def test_there_are_forty() -> None:
    assert len(SOUND) >= 40
