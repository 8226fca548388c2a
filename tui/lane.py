"""Background lanes: work off the UI thread that never delays quitting.

Textual's own thread workers keep the app from ending until they return; a lane's thread is
a daemon, and the running task is asked to stop.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Condition, Thread

Cancelled = Callable[[], bool]
Task = Callable[[Cancelled], None]


class Lane:
    """One thread that runs tasks in turn.

    In a lane with `newest_only`, a new task replaces those that wait and cancels the one
    that runs: its `cancelled` turns true, and it should return soon. A task that raises is
    handed to `failed`; the lane goes on.
    """

    def __init__(
        self, name: str, failed: Callable[[Exception], object], newest_only: bool = False
    ) -> None:
        """The thread starts with the first task; `failed` is called on it."""
        self._name = name
        self._failed = failed
        self._newest_only = newest_only
        self._waiting: deque[Task] = deque()
        self._running: Task | None = None
        self._newest: Task | None = None
        self._closed = False
        self._changed = Condition()
        self._thread: Thread | None = None

    def submit(self, task: Task) -> None:
        """Run `task` on the lane's thread; ignored once the lane is closed."""
        with self._changed:
            if self._closed:
                return
            if self._newest_only:
                self._waiting.clear()
                self._newest = task
            self._waiting.append(task)
            if self._thread is None:
                self._thread = Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            self._changed.notify()

    @property
    def busy(self) -> bool:
        """Whether a task runs or waits."""
        with self._changed:
            return self._running is not None or bool(self._waiting)

    def close(self) -> None:
        """Cancel everything and take no more; returns at once."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._running = None
                while not self._waiting and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return
                task = self._running = self._waiting.popleft()
            try:
                task(self._cancelled(task))
            except Exception as error:
                if not self._closed:
                    self._failed(error)

    def _cancelled(self, task: Task) -> Cancelled:
        return lambda: self._closed or (self._newest_only and self._newest is not task)
