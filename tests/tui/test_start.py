"""What is opened, and what is loaded for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from app_helpers import PLAN

from ratedsl.lang.textfile import FileTrouble
from tui.start import DEMO_USAGE, find_plan, find_usage

SLOW = {"pydantic", "babel", "lark", "sqlite_utils", "numpy", "numba", "pyarrow"}


def test_the_first_frame_waits_for_nothing_that_loads_slowly() -> None:
    code = f"import sys, tui.app; print(*sorted({SLOW!r} & sys.modules.keys()))"
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


def test_the_first_plan_of_the_folder_is_opened_and_libraries_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("zulu.rate").write_text(PLAN)
    assert find_plan(None) == Path("zulu.rate")
    Path("plans").mkdir()
    Path("plans/areas.rate").write_text("zone eu\n")
    Path("plans/gold.rate").write_text(PLAN)
    assert find_plan(None) == Path("plans/gold.rate")
    assert find_plan(Path("plans")) == Path("plans/gold.rate")
    assert find_plan(Path("plans/areas.rate")) == Path("plans/areas.rate")


def test_nothing_to_open_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileTrouble, match=r"no plan in `plans/` or here; name one"):
        find_plan(None)
    with pytest.raises(FileTrouble, match=r"no such file: gone\.rate"):
        find_plan(Path("gone.rate"))
    with pytest.raises(FileTrouble, match=r"no such database: gone\.db"):
        find_usage(Path("gone.db"))


def test_the_demo_database_is_used_if_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_usage(None) is None
    DEMO_USAGE.parent.mkdir()
    DEMO_USAGE.write_bytes(b"")
    assert find_usage(None) == DEMO_USAGE
