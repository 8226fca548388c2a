"""Long lists of what a zone holds, in a CSV file: prefixes, ranges, networks, countries.

The header names its columns: `prefix` with `through` and `name`, `except` for prefixes that the
zone does not hold, `network`, `country`. A number that was ported is a prefix of full length.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.countries import COUNTRIES
from ratedsl.plan.networks import is_network
from ratedsl.plan.table import COMMON, Table, read_text

COLUMNS = ("prefix", "through", "name", "except", "network", "country")

PREFIX = re.compile(r"\+?[0-9]{1,15}")
# A range that needs more prefixes than this is no range of numbers.
_MOST_PREFIXES = 400


@dataclass
class Listing:
    """What a file lists; `digest` names the content."""

    path: str
    prefixes: dict[str, str] = field(default_factory=dict)
    excepted: set[str] = field(default_factory=set)
    networks: set[str] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)
    digest: str = ""


def read_listing(path: Path, shown: str) -> tuple[Listing, list[Diagnostic]]:
    """The list and what is wrong with its rows; a wrong row is left out.

    Raises OSError where the file cannot be read. Unchanged files are read once a process.
    """
    status = path.stat()
    return _read(path, shown, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _read(path: Path, shown: str, _changed: int, _size: int) -> tuple[Listing, list[Diagnostic]]:
    table = Table(shown, read_text(path), COMMON, "list")
    listing = Listing(shown)
    rows = table.rows()
    header = next(rows, None)
    if header is None:
        table.report(1, "this list is empty", "give it a header, such as prefix,name")
        return listing, table.found
    columns = table.columns(header[1], COLUMNS)
    if not {"prefix", "except", "network", "country"} & columns.keys():
        table.report(
            1,
            "this list has no column of places",
            "its header names at least one of prefix, except, network and country",
        )
        return listing, table.found
    width = len(header[1])
    for line, cells in rows:
        if table.fits(line, cells, width):
            _row(table, listing, line, _cells(columns, cells))
    listing.digest = _digest(listing)
    return listing, table.findings()


def _cells(columns: dict[str, int], cells: list[str]) -> dict[str, str]:
    return {name: cells[index] for name, index in columns.items() if index < len(cells)}


def _row(table: Table, listing: Listing, line: int, cells: dict[str, str]) -> None:
    prefix, last = cells.get("prefix", ""), cells.get("through", "")
    for cell in (prefix, cells.get("except", ""), last):
        if cell and not PREFIX.fullmatch(cell):
            table.report(
                line, f"`{cell}` is no prefix", "write up to 15 digits, `+` first in E.164", cell
            )
            return
    if last:
        covered = prefixes_between(prefix, last)
        if covered is None:
            table.report(
                line,
                f"`{prefix}` through `{last}` is no range of numbers",
                "give both ends as many digits, the lower one first",
                last,
            )
            return
        listing.prefixes.update(dict.fromkeys(covered, cells.get("name", "")))
    elif prefix:
        listing.prefixes[prefix] = cells.get("name", "")
    if cells.get("except"):
        listing.excepted.add(cells["except"])
    if network := cells.get("network", ""):
        if is_network(network):
            listing.networks.add(network.replace("-", ""))
        else:
            help_text = "write a country's three digits, or them and the network's: 268-01"
            table.report(line, f"`{network}` is no network", help_text, network)
    if country := cells.get("country", ""):
        if country in COUNTRIES:
            listing.countries.add(country)
        else:
            help_text = "write two capital letters, as in ISO 3166: PT"
            table.report(line, f"`{country}` is no country code", help_text, country)


def prefixes_between(first: str, last: str) -> list[str] | None:
    """The shortest prefixes that hold the numbers from `first` through `last`, and no others.

    Both have the same number of digits; None where they do not, or where they run backwards.
    """
    if len(first) != len(last) or first.startswith("+") != last.startswith("+"):
        return None
    mark = "+" if first.startswith("+") else ""
    low, high, width = first.lstrip("+"), last.lstrip("+"), len(first.lstrip("+"))
    if not low.isdigit() or not high.isdigit() or low > high:
        return None
    start, end = int(low), int(high) + 1
    found: list[str] = []
    while start < end:
        size = 1
        while start % (size * 10) == 0 and start + size * 10 <= end and size * 10 < 10**width:
            size *= 10
        digits = f"{start:0{width}}"
        found.append(mark + digits[: width - len(str(size)) + 1])
        start += size
        if len(found) > _MOST_PREFIXES:
            return None
    return found


def _digest(listing: Listing) -> str:
    digest = hashlib.sha256()
    for prefix in sorted(listing.prefixes):
        digest.update(f"{prefix},{listing.prefixes[prefix]}\n".encode())
    for group in (listing.excepted, listing.networks, listing.countries):
        digest.update(f"{sorted(group)}\n".encode())
    return digest.hexdigest()[:16]
