"""Lanes, the watcher, and kept text."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, Queue
from threading import Event
from time import monotonic, sleep

import pytest

from tui import recovery, watcher
from tui.collector import MOST, Collector, no_collection
from tui.lane import Lane
from tui.watcher import Watcher, concerns

NOW = datetime(2026, 5, 31, 15, 2, 13, tzinfo=UTC)


def no_failure(error: Exception) -> None:
    raise AssertionError(error)


def test_a_newest_only_lane_cancels_and_skips() -> None:
    lane = Lane("test", no_failure, newest_only=True)
    started, go, done = Event(), Event(), Event()
    seen: list[str] = []

    def first(cancelled: Callable[[], bool]) -> None:
        started.set()
        go.wait(5)
        seen.append(f"first cancelled: {cancelled()}")

    lane.submit(first)
    assert started.wait(5)
    lane.submit(lambda cancelled: seen.append("second"))
    lane.submit(lambda cancelled: (seen.append(f"third cancelled: {cancelled()}"), done.set()))
    go.set()
    assert done.wait(5)
    assert seen == ["first cancelled: True", "third cancelled: False"]


def test_a_plain_lane_runs_everything_in_order_and_survives_a_bug() -> None:
    failed: list[Exception] = []
    lane = Lane("test", failed.append)
    seen: list[int] = []
    done = Event()

    def bug(cancelled: Callable[[], bool]) -> None:
        raise ValueError("bug")

    lane.submit(lambda cancelled: seen.append(1))
    lane.submit(bug)
    lane.submit(lambda cancelled: seen.append(2))
    lane.submit(lambda cancelled: done.set())
    assert done.wait(5)
    assert seen == [1, 2] and [str(error) for error in failed] == ["bug"]


def test_a_closed_lane_takes_nothing_and_stops_what_runs() -> None:
    lane = Lane("test", no_failure)
    started, ended = Event(), Event()

    def task(cancelled: Callable[[], bool]) -> None:
        started.set()
        while not cancelled():
            sleep(0.001)
        ended.set()

    lane.submit(task)
    assert started.wait(5)
    lane.close()
    assert ended.wait(5)
    lane.submit(lambda cancelled: no_failure(ValueError("ran after close")))
    assert not lane.busy or ended.is_set()


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("a/gold.rate", True),
        ("a/deck.csv", True),
        ("a/.gold.rate.swp", False),
        ("a/.gold.rate.k3j.tmp", False),
        ("a/gold.rate~", False),
        ("a/#gold.rate", False),
        ("a/4913", False),
    ],
)
def test_only_plan_files_concern_us(name: str, counts: bool) -> None:
    assert concerns(name) is counts


Watched = tuple[Path, Queue[tuple[str, bool]], Watcher]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    path = tmp_path / "gold.rate"
    path.write_text("old\n")
    (tmp_path / "shared").mkdir()
    notices: Queue[tuple[str, bool]] = Queue()
    one = Watcher(tmp_path, path, lambda *words: notices.put(words))
    one.start()
    end = monotonic() + 5
    while one._observer is None and monotonic() < end:
        sleep(0.01)
    return path, notices, one


def expect(notices: Queue[tuple[str, bool]], path: Path, whole: bool = False) -> None:
    end = monotonic() + 5
    while monotonic() < end:
        try:
            name, is_whole = notices.get(timeout=0.2)
            if Path(name) == path and (is_whole or not whole):
                return
        except Empty:
            continue
    raise AssertionError(f"no notice of {path}")


def test_the_watcher_sees_every_way_to_save(watched: Watched) -> None:
    path, notices, one = watched
    path.write_text("in place\n")
    expect(notices, path, whole=True)
    other = path.with_name(".gold.rate.tmp")
    other.write_text("atomic\n")
    other.replace(path)
    expect(notices, path, whole=True)
    deck = path.parent / "shared" / "deck.csv"
    deck.write_text("a\n")
    expect(notices, deck)
    path.unlink()
    expect(notices, path)
    one.stop()


def test_the_watcher_survives_a_folder_that_is_removed_and_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    path = folder / "gold.rate"
    path.write_text("old\n")
    notices: Queue[tuple[str, bool]] = Queue()
    one = Watcher(folder, path, lambda *words: notices.put(words))
    one.start()
    sleep(0.1)
    path.unlink()
    folder.rmdir()
    expect(notices, path)
    folder.mkdir()
    path.write_text("new\n")
    expect(notices, path)
    one.stop()


def test_without_watches_the_file_itself_is_still_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Exhausted:
        def schedule(self, *words: object, **more: object) -> None:
            raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr(watcher, "Observer", Exhausted)
    path = tmp_path / "gold.rate"
    path.write_text("old\n")
    notices: Queue[tuple[str, bool]] = Queue()
    one = Watcher(tmp_path, path, lambda *words: notices.put(words))
    one.start()
    sleep(0.1)
    path.write_text("longer than before\n")
    expect(notices, path)
    one.stop()


def test_text_left_by_a_killed_app_is_found_and_that_of_a_running_one_is_not(
    tmp_path: Path,
) -> None:
    path = tmp_path / "gold.rate"
    code = (
        "import sys, os; from pathlib import Path; from datetime import datetime, UTC\n"
        "from tui import recovery\n"
        "recovery.Slot(Path(sys.argv[1])).keep('typed', datetime.now(UTC))\n"
        "print('kept', flush=True)\n"
        "sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "kept\n"
    mine = recovery.Slot(path)
    assert recovery.find(path, mine) is None, "it belongs to an app that still runs"
    child.kill()
    child.communicate()
    kept = recovery.find(path, mine)
    assert kept is not None and kept.text == "typed"
    assert recovery.find(tmp_path / "other.rate", mine) is None
    recovery.discard(kept)
    assert recovery.find(path, mine) is None


def test_broken_notes_are_passed_over_and_the_newest_wins(tmp_path: Path) -> None:
    path = tmp_path / "gold.rate"
    first, second, third = (recovery.Slot(path) for _ in range(3))
    assert first.keep("older", NOW)
    assert second.keep("newer", NOW.replace(hour=16))
    assert third.keep("broken", NOW)
    third.place.write_text('{"path": 3}')
    kept = recovery.find(path, recovery.Slot(path))
    assert kept is not None and kept.text == "newer"
    assert json.loads(first.place.read_text())["text"] == "older"


def test_a_state_folder_that_cannot_be_written_is_no_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    slot = recovery.Slot(tmp_path / "gold.rate")
    assert slot.keep("text", NOW) is False
    assert recovery.find(tmp_path / "gold.rate", slot) is None
    slot.forget()


def test_the_collector_pauses_for_a_while_and_never_for_good() -> None:
    collector = Collector()
    try:
        for _ in range(MOST):
            collector.pause()
            assert not gc.isenabled()
        collector.pause()
        assert gc.isenabled(), "enough is enough"
        collector.pause()
        assert not gc.isenabled()
        collector.resume()
        assert gc.isenabled()
        with no_collection():
            assert not gc.isenabled()
        assert gc.isenabled()
    finally:
        gc.enable()
