"""Where the text of a file comes from when a finding shows its lines."""

from __future__ import annotations

from collections.abc import Callable

from ratedsl.lang.source import Source

Lookup = Callable[[str], Source]
"""The text of a path in a span; raises OSError or LookupError where there is none."""
