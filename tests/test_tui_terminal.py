"""The app in a real pseudo-terminal, as a user meets it: `ratedsl tui` beside another editor."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from time import monotonic

import pexpect
import pyte
import pytest

from ratedsl.rating.events import Line, Subscription
from ratedsl.usage.batches import open_batch
from ratedsl.usage.store import Store

PLAN = """\
plan small "Small"
  currency  EUR
  timezone  UTC
  sold      from 2026-01-01
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
  rounding  half-up 0.01 EUR per tax per invoice

zone national "Home"
  prefix    +351

rate calls "Calls" for voice to national
  billed    1 s then 1 s
  price     0.10 EUR per min from 2026-01-01

tax vat "VAT"
  percent   10% of fees, usage from 2026-01-01
  shown     as government tax
"""
WAIT = 30.0  # seconds; a loaded machine starts Python slowly
CURSOR_SHOWN, ALTERNATE_OFF = b"\x1b[?25h", b"\x1b[?1049l"


class Terminal:
    """A terminal of 80 by 24 with one program in it."""

    def __init__(self, words: list[str], folder: Path, environment: dict[str, str]) -> None:
        self.screen = pyte.Screen(80, 24)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.child = pexpect.spawn(
            words[0],
            words[1:],
            cwd=str(folder),
            env={**os.environ, **environment},
            dimensions=(24, 80),
            timeout=WAIT,
        )

    def read(self, seconds: float = 0.05) -> None:
        try:
            data = self.child.read_nonblocking(1 << 16, timeout=seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return
        self.raw += data
        # pyte takes the kitty keyboard protocol's sequences for text.
        self.stream.feed(re.sub(rb"\x1b\[[<>=]\d*u", b"", data))

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def until(self, holds: Callable[[str], object], what: str) -> str:
        end = monotonic() + WAIT
        while not holds(self.text):
            assert monotonic() < end, f"waited in vain for {what}; on screen:\n{self.text}"
            assert self.child.isalive() or self.read(), f"the app ended:\n{self.text}"
            self.read()
        return self.text

    def until_shown(self, *words: str) -> str:
        return self.until(lambda text: all(word in text for word in words), f"{words}")

    def row_of(self, words: str) -> int:
        return next(y for y, line in enumerate(self.screen.display) if words in line)

    def colours_of(self, words: str) -> set[str]:
        """The foreground colours of these words where they stand on screen."""
        row = self.row_of(words)
        at = self.screen.display[row].index(words)
        return {self.screen.buffer[row][x].fg for x in range(at, at + len(words))}

    def send(self, keys: str) -> None:
        self.child.send(keys)

    def ended(self) -> int:
        end = monotonic() + WAIT
        while self.child.isalive():
            assert monotonic() < end, f"the app does not end:\n{self.text}"
            self.read()
        for _ in range(5):
            self.read()
        self.child.wait()
        status = self.child.exitstatus
        return -1 if status is None else status


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "small.rate").write_text(PLAN)
    with (
        Store.open(tmp_path / "usage.db", create=True) as store,
        open_batch(store, "made by a test", "none", "2026-06-01T00:00:00+00:00") as batch,
    ):
        batch.add_account("A-1", "Ada Example", "consumer", "UTC")
        held = (Subscription("small", date(2026, 1, 1)),)
        batch.add_line("A-1", Line("A-1-1", "+351912345678", held))
        for number in range(10):
            start = datetime(2026, 5, number + 1, 9, tzinfo=UTC)
            milliseconds = int(start.timestamp()) * 1000
            called = f"+35191000000{number}"
            batch.add(
                (
                    f"e{number}",
                    "A-1-1",
                    "voice",
                    milliseconds,
                    600_000,
                    "+351912345678",
                    called,
                    "outgoing",
                    "",
                    None,
                )
            )
        batch.finish()
    return tmp_path


@pytest.fixture
def terminal(folder: Path) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def start(**environment: str) -> Terminal:
        words = [sys.executable, "-m", "ratedsl", "tui", "plans/small.rate", "--usage", "usage.db"]
        known = {
            "XDG_STATE_HOME": str(folder / "state"),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "PYTHONPATH": str(Path(__file__).parents[1]),
        }
        one = Terminal(words, folder, {**known, **environment})
        opened.append(one)
        return one

    yield start
    for one in opened:
        one.child.close(force=True)


def save_elsewhere(folder: Path, old: str, new: str) -> None:
    """What another editor does: write beside the file, then take its place, in another process."""
    script = (
        "import os, sys\n"
        "path, old, new = sys.argv[1:]\n"
        "text = open(path).read()\n"
        "assert old in text, text\n"
        "open(path + '.other', 'w').write(text.replace(old, new))\n"
        "os.replace(path + '.other', path)\n"
    )
    path = str(folder / "plans" / "small.rate")
    subprocess.run([sys.executable, "-c", script, path, old, new], check=True)


def test_price_change_error_and_mending_are_seen_live(
    folder: Path, terminal: Callable[..., Terminal]
) -> None:
    app = terminal()
    # 100 minutes at 0.10 and 10 % on top.
    app.until_shown("TOTAL EUR", "11.00", "● live", "A-1 2026-05", "no problems")
    live_colours = app.colours_of("Calls")

    save_elsewhere(folder, "0.10 EUR", "0.12 EUR")
    text = app.until_shown("13.20", "▲ +2.20", "▲ +2.00", "● live")
    assert "0.12 EUR per min" in text, "the editor shows the new text"

    save_elsewhere(folder, "  price     0.12", "  prize     0.12")
    app.until(lambda text: re.search(r"✖ +14:3 E\d+ .*`prize`", text), "the problem")
    text = app.until_shown("✖ 1 error", "plan has 1 error", "prize     0.12")
    assert "13.20" in text, "the last good invoice stays"
    assert re.search(r"from \d\d:\d\d:\d\d, plan has 1 error", text)
    assert app.colours_of("Calls") != live_colours, "and is dimmed"

    save_elsewhere(folder, "  prize     0.12", "  price     0.11")
    text = app.until_shown("12.10", "● live", "no problems")
    assert "plan has" not in text
    assert "▼ -1.10" in text, "compared with the last saved version that was sound"

    app.send("\x11")
    assert app.ended() == 0
    assert_terminal_sane(app)


def assert_terminal_sane(app: Terminal) -> None:
    """The alternate screen is left, the cursor shown, and typing echoes as before."""
    assert app.raw.rfind(ALTERNATE_OFF) > app.raw.rfind(b"\x1b[?1049h")
    assert app.raw.rfind(CURSOR_SHOWN) > app.raw.rfind(b"\x1b[?25l")
    assert app.raw.rfind(b"\x1b[?1000l") > app.raw.rfind(b"\x1b[?1000h"), "mouse reports are off"
    local = termios.tcgetattr(app.child.child_fd)[3]
    assert local & termios.ICANON and local & termios.ECHO


def test_typing_and_saving_with_keys(folder: Path, terminal: Callable[..., Terminal]) -> None:
    app = terminal()
    app.until_shown("● live", "11.00")
    app.send("\x06")  # ctrl+f
    app.until_shown("find")
    app.send("0.10")
    app.until_shown("1 of 1")
    app.send("\x1b")
    app.until(lambda text: "1 of 1" not in text, "the find bar to close")
    app.send("\x1b[C\x1b[C\x1b[C\x1b[3~5")  # three right, delete, 5: 0.10 becomes 0.15
    app.until_shown("small.rate*", "16.50", "unsaved")
    assert "0.10 EUR" in (folder / "plans" / "small.rate").read_text()
    app.send("\x13")
    app.until_shown("● live", "16.50", "▲ +5.50")
    assert "0.15 EUR" in (folder / "plans" / "small.rate").read_text()
    app.send("\x11")
    assert app.ended() == 0


def test_without_colour_the_dimmed_invoice_still_says_so(
    folder: Path, terminal: Callable[..., Terminal]
) -> None:
    app = terminal(NO_COLOR="1")
    app.until_shown("● live", "11.00")
    save_elsewhere(folder, "  price     0.10", "  prize     0.10")
    app.until_shown("✖ 1 error", "plan has 1 error")
    coloured = re.findall(rb"\x1b\[[0-9;]*38;2;(\d+);(\d+);(\d+)", app.raw)
    assert coloured and all(len({*one}) == 1 for one in coloured), "grey only"
    app.send("\x11")
    assert app.ended() == 0


def test_a_closed_terminal_keeps_what_was_typed(
    folder: Path, terminal: Callable[..., Terminal]
) -> None:
    app = terminal()
    app.until_shown("● live", "11.00")
    app.send("# typed")
    app.until_shown("small.rate*")
    assert app.child.pid is not None
    os.kill(app.child.pid, signal.SIGHUP)
    app.ended()
    assert (folder / "plans" / "small.rate").read_text() == PLAN

    again = terminal()
    again.until_shown("● live", "unsaved text from", "[r]estore")
    again.send("\x1b")
    again.until(lambda text: "esc, then" not in text, "the question to have the keys")
    again.send("r")
    again.until_shown("# typedplan small", "small.rate*")
    again.send("\x11")
    again.until_shown("save and quit")
    again.send("s")
    assert again.ended() == 0
    assert (folder / "plans" / "small.rate").read_text() == "# typed" + PLAN


def test_what_cannot_be_opened_is_one_line_and_exit_2(folder: Path) -> None:
    for words, expected in (
        (["plans/none.rate"], "no such file: plans/none.rate"),
        (["plans/small.rate", "--usage", "none.db"], "no such database: none.db"),
        (["state"], "no such file"),
    ):
        child = pexpect.spawn(
            sys.executable,
            ["-m", "ratedsl", "tui", *words],
            cwd=str(folder),
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
            timeout=WAIT,
            encoding="utf-8",
        )
        said = child.read()
        child.close()
        assert child.exitstatus == 2
        assert expected in said and said.count("\n") == 1 and "Traceback" not in said
