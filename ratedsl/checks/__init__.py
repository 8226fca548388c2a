"""What must hold between the records of a plan; one rule a module, listed in one tuple."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ratedsl.checks.ambiguous_rates import check_ambiguous_rates
from ratedsl.checks.charge_graph import check_charge_graph, check_grossed_up
from ratedsl.checks.exchanged import check_exchanged
from ratedsl.checks.home_country import check_home_country
from ratedsl.checks.lone_otherwise import check_lone_otherwise
from ratedsl.checks.order_ties import check_order_ties
from ratedsl.checks.stated_rounding import check_stated_rounding, check_stated_sources
from ratedsl.checks.stated_stacking import check_stated_stacking
from ratedsl.checks.truth_in_billing import check_truth_in_billing
from ratedsl.checks.unreached import check_unreached
from ratedsl.checks.wallet_ends import check_wallet_ends
from ratedsl.checks.window_overlap import check_window_overlap
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.model import Plan

Check = Callable[[Plan], Iterable[Diagnostic]]

CHECKS: tuple[Check, ...] = (
    check_stated_rounding,
    check_stated_sources,
    check_exchanged,
    check_window_overlap,
    check_lone_otherwise,
    check_ambiguous_rates,
    check_order_ties,
    check_stated_stacking,
    check_charge_graph,
    check_home_country,
    check_grossed_up,
    check_wallet_ends,
    check_truth_in_billing,
    check_unreached,
)
"""Every check, in the order in which they run; none depends on another."""
