"""Tables, the editor and the rows of the bill, apart from the screen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from time import perf_counter

import fake_preview
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult

from ratedsl.billing.delta import compare
from ratedsl.billing.invoice import Invoice
from ratedsl.preview import Checked
from ratedsl.report.safe import safe_text
from tui.bill_row import RowKind, change_words
from tui.bill_rows import bill_rows
from tui.widgets.document import RateDocument
from tui.widgets.editor import RateEditor, visible
from tui.widgets.line_table import Cell, LineTable, Row, fit, wrap


@given(st.text(max_size=60), st.integers(0, 40), st.booleans())
def test_fitted_text_has_the_width_and_nothing_a_terminal_obeys(
    text: str, width: int, right: bool
) -> None:
    fitted = fit(text, width, right)
    assert cell_len(fitted) == width
    assert "\x1b" not in fitted and "\n" not in fitted


@given(st.text(max_size=120), st.integers(2, 30))
def test_wrapped_text_loses_no_word_and_fits(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert lines and all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(safe_text(text).split())


@given(st.text(max_size=80))
def test_a_visible_line_keeps_its_columns(line: str) -> None:
    shown = visible(line)
    assert len(shown) == len(line)
    without_tabs = shown.replace("\t", "")
    assert safe_text(without_tabs) == without_tabs


@given(
    st.text(alphabet="ab\n\r\x0c\u2028\x85", max_size=30),
    st.text(alphabet="x\n\u2028", max_size=6),
    st.data(),
)
def test_the_document_replaces_as_a_string_would(text: str, new: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    document = RateDocument(text)

    def place(offset: int) -> tuple[int, int]:
        row = text.count("\n", 0, offset)
        return row, offset - (text.rfind("\n", 0, offset) + 1)

    done = document.replace_range(place(start), place(end), new)
    assert document.text == text[:start] + new + text[end:]
    assert done.replaced_text == text[start:end]


class EditorApp(App[None]):
    def compose(self) -> ComposeResult:
        yield RateEditor(id="editor")

    @property
    def editor(self) -> RateEditor:
        return self.query_one(RateEditor)


LINES = st.lists(st.sampled_from(["", "a", "bb", "  c"]), max_size=8).map("\n".join)


async def test_merging_gives_the_new_text_and_undo_the_old_one() -> None:
    app = EditorApp()
    async with app.run_test() as pilot:
        editor = app.editor

        @settings(max_examples=200)
        @given(LINES, LINES)
        def check(old: str, new: str) -> None:
            editor.load_text(old)
            editor.merge_text(new)
            assert editor.text == new
            if old != new:
                editor.undo()
                assert editor.text == old

        check()
        await pilot.pause()


async def test_merging_leaves_the_cursor_and_the_view_where_they_were() -> None:
    app = EditorApp()
    async with app.run_test(size=(60, 12)) as pilot:
        lines = [f"line {number}" for number in range(200)]
        app.editor.load_text("\n".join(lines))
        app.editor.go_to(101, 3)
        await pilot.pause()
        top = app.editor.scroll_offset.y
        lines[50] = "changed"
        app.editor.merge_text("\n".join(lines))
        await pilot.pause()
        assert app.editor.cursor_location == (100, 2)
        assert app.editor.scroll_offset.y == top > 0


async def test_merging_paints_what_has_changed_and_only_that() -> None:
    app = EditorApp()
    async with app.run_test(size=(60, 12)) as pilot:
        lines = [f"line {number}" for number in range(8)]
        app.editor.load_text("\n".join(lines))
        await pilot.pause()
        before = app.editor.render_line(5)
        lines[3] = "fresh3"
        app.editor.merge_text("\n".join(lines))
        await pilot.pause()
        assert [app.editor.render_line(y).text[3:].rstrip() for y in range(8)] == lines
        assert app.editor.render_line(5) is before


async def test_enter_indents_after_a_record_and_not_after_a_blank_line() -> None:
    app = EditorApp()
    async with app.run_test() as pilot:
        app.editor.focus()
        await pilot.press(*"fee a", "enter", *"amount", "enter", "enter", *"fee b")
        assert app.editor.text == "fee a\n  amount\n\nfee b"


async def test_keys_in_one_burst_act_in_their_order() -> None:
    from textual import events

    app = EditorApp()
    async with app.run_test() as pilot:
        app.editor.load_text("0.10")
        app.editor.focus()
        await pilot.pause()
        for key, character in (("right", None), ("right", None), ("delete", None), ("5", "5")):
            app.post_message(events.Key(key, character))
        await pilot.pause()
        assert app.editor.text == "0.50"


async def test_lines_are_moved_and_undone() -> None:
    app = EditorApp()
    async with app.run_test() as pilot:
        app.editor.load_text("one\ntwo\nthree")
        app.editor.focus()
        await pilot.press("alt+down")
        assert app.editor.text == "two\none\nthree"
        await pilot.press("alt+down", "alt+down")
        assert app.editor.text == "two\nthree\none"
        await pilot.press("alt+up", "ctrl+z", "ctrl+z", "ctrl+z")
        assert app.editor.text == "one\ntwo\nthree"


async def test_pasted_line_ends_become_newlines() -> None:
    from textual import events

    app = EditorApp()
    async with app.run_test() as pilot:
        app.editor.focus()
        app.editor.post_message(events.Paste("a\r\nb\rc\x1b[31m"))
        await pilot.pause()
        assert app.editor.text == "a\nb\nc\x1b[31m"
        assert "\x1b" not in app.editor.render_line(2).text


async def test_a_very_long_line_paints_fast_enough_to_type() -> None:
    app = EditorApp()
    async with app.run_test() as pilot:
        app.editor.load_text("# " + "price 0.10 EUR " * 7_000)
        app.editor.focus()
        await pilot.pause()
        began = perf_counter()
        await pilot.press("a", "b")
        assert perf_counter() - began < 2.0


class Numbers(LineTable):
    total = 100_000

    def count(self) -> int:
        return self.total

    def selectable(self, index: int) -> bool:
        return index % 10 != 0

    def draw(self, index: int, width: int) -> Row:
        return [Cell(f"row {index} [/x]\x1b[31m", "strong")]


class TableApp(App[None]):
    def compose(self) -> ComposeResult:
        yield Numbers()


async def test_a_table_skips_headings_and_draws_only_what_is_visible() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 10)) as pilot:
        table = app.query_one(Numbers)
        table.changed()
        table.focus()
        assert table.cursor == 1
        await pilot.press("down", *["j"] * 8)
        assert table.cursor == 11, "ten is a heading"
        await pilot.press("G")
        assert table.cursor == 99_999
        await pilot.pause()
        assert "row 99999 [/x]␛[31m" in table.render_line(table.size.height - 1).text
        await pilot.press("g")
        assert table.cursor == 1
        table.total = 0
        table.changed()
        await pilot.press("down", "G", "enter", "pagedown")
        assert table.cursor == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Decimal("1.2"), "▲ +1.20"),
        (Decimal("-0.8812"), "▼ -0.8812"),
        (Decimal(0), ""),
        (None, ""),
    ],
)
def test_a_change_has_an_arrow_and_a_sign(change: Decimal | None, words: str) -> None:
    assert change_words(change, "EUR") == words


def invoice(*lines: str) -> Invoice:
    checked: Checked = fake_preview.check_text("gold.rate", "\n".join(lines))
    bill = fake_preview.bill_account(checked.plan, fake_preview.ACCOUNTS[0], [], "2026-05")
    assert bill is not None
    return bill.invoice


def test_rows_show_what_is_new_changed_and_gone() -> None:
    old = invoice("fee monthly 20.00", "price calls 9.68", "price sms 1.00")
    new = invoice("fee monthly 20.00", "price calls 8.68", "price data 5.00")
    rows = {row.title: row for row in bill_rows(new, compare(old, new))}
    assert rows["Monthly"].change is None
    assert rows["Calls"].change == Decimal("-1.00")
    assert rows["Data"].change == Decimal("5.00")
    assert rows["Sms (gone)"].change == Decimal("-1.00")
    assert rows["Subtotal"].change == Decimal("3.00")
    assert rows["TOTAL EUR"].change == Decimal("3.30")


def test_amounts_of_the_rows_have_the_same_number_of_decimals() -> None:
    rows = bill_rows(invoice("fee monthly 20.00", "price calls 0.0004"))
    amounts = [row.amount for row in rows if row.kind in {RowKind.ITEM, RowKind.TOTAL}]
    assert {len(amount.split(".")[1]) for amount in amounts} == {4}


def test_an_invoice_without_items_still_has_its_sums() -> None:
    empty = Invoice(
        plan="p",
        plan_title="P",
        plan_hash="0",
        account="a",
        currency="JPY",
        start=date(2026, 5, 1),
        end=date(2026, 6, 1),
        subtotal=Decimal(0),
        tax_total=Decimal(0),
        total=Decimal(0),
    )
    assert [(row.title, row.amount) for row in bill_rows(empty)] == [
        ("Subtotal", "0"),
        ("TOTAL JPY", "0"),
    ]
