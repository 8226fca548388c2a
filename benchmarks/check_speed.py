"""How long `check` takes: one file cold, a thousand files, and a thousand that have not changed.

Whole processes are measured, from the shell's point of view, beside `ruff check` on as many
lines of Python if it is installed (it is, for development): a compiled linter, and so a bound
rather than a peer; and beside yamllint, an interpreted one, where that is installed. What Python
and pydantic take to be there at all, before anything is read, is a floor under the cold file.

    python benchmarks/check_speed.py [FILES]
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

FILES, LINES = 1_000, 100
ONE_COLD, MANY_COLD, MANY_KNOWN = 0.2, 3.0, 0.2
HEAD = """\
plan plan-{n} "Plan {n}"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
  rounding  half-up 0.01 EUR per tax per invoice
window peak
  hours     mon-fri 08:00-20:00
window off-peak
  hours     otherwise
fee monthly "Monthly fee"
  amount    20.{n:02} EUR per month in advance
  prorated  by day, counting the first day
tax vat "VAT"
  percent   23% of fees, usage
  shown     as government tax
"""
RATE = """\
zone z{k} "Zone {k}"
  prefix    +{k}
rate calls-{k} "Calls to {k}" for voice to z{k}
  billed    60 s then 1 s
  price     0.10 EUR per min in peak
  price     0.05 EUR per min in off-peak
  across    windows split, increments carry
"""


def plan(number: int) -> str:
    """A plan of `LINES` lines, unlike the others."""
    text = HEAD.format(n=number % 100)
    for k in range(21, 60):
        if (text + RATE).count("\n") <= LINES:
            text += RATE.format(k=k)
    return text + "# a comment\n" * (LINES - text.count("\n"))


def seconds(*command: str, best_of: int = 1, **environment: str) -> float:
    """The time of a process, the best of some runs; what it writes is not shown."""
    took = []
    for _ in range(best_of):
        began = perf_counter()
        done = subprocess.run(command, capture_output=True, env={**os.environ, **environment})
        took.append(perf_counter() - began)
        if done.returncode not in (0, 1):
            raise SystemExit(f"{' '.join(command[:3])}: {done.stderr.decode()}")
    return min(took)


def peers(folder: Path, files: int) -> dict[str, float]:
    """Other linters on as many files of as many lines."""
    python, yaml = folder / "python", folder / "yaml"
    for place in (python, yaml):
        place.mkdir()
    for number in range(files):
        lines = [f"x{k} = {k + number}" for k in range(LINES)]
        (python / f"m{number}.py").write_text("\n".join(lines) + "\n")
        (yaml / f"m{number}.yaml").write_text(
            "---\n" + "\n".join(f"x{k}: {k + number}" for k in range(LINES - 1)) + "\n"
        )
    found = {}
    places = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    if ruff := shutil.which("ruff", path=places):
        found["ruff"] = seconds(ruff, "check", "--no-cache", "--quiet", str(python), best_of=3)
    if yamllint := shutil.which("yamllint", path=places):
        found["yamllint"] = seconds(yamllint, "-d", "relaxed", str(yaml))
    return found


def main() -> int:
    """Print the numbers; 1 if a budget is not met."""
    files = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    check = (sys.executable, "-m", "ratedsl", "check")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plans = folder / "plans"
        plans.mkdir()
        for number in range(files):
            (plans / f"p{number:04}.rate").write_text(plan(number))
        # A process that may keep no bytecode compiles every module anew.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        one = str(plans / "p0000.rate")
        seconds(*check, "--no-cache", one)  # bytecode and the parser's tables are made once
        results = [
            ("one file, cold", seconds(*check, "--no-cache", one, best_of=7), ONE_COLD),
            (f"{files:,} files", seconds(*check, str(plans)), MANY_COLD * files / FILES),
            (f"{files:,} files unchanged", seconds(*check, str(plans), best_of=5), MANY_KNOWN),
        ]
        floor = seconds(sys.executable, "-c", "import pydantic.main", best_of=7)
        others = peers(folder, files)
    print(f"check, {LINES} lines a file, {os.cpu_count()} cores:")
    for what, took, budget in results:
        met = "met" if took <= budget else "NOT met"
        print(f"  {what:24} {took:7.3f} s   budget {budget:.1f} s   {met}")
    print(
        f"  {'pydantic imported':24} {floor:7.3f} s   ratio of one file {results[0][1] / floor:.1f}"
    )
    for peer, took in others.items():
        print(f"  {peer:24} {took:7.3f} s   ratio of {files:,} files {results[1][1] / took:.1f}")
    return 0 if all(took <= budget for _, took, budget in results) else 1


if __name__ == "__main__":
    sys.exit(main())
