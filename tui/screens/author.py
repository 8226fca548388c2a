"""The Author screen: a plan's text, its findings, and one account's invoice, kept in step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from ratedsl.usage.privacy import mask_text
from tui import clipboard
from tui.disk_changes import DiskLooked, FileSaved, KeptFound
from tui.file_desk import FileDesk
from tui.paper_desk import PaperDesk, PaperMade
from tui.places import Places
from tui.preview_desk import PreviewDesk
from tui.screens.results import Results
from tui.services import Services
from tui.unmask_desk import UnmaskDesk, Unmasked, UnmaskRefused
from tui.usage_desk import AccountsRead, EventsRead, UsageDesk, UsageFailed, plan_id
from tui.why_desk import WhyDesk, WhyFound
from tui.widgets.banner import Offer
from tui.widgets.editor import RateEditor
from tui.widgets.find_bar import FindBar
from tui.widgets.invoice_table import InvoiceTable
from tui.widgets.line_table import LineTable

if TYPE_CHECKING:
    from ratedsl.lang.textfile import TextFile


class AuthorScreen(Results):
    """Holds the panes together; files, usage and preview each have a desk of their own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", id="save"),
        Binding("f7", "account", "Account", key_display="F7", id="account"),
        Binding("shift+f7", "pick_cycle", "Cycle", show=False, id="cycle"),
        Binding("f8", "problem(1)", "Next problem", key_display="F8", id="problem.next"),
        Binding("shift+f8", "problem(-1)", "Problem before", show=False, id="problem.before"),
        Binding("f10", "zoom", "Zoom", key_display="F10", id="zoom"),
        Binding("ctrl+f", "find", "Find", show=False, id="find"),
        Binding("ctrl+g", "line", "Go to line", show=False, id="line"),
        Binding("ctrl+o", "open", "Open", show=False, id="open"),
    ]

    def __init__(self, file: TextFile, usage: Path | None, services: Services) -> None:
        """Edit `file` and bill the accounts of the database `usage`, if there is one."""
        super().__init__()
        self.services = services
        self.files = FileDesk(self, file)
        self.usage = UsageDesk(self, usage)
        self.preview = PreviewDesk(self)
        self.places = Places(self)
        self.why = WhyDesk(self)
        self.papers = PaperDesk(self)
        self.unmasking = UnmaskDesk(self)

    def on_mount(self) -> None:
        """Show the text first; everything else follows once it is on screen."""
        self.editor.load_text(self.files.file.text)
        self.editor.focus()
        self.file_opened()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.files.start()
        self.usage.start()

    def on_unmount(self) -> None:
        """Let go of all threads."""
        self.files.stop()
        self.usage.stop()
        self.preview.stop()
        self.why.stop()
        self.papers.stop()
        self.unmasking.stop()

    # What the desks ask for --------------------------------------------------------------

    def ask(self, words: str, offers: list[Offer]) -> None:
        """A question that waits; it takes the keys only if they are not being typed."""
        self.banner.ask(words, offers)
        if isinstance(self.focused, LineTable):
            self.banner.focus()

    def file_opened(self) -> None:
        """Another file is in the editor."""
        if self.preview.file_opened():
            self.session.change_plan()
            self.invoice.show_words(self.usage.words)
        self.editor.set_marks({})
        self.preview.now()

    def file_saved(self) -> None:
        """The buffer was written."""
        self.preview.now()

    def file_reloaded(self) -> None:
        """The buffer was read anew."""
        self.preview.now()

    def used_file_changed(self) -> None:
        """A file that the plan may use was saved by someone."""
        self.preview.now()

    def usage_changed(self) -> None:
        """Another account or cycle, or usage was read."""
        if self.usage.current is None:
            self.session.take_nothing("")
            self.invoice.show_words(self.usage.words)
        self.preview.now()

    # Messages ----------------------------------------------------------------------------

    @on(TextArea.Changed, "#editor")
    def _text_changed(self) -> None:
        was_dirty = self.files.dirty
        self.files.edited()
        self.preview.text_changed()
        if was_dirty != self.files.dirty:
            self.show_state()

    @on(TextArea.SelectionChanged, "#editor")
    def _cursor_moved(self) -> None:
        self.places.cursor_moved()

    @on(FileSaved)
    def _file_saved(self, event: FileSaved) -> None:
        self.files.changes.noticed(event)

    @on(DiskLooked)
    def _disk_looked(self, event: DiskLooked) -> None:
        self.files.changes.looked(event)

    @on(KeptFound)
    def _kept_found(self, event: KeptFound) -> None:
        self.files.changes.offer(event.kept)

    @on(AccountsRead)
    def _accounts_read(self, event: AccountsRead) -> None:
        self.usage.take_accounts(event.accounts, plan_id(self.editor.text))

    @on(EventsRead)
    def _events_read(self, event: EventsRead) -> None:
        self.session.forget_bills()
        self.usage.take_events(event.usage)

    @on(UsageFailed)
    def _usage_failed(self, event: UsageFailed) -> None:
        self.usage.take_failure(event.words)

    @on(Unmasked)
    def _unmasked(self, event: Unmasked) -> None:
        self.unmasking.take(event.account)

    @on(UnmaskRefused)
    def _unmask_refused(self, event: UnmaskRefused) -> None:
        self.say(event.words, "error")

    @on(LineTable.Chosen, "#problems")
    def _problem_chosen(self, event: LineTable.Chosen) -> None:
        if (one := self.problems.at(event.index)) is not None:
            self.places.jump(one.span)

    @on(LineTable.Chosen, "#invoice")
    def _row_chosen(self, event: LineTable.Chosen) -> None:
        self.why.explain(self.invoice.row_at(event.index))

    @on(LineTable.Moved, "#invoice")
    def _row_moved(self) -> None:
        self.places.show_row()

    @on(InvoiceTable.ClauseWanted)
    def _clause_wanted(self, event: InvoiceTable.ClauseWanted) -> None:
        if event.row.at is not None:
            self.places.jump(event.row.at)

    @on(InvoiceTable.CycleWanted)
    def _cycle_wanted(self, event: InvoiceTable.CycleWanted) -> None:
        self.usage.step_cycle(event.by)

    @on(InvoiceTable.CopyWanted)
    def _copy_wanted(self) -> None:
        clipboard.copy(self.app, self.invoice.as_text())

    @on(WhyFound)
    def _why_found(self, event: WhyFound) -> None:
        self.why.show(event)

    @on(PaperMade)
    def _paper_made(self, event: PaperMade) -> None:
        self.papers.show(event)

    @on(RateEditor.Left)
    def _editor_left(self) -> None:
        (self.banner if self.banner.display else self.invoice).focus()

    @on(FindBar.Sought)
    def _sought(self, event: FindBar.Sought) -> None:
        self.places.find(event.words, event.step)

    @on(FindBar.LineSought)
    def _line_sought(self, event: FindBar.LineSought) -> None:
        self.editor.go_to(event.line, event.column)

    @on(FindBar.Closed)
    def _find_closed(self) -> None:
        self.places.end_search()

    def show_state(self) -> None:
        """Bring titles and labels up to date."""
        usage = self.usage.current
        account = mask_text(usage.account.id) if usage else ""
        if self.unmasking.lifted:
            account += " (unmasked)"
        self.show_titles(self.files.path.name, self.files.dirty, account)
        self.places.show_row()

    # Actions -----------------------------------------------------------------------------

    def action_save(self) -> None:
        """Write the buffer."""
        self.files.save()

    def action_unmask(self) -> None:
        """Show the account in full, with a reason."""
        self.unmasking.ask()

    def action_mask(self) -> None:
        """Mask the account again."""
        self.unmasking.mask()

    def action_summary(self) -> None:
        """Show the contract summary."""
        self.papers.make("summary")

    def action_label(self) -> None:
        """Show the broadband label."""
        self.papers.make("label")

    def action_account(self) -> None:
        """Choose an account."""
        self.usage.pick_account()

    def action_pick_cycle(self) -> None:
        """Choose a cycle."""
        self.usage.pick_cycle()

    def action_problem(self, step: int) -> None:
        """Go to the next finding, or the one before."""
        self.places.go_to_problem(step)

    def action_find(self) -> None:
        """Find in the text."""
        words = self.editor.selected_text
        self.places.begin_search()
        self.find_bar.open(True, words if "\n" not in words else "")

    def action_line(self) -> None:
        """Go to a line."""
        self.find_bar.open(False)

    def action_open(self) -> None:
        """Open another file of the plan's folder."""
        self.places.pick_file()
