"""Quantities in words: readable, and exactly what was counted."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratedsl.plan.units import TIME, UNITS, VOLUME, Units


@pytest.mark.parametrize(
    ("base", "dimension", "unit", "shown"),
    [
        (153_640_826, VOLUME, "GB", "153.640826 MB"),
        (1_500_000_000, VOLUME, "GB", "1.5 GB"),
        (40_000_000_000, VOLUME, "GB", "40 GB"),
        (40_000_000_000, VOLUME, "MB", "40000 MB"),
        (1_000_000_000_001, VOLUME, "", "1.000000000001 TB"),
        (999, VOLUME, "", "999 B"),
        (0, VOLUME, "GB", "0 GB"),
        (59_041_000, TIME, "", "984 min 1 s"),
        (59_040_000, TIME, "", "16.4 h"),
    ],
)
def test_a_quantity_is_readable(base: int, dimension: str, unit: str, shown: str) -> None:
    assert Units().show(base, dimension, unit) == shown


@given(
    base=st.integers(-(10**15), 10**15),
    dimension=st.sampled_from([VOLUME, TIME]),
    unit=st.sampled_from(["", "GB", "h"]),
)
def test_nothing_of_a_quantity_is_lost(base: int, dimension: str, unit: str) -> None:
    unit = unit if unit and UNITS[unit].dimension == dimension else ""
    words = Units().show(base, dimension, unit).split()
    sizes = {**{name: one.size for name, one in UNITS.items()}, "ms": 1}
    pairs = zip(words[::2], words[1::2], strict=True)
    assert sum(Fraction(number) * sizes[name] for number, name in pairs) == base
