"""The date of Easter, from which the movable holidays of the western churches are counted."""

from __future__ import annotations

from datetime import date
from functools import lru_cache


@lru_cache(maxsize=256)
def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the rule of 1582."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon + 15) % 30
    quarter, over = divmod(of_century, 4)
    weekday = (32 + 2 * rest + 2 * quarter - epact - over) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
