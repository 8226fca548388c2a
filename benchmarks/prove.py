"""What the proofs of `check` take beside reading each shipped plan, many rates and a large deck.

Processor time is measured, so that what else runs on the machine does not count.

python benchmarks/prove.py
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import process_time

from ratedsl.plan.load import load
from ratedsl.proofs import prove

PLANS = Path(__file__).parents[1] / "plans"
ROWS = 300_000
RATES = 1_500
BUDGET = 1.0
DECK = """\
plan p
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.0001 EUR per event
  rounding  half-up 0.01 EUR per item
zone world
  prefix    +2
  prefix    +3
deck intl from "deck.csv" for voice
  priced    in EUR per min
rate messages for sms to world
  price     0.10 EUR per message
"""


PRICED = """\
zone z{n}
  prefix    +{n}
rate calls-{n} for voice to z{n}
  billed    60 s then 1 s
  price     0.1{k} EUR per min in peak
  price     0.05 EUR per min in rest
  across    windows by start
"""
WINDOWS = """\
window peak
  hours     mon-fri 08:00-20:00
window rest
  hours     otherwise
"""


def main() -> None:
    """Print a line for each plan; the last says whether the slowest keeps within a second."""
    slowest = 0.0
    for path in sorted(PLANS.glob("*.rate")):
        slowest = max(slowest, measure(path, path.stem))
    with tempfile.TemporaryDirectory() as folder:
        random = Random(1)
        prefixes: set[str] = set()
        while len(prefixes) < ROWS:
            prefixes.add(f"+{random.randint(1, 9)}{random.randrange(10 ** random.randint(2, 7))}")
        rows = "".join(f"{one},there,0.01,2026-01-01,\n" for one in sorted(prefixes))
        Path(folder, "deck.csv").write_text(f"prefix,name,price,from,through\n{rows}")
        path = Path(folder) / "p.rate"
        path.write_text(DECK)
        measure(path, f"deck, {ROWS:,} rows")
        wide = Path(folder) / "wide.rate"
        head = DECK[: DECK.index("zone ")]
        priced = (PRICED.format(n=n, k=n % 9) for n in range(10_000, 10_000 + RATES))
        wide.write_text(f"{head}{WINDOWS}{''.join(priced)}")
        measure(wide, f"{RATES:,} rates")
    print(f"the slowest shipped plan takes {slowest * 1000:.0f} ms of {BUDGET * 1000:.0f}")


def measure(path: Path, name: str) -> float:
    """Read a plan once, prove it twice, and print what that took."""
    start = process_time()
    plan = load(path).plan
    read = process_time() - start
    assert plan is not None
    proven = best(lambda: prove(plan))
    print(f"{name:20} read {read * 1000:7.1f} ms   proven {proven * 1000:7.1f} ms")
    return proven


def best(work: Callable[[], object]) -> float:
    """The shorter of two runs."""
    taken = []
    for _ in range(2):
        start = process_time()
        work()
        taken.append(process_time() - start)
    return min(taken)


if __name__ == "__main__":
    main()
