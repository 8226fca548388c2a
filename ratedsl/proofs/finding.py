"""What a proof hands over: a finding, and the tests that show that it is so."""

from __future__ import annotations

from typing import NamedTuple

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.model import PlanTest


class Finding(NamedTuple):
    """A finding and its witness: tests that pass as long as the plan is as it is.

    Without tests there is nothing that usage could show, as of a zone that nothing names.
    """

    diagnostic: Diagnostic
    tests: tuple[PlanTest, ...] = ()
