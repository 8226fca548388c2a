"""What the Author screen does with the results of the background's work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual import on

from tui.collector import settle
from tui.job import BillDone, CheckDone, JobFailed, NoUsageInCycle
from tui.messages import BugFound, Repainted
from tui.screens.panes import Panes
from tui.widgets.editor import marks_of

if TYPE_CHECKING:
    from tui.preview_desk import PreviewDesk
    from tui.services import Services

IDLE = 0.2  # seconds after the first bill, when nobody waits for the collector


class Results(Panes):
    """Findings first, then the bill; results of an older text are refused."""

    services: Services
    preview: PreviewDesk

    def show_state(self) -> None:
        """Bring titles and labels up to date."""
        raise NotImplementedError

    def say(
        self, words: str, severity: Literal["information", "warning", "error"] = "information"
    ) -> None:
        """A short notice."""
        self.notify(words, severity=severity, markup=False, timeout=6)

    @on(BugFound)
    def _bug_found(self, event: BugFound) -> None:
        self.report_bug(event.error)

    @on(CheckDone)
    def _check_done(self, done: CheckDone) -> None:
        if self.session.is_old(done.job):
            return
        self.session.take_check(done)
        if not done.billing:
            self.preview.done()
        with self.app.batch_update():
            self.problems.show(done.diagnostics, done.job.path)
            self.editor.set_marks(marks_of(done.diagnostics, done.job.path))
            self.show_state()

    @on(BillDone)
    def _bill_done(self, done: BillDone) -> None:
        if self.session.is_old(done.job):
            return
        before = self.session.shown
        self.session.take_bill(done, self.services.now())
        follows = before is not None and before.done.same_bill(done)
        with self.app.batch_update():
            self._show_bill(done, follows=follows)
            self.show_state()
        self.call_after_refresh(self.post_message, Repainted(done.job.gen, done.job.saved))
        self.preview.done()
        if before is None:
            self.set_timer(IDLE, settle)

    def redraw(self) -> None:
        """Draw what is shown once more, because it is masked now or no longer."""
        if self.session.shown is not None:
            self._show_bill(self.session.shown.done, follows=True)
        self.show_state()

    def _show_bill(self, done: BillDone, *, follows: bool) -> None:
        from tui.bill_rows import bill_rows  # noqa: PLC0415  # loads pydantic, as the bill did

        bill = done.bill
        rows = bill_rows(bill.invoice, done.change, bill.notes, bill.findings)
        self.invoice.show_rows(rows, bill.invoice.currency, follows)

    @on(NoUsageInCycle)
    def _no_usage(self, event: NoUsageInCycle) -> None:
        if not self.session.is_old(event.job):
            self.session.take_nothing("no usage")
            self.preview.done()
            self.invoice.show_words(("This account has no usage yet.", "F7 chooses another."))
            self.show_state()

    @on(JobFailed)
    def _job_failed(self, event: JobFailed) -> None:
        if not self.session.is_old(event.job):
            self.session.take_crash()
            self.preview.done()
            self.report_bug(event.error)
            self.show_state()

    def report_bug(self, error: Exception) -> None:
        """Log an internal error and say where; the app goes on."""
        from ratedsl.cli.crash import record_crash  # noqa: PLC0415

        log = record_crash(error)
        self.say(f"internal error ({type(error).__name__}); details in {log}", "error")
