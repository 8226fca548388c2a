"""How many examples the properties draw: few in every run, many on demand.

`pytest --hypothesis-profile=deep -m "slow or not slow" tests/test_*properties*` draws anew each
time, and ten times as many.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile(
    "usual", max_examples=50, deadline=None, derandomize=True, suppress_health_check=slow
)
settings.register_profile("deep", max_examples=600, deadline=None, suppress_health_check=slow)
settings.load_profile("usual")
