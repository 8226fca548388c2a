"""The Author screen, driven by keys."""

from __future__ import annotations

import gc
import stat
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from threading import Event as Gate

import fake_preview
import pytest
from app_helpers import PLAN, live, make_app, said, screen_text, until
from fake_preview import UsageTrouble, services
from textual.widgets import Input

from ratedsl.lang.textfile import read
from ratedsl.preview import Bill
from ratedsl.rating.trace import Step, Why
from ratedsl.usage.privacy import is_masked
from tui.app import RateApp
from tui.help import help_lines
from tui.screens.dialog import Ask, Show
from tui.screens.picker import Picker
from tui.screens.reason import Reason
from tui.screens.why import WhyDrawer, WhyTable
from tui.widgets.status import State

SIZE = (80, 24)


def replace_file(path: Path, text: str) -> None:
    """Save as another editor does: a temporary file that takes the plan's place."""
    other = path.with_name("." + path.name + ".other")
    other.write_text(text)
    other.replace(path)


def total(app: RateApp) -> str:
    shown = app.author.session.shown
    assert shown is not None
    return str(shown.done.bill.invoice.total)


async def test_the_plan_and_its_bill_are_shown(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        text = screen_text(app)
        assert 'plan gold "Gold Mobile"' in text
        assert "TOTAL EUR" in text and "59.05" in text
        assert "A-1041 2026-05" in text and "● live" in text
        assert "no problems" in text
        order = [text.index(word) for word in ("Fees", "Usage", "Subtotal", "Taxes", "TOTAL")]
        assert order == sorted(order)


async def test_without_usage_the_pane_says_how_to_get_some(plan: Path) -> None:
    app = make_app(plan, usage=False)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.author.session.checked is not None)
        assert "ratedsl usage sample --into" in screen_text(app)


async def test_a_database_that_cannot_be_read_is_said_in_the_pane(plan: Path) -> None:
    def accounts(usage: Path) -> list[object]:
        raise fake_preview.UsageTrouble("`usage.db` is not a usage database")

    app = make_app(plan, using=fake_preview.services(accounts=accounts))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "Usage cannot be read" in screen_text(app))
        assert "is not a usage database" in screen_text(app)


async def test_typing_previews_the_unsaved_text_and_leaves_the_file(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        app.author.editor.go_to(7, 14)
        await pilot.press("backspace", "5")
        await until(pilot, lambda: total(app) == "60.15")
        text = screen_text(app)
        assert "gold.rate*" in text and "unsaved" in text
        assert "▲ +1.10" in text
        assert plan.read_text() == PLAN


async def test_errors_keep_the_last_good_bill_with_a_label_until_mended(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        replace_file(plan, PLAN + "oops here\n")
        await until(pilot, lambda: app.author.session.errors == 1)
        text = screen_text(app)
        assert "from 15:02:13, plan has 1 error" in text
        assert "✖    8:1 E214 cannot read `oops here`" in text
        assert "help: write something else" in text
        assert "59.05" in text
        assert app.author.invoice.has_class("-stale")
        assert app.author.session.state(False)[0] is State.STALE
        replace_file(plan, PLAN)
        await until(pilot, lambda: app.author.session.state(False)[0] is State.LIVE)
        assert "plan has" not in screen_text(app)
        assert not app.author.invoice.has_class("-stale")


async def test_another_editors_save_shows_the_new_total_and_the_change(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        replace_file(plan, PLAN.replace("9.68", "8.68"))
        await until(pilot, lambda: total(app) == "57.95")
        text = screen_text(app)
        assert "▼ -1.00" in text and "▼ -1.10" in text and "Δ vs saved" in text
        assert "price calls 8.68" in text
        replace_file(plan, PLAN.replace("9.68", "8.68").replace("# Gold", "# Golden"))
        await until(pilot, lambda: "# Golden" in screen_text(app))
        await live(pilot)
        assert "▼ -1.10" in screen_text(app), "a comment is no new version to compare with"


async def test_a_save_in_place_is_seen_too(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        plan.write_text(PLAN.replace("24.00", "30.00"))
        await until(pilot, lambda: total(app) == "65.65")


async def test_a_used_file_that_changes_bills_anew(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        gen = app.author.session.gen
        (plan.parent / "shared").mkdir()
        await pilot.pause(0.2)
        (plan.parent / "shared" / "deck.csv").write_text("prefix,price\n")
        await until(pilot, lambda: app.author.session.gen > gen)


async def test_saving_keeps_mode_and_line_ends(plan: Path) -> None:
    plan.write_bytes(PLAN.replace("\n", "\r\n").encode())
    plan.chmod(0o640)
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        app.author.editor.go_to(7, 14)
        await pilot.press("backspace", "5", "ctrl+s")
        await until(pilot, lambda: not app.author.files.dirty)
        assert plan.read_bytes() == PLAN.replace("24.00", "25.00").replace("\n", "\r\n").encode()
        assert stat.S_IMODE(plan.stat().st_mode) == 0o640
        await until(pilot, lambda: app.author.session.state(False)[0] is State.LIVE)
        assert "▲ +1.10" in screen_text(app)
        assert sorted(p.name for p in plan.parent.iterdir()) == ["gold.rate"]


async def dirty_and_changed_outside(pilot: object, app: RateApp, plan: Path) -> None:
    await live(pilot)  # type: ignore[arg-type]
    app.author.editor.go_to(1, 1)
    await pilot.press("m", "y")  # type: ignore[attr-defined]
    replace_file(plan, PLAN.replace("Gold Mobile", "Silver"))
    await until(pilot, lambda: app.author.banner.display)  # type: ignore[arg-type]


async def test_an_outside_change_while_typing_asks_and_loses_nothing(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await dirty_and_changed_outside(pilot, app, plan)
        assert "gold.rate changed on disk: esc, then [r]eload [k]eep mine [d]iff" in screen_text(
            app
        )
        await pilot.press("r")  # still typing: this is text, not an answer
        assert app.author.editor.text.startswith("myr#")
        await pilot.press("escape", "r")
        await until(pilot, lambda: "Silver" in app.author.editor.text)
        assert not app.author.banner.display and not app.author.files.dirty
        await pilot.press("ctrl+z")
        assert app.author.editor.text.startswith("myr# Gold"), "undo brings the typed text back"


async def test_keep_mine_overwrites_with_the_next_save(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await dirty_and_changed_outside(pilot, app, plan)
        await pilot.press("escape", "k")
        assert "Silver" in plan.read_text()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: plan.read_text().startswith("my# Gold"))
        assert "Silver" not in plan.read_text()


async def test_the_difference_is_shown_and_saving_asks_once_more(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await dirty_and_changed_outside(pilot, app, plan)
        await pilot.press("escape", "d")
        await until(pilot, lambda: isinstance(app.screen, Show))
        text = screen_text(app)
        assert '-plan gold "Silver"' in text and '+plan gold "Gold Mobile"' in text
        await pilot.press("escape", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        assert "was changed on disk" in screen_text(app)
        await pilot.press("escape")
        assert "Silver" in plan.read_text()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("o")
        await until(pilot, lambda: "Silver" not in plan.read_text())


async def test_a_deleted_file_stays_in_the_editor_and_can_be_saved_again(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        plan.unlink()
        plan.parent.rmdir()
        await until(pilot, lambda: app.author.banner.display)
        assert "is gone from disk" in screen_text(app)
        assert app.author.files.dirty and app.author.editor.text == PLAN
        await pilot.press("ctrl+s")
        await until(pilot, plan.exists)
        assert plan.read_text() == PLAN and not app.author.files.dirty


async def test_an_editor_that_moves_the_old_file_away_first_asks_nothing(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        plan.rename(plan.with_name("gold.rate~"))
        await pilot.pause(0.2)
        plan.write_text(PLAN.replace("9.68", "8.68"))
        await until(pilot, lambda: total(app) == "57.95")
        assert not app.author.banner.display and not app.author.files.dirty


async def test_a_deleted_file_that_comes_back_is_taken_over(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        plan.unlink()
        await until(pilot, lambda: app.author.banner.display)
        plan.write_text(PLAN.replace("9.68", "8.68"))
        await until(pilot, lambda: total(app) == "57.95")
        assert not app.author.banner.display and not app.author.files.dirty


async def test_a_read_only_file_is_not_overwritten(plan: Path) -> None:
    plan.chmod(0o444)
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        await pilot.press("x", "ctrl+s")
        await until(pilot, lambda: "read-only" in said(app))
        assert plan.read_text() == PLAN and app.author.files.dirty


async def test_saving_a_file_that_is_not_utf8_asks_first(plan: Path) -> None:
    raw = PLAN.encode().replace(b"Gold Mobile", b"Gold \xe9\xff")
    plan.write_bytes(raw)
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        await pilot.press("x", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        assert "in 2 places" in screen_text(app)
        await pilot.press("escape")
        assert plan.read_bytes() == raw
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("s")
        await until(pilot, lambda: plan.read_bytes() != raw)


async def test_why_leads_from_a_row_to_its_clause(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        await pilot.press("tab", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, WhyDrawer))
        text = screen_text(app)
        assert "9.68 = 112 min × 0.10 EUR per min" in text
        assert "gold.rate:6" in text and "+35191•••••78" in text and "… 30 more" in text
        table = app.screen.query_one(WhyTable)
        await pilot.press("G", "enter")  # the event opens
        assert "120 s at 0.11" in screen_text(app)
        assert table.count() > 9
        await pilot.press("g", "down", "enter")
        await until(pilot, lambda: not isinstance(app.screen, WhyDrawer))
        assert app.author.editor.cursor_location[0] == 5
        assert app.author.editor.has_focus


async def test_long_steps_and_messages_wrap_and_only_numbers_are_masked(plan: Path) -> None:
    words = "2256268.959 kB used by +351912345678, billed in blocks " + "of many parts " * 6 + "END"

    def bill(*given: object) -> Bill | None:
        done = fake_preview.bill_account(*given)  # type: ignore[arg-type]
        assert done is not None
        at = done.invoice.items[0].at
        why = Why("Long", Decimal(1), "1 = 1", (Step(words, at), Step("next", at)))
        return Bill(done.invoice, lambda key: why)

    plan.write_text(PLAN)
    app = make_app(plan, using=fake_preview.services(bill_account=bill))
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        await pilot.press("escape", "enter")
        await until(pilot, lambda: isinstance(app.screen, WhyDrawer))
        text = screen_text(app)
        assert "2256268.959 kB used by +35191•••••78" in text and "END" in text
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.author.editor.has_focus)
        plan.write_text(PLAN + "oops " + "and more " * 8 + "END\noops again\n")
        await until(pilot, lambda: app.author.session.errors == 2)
        await pilot.press("f8")
        await until(pilot, lambda: "END`" in screen_text(app))
        await pilot.press("f8")
        assert app.author.editor.cursor_location[0] == 8


async def test_a_tax_without_reasons_says_so(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        await pilot.press("tab", "down", "down", "down", "enter")
        await until(pilot, lambda: "nothing more to say" in said(app))


async def test_e_on_a_row_edits_its_clause(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        await pilot.press("escape", "down", "down", "e")
        assert app.author.editor.has_focus
        assert app.author.editor.cursor_location[0] == 6


async def test_accounts_are_picked_by_typing_a_part_of_them(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        assert "C• [/x] O••" in screen_text(app), "names are masked and never markup"
        await pilot.press("4", "2", "space", "c", "o")
        await pilot.pause()
        assert "Ada" not in screen_text(app).split("Problems")[0].split("filter")[0]
        await pilot.press("enter")
        await until(pilot, lambda: "A-1042 2026-05" in screen_text(app))


async def test_cycles_are_stepped_and_picked(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        await pilot.press("escape", "left_square_bracket")
        await until(pilot, lambda: "Invoice 2026-04" in screen_text(app))
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: "no cycle before" in said(app))
        await pilot.press("shift+f7")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        await pilot.press("up", "enter")
        await until(pilot, lambda: "Invoice 2026-05" in screen_text(app))


async def test_problems_are_walked_with_f8_and_chosen_with_enter(plan: Path) -> None:
    plan.write_text("hm\n" + PLAN + "oops\n")
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: len(app.author.session.found) == 2)
        assert "policy floor [/x]" in screen_text(app)
        await pilot.press("f8")
        assert app.author.editor.cursor_location[0] == 8
        await pilot.press("f8")
        assert app.author.editor.cursor_location[0] == 0
        await pilot.press("shift+f8")
        assert app.author.editor.cursor_location[0] == 8
        app.author.problems.focus()
        await pilot.press("g", "enter")
        assert app.author.editor.cursor_location[0] == 0 and app.author.editor.has_focus


async def test_marks_stand_in_the_gutter_and_below_the_words(plan: Path) -> None:
    plan.write_text(PLAN + "oops\n")
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.author.session.errors == 1)
        await pilot.pause()
        strip = app.author.editor.render_line(7)
        assert strip.text.startswith("8✖ oops")
        marked = "".join(s.text for s in strip if s.style and s.style.underline)
        assert marked == "oops"


async def test_find_walks_and_go_to_line_goes(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        await pilot.press("ctrl+f", *"GOLD")
        await until(pilot, lambda: "1 of 3" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "2 of 3" in screen_text(app))
        assert app.author.editor.cursor_location == (1, 5)
        await pilot.press("up")
        await until(pilot, lambda: "1 of 3" in screen_text(app))
        await pilot.press("escape", "ctrl+g", *"6:7", "enter")
        assert app.author.editor.cursor_location == (5, 6)
        assert app.author.editor.has_focus and not app.author.find_bar.display
        await pilot.press("ctrl+g", *"999999", "enter")
        assert app.author.editor.cursor_location == (7, 0)


async def test_zoom_shows_one_pane_and_goes_back(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        await pilot.press("f10")
        assert app.author.editor.size.width > 70 and not app.author.invoice.display
        await pilot.press("f10", "escape", "f10")
        assert app.author.invoice.size.width > 70
        await pilot.press("f10")
        assert app.author.problems.display


async def test_a_small_terminal_says_what_it_needs(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=(50, 12)) as pilot:
        await pilot.pause()
        assert screen_text(app).strip() == "needs 60x15, now 50x12"
        await pilot.resize_terminal(80, 24)
        await live(pilot)
        assert "TOTAL EUR" in screen_text(app)


async def test_quitting_with_unsaved_text_asks_and_the_text_is_offered_again(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        await pilot.press("z", "ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("escape")
        assert app.is_running
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("q")
    assert app.return_value == 0
    assert plan.read_text() == PLAN

    again = make_app(plan)
    async with again.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: again.author.banner.display)
        assert "unsaved text from" in screen_text(again)
        assert again.author.editor.text == PLAN, "nothing is restored unasked"
        await pilot.press("escape", "r")
        assert again.author.editor.text == "z" + PLAN and again.author.files.dirty
        await pilot.press("ctrl+s")
        await until(pilot, lambda: plan.read_text() == "z" + PLAN)

    third = make_app(plan)
    async with third.run_test(size=SIZE) as pilot:
        await live(pilot)
        assert not third.author.banner.display, "what was saved is not offered again"


async def test_unsaved_text_is_kept_while_typing(plan: Path, tmp_path: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        await pilot.press("z")
        kept = tmp_path / "state" / "ratedsl" / "unsaved"
        await until(pilot, lambda: kept.exists() and any(kept.glob("*.json")))
        assert '"z# Gold' in next(kept.glob("*.json")).read_text()
        assert stat.S_IMODE(next(kept.glob("*.json")).stat().st_mode) == 0o600
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not any(kept.glob("*.json")))


async def test_the_collector_works_again_after_every_kind_of_result(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        await until(pilot, gc.isenabled)
        for text in (PLAN + "oops\n", PLAN + "boom\n", PLAN.replace("9.68", "8.68")):
            gen = app.author.session.gen
            replace_file(plan, text)
            await until(pilot, lambda gen=gen: app.author.session.gen > gen)  # type: ignore[misc]
            await until(pilot, gc.isenabled)


async def test_a_bug_in_the_preview_is_logged_and_the_app_goes_on(
    plan: Path, tmp_path: Path
) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        replace_file(plan, PLAN + "boom\n")
        await until(pilot, lambda: app.author.session.crashed)
        text = screen_text(app)
        assert "internal error" in text and "59.05" in text
        assert "RuntimeError: boom" in (tmp_path / "state/ratedsl/errors.log").read_text()
        replace_file(plan, PLAN.replace("9.68", "8.68"))
        await until(pilot, lambda: total(app) == "57.95")


async def test_the_result_of_an_older_text_is_refused(plan: Path) -> None:
    gate = Gate()

    def slow(plan: object, account: object, events: object, cycle: str, *_: object) -> object:
        if "9.68" in plan.text:  # type: ignore[attr-defined]
            gate.wait(5)
        return fake_preview.bill_account(plan, account, events, cycle)  # type: ignore[arg-type]

    app = make_app(plan, using=fake_preview.services(bill_account=slow))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.author.session.working and app.author.usage.current)
        replace_file(plan, PLAN.replace("9.68", "1.00"))
        await until(pilot, lambda: "price calls 1.00" in app.author.editor.text)
        gate.set()
        await until(pilot, lambda: app.author.session.shown is not None)
        assert total(app) == "49.50"
        await pilot.pause(0.1)
        assert total(app) == "49.50"


async def test_another_file_is_opened_and_unsaved_text_kept(plan: Path) -> None:
    other = plan.parent / "silver.rate"
    other.write_text(PLAN.replace("plan gold", "plan silver").replace("20.00", "10.00"))
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        await pilot.press("z", "ctrl+o")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        await pilot.press(*"silver", "enter")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("k")
        await until(pilot, lambda: "plan silver" in app.author.editor.text)
        await until(pilot, lambda: app.author.session.shown is not None)
        assert total(app) == "48.05"
        assert "Δ" not in screen_text(app), "another plan is nothing to compare with"
        assert plan.read_text() == PLAN


async def test_a_library_is_edited_beside_the_bill_of_its_plan(plan: Path) -> None:
    library = plan.parent / "zones.rate"
    library.write_text("zone eu\n")
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        app.author.files.open(library)
        await until(pilot, lambda: "zone eu" in app.author.editor.text)
        await live(pilot)
        assert total(app) == "59.05" and "zones.rate" in screen_text(app)


async def test_help_lists_the_keys_of_the_pane_and_of_the_screen(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        await pilot.press("escape", "f1")
        await until(pilot, lambda: isinstance(app.screen, Show))
        assert "In the invoice" in screen_text(app) and "Edit clause" in screen_text(app)
        assert "Everywhere" in screen_text(app)
        await pilot.press("G")
        await pilot.pause()
        assert "● live" in screen_text(app)
        await pilot.press("escape")
        app.author.editor.focus()
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, Show))
        # What the app does at every place is told before what every text does, and no key twice.
        shown = "\n".join(words for words, _ in help_lines(app.author))
        assert shown.index("Save") < shown.index("Cursor up")
        assert "Select all" not in shown or "f7" not in shown
        assert shown.count("F7") == 1


async def test_an_account_is_shown_in_full_for_a_reason_until_another_is_chosen(plan: Path) -> None:
    noted: list[tuple[str, str]] = []

    def unmask(_database: Path, account: str, reason: str) -> None:
        if len(reason) < 10:
            raise UsageTrouble("that is no reason")
        noted.append((account, reason))

    app = make_app(plan, using=replace(services(), unmask=unmask))
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        account = app.author.usage.current.account.id

        async def give(reason: str) -> None:
            app.author.action_unmask()
            await until(pilot, lambda: isinstance(app.screen, Reason))
            app.screen.query_one(Input).value = reason
            await pilot.press("enter")

        await give("x")
        await until(pilot, lambda: "that is no reason" in said(app))
        assert is_masked()
        assert noted == []
        await give("complaint 4711 about roaming")
        await until(pilot, lambda: "(unmasked)" in screen_text(app))
        assert not is_masked()
        assert noted == [(account, "complaint 4711 about roaming")]
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert "Mask" in titles
        assert "Unmask" not in titles
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        assert is_masked(), "the reason was for one account"
        assert "Ada" not in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: "(unmasked)" not in screen_text(app))
        await give("complaint 4711 about roaming")
        await until(pilot, lambda: "(unmasked)" in screen_text(app))
    assert is_masked(), "whatever ends the app masks again"


async def test_the_palette_offers_the_apps_commands(plan: Path) -> None:
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot)
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert {"Save", "Open file", "Account", "Cycle", "Find", "Quit"} <= titles
        await pilot.press("ctrl+p")
        await until(pilot, lambda: app.screen is not app.author)
        await pilot.press("escape")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\x00plan\x00 x\n",
        b"\xff\xfe\xfa",
        b"plan x\x1b[2J\x1b]0;title\x07\x9b31m\n",
        b"# " + b"y" * 100_000 + b"\n",
        "\u202eplan\u2028x\x0cy\u0085z\n".encode(),
        b"a\rb\r\nc\n",
        b"\n" * 5_000,
        "plan x\n  wide 漢字漢字 🎉 e\u0301\n".encode(),
    ],
    ids=["empty", "nul", "bytes", "escapes", "long", "separators", "mixed", "lines", "wide"],
)
async def test_odd_files_open_and_nothing_dangerous_is_drawn(plan: Path, raw: bytes) -> None:
    plan.write_bytes(raw)
    app = make_app(plan)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.author.session.checked is not None)
        await pilot.press("ctrl+end", "end", "pageup", "home")
        await pilot.pause()
        drawn = screen_text(app)
        dangerous = {c for c in drawn if c != "\n" and not c.isprintable()}
        assert not dangerous
        assert app.author.editor.text.encode() == read(plan).text.encode()
        assert not app.author.files.dirty
