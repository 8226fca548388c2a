"""How many examples the properties draw, few in every run and many on demand; and the sample.

`pytest --hypothesis-profile=deep -m "slow or not slow" tests/test_*properties*` draws anew each
time, and ten times as many.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from ratedsl.usage.sample import Sample, make_sample

slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile(
    "usual", max_examples=50, deadline=None, derandomize=True, suppress_health_check=slow
)
settings.register_profile("deep", max_examples=600, deadline=None, suppress_health_check=slow)
settings.load_profile("usual")


@pytest.fixture(scope="session")
def whole_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample that is made when nothing else is asked for: one for all, to be read only."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # that of the whole run
    path = folder / "whole.db"
    with (folder / "whole.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            unfinished = folder / "unfinished.db"
            assert make_sample(unfinished, Sample()).new
            unfinished.rename(path)
    return path
