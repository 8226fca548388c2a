"""One language server for all tests, and a folder of plans for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.language_server.editor import CHILD, PLAN, ZONES, Client


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One server for all tests, as an editor has one for all folders."""
    one = Client(tmp_path_factory.mktemp("served").resolve())
    one.start()
    yield one
    one.process.kill()
    one.process.wait()


@pytest.fixture
def client(server: Client, tmp_path: Path) -> Iterator[Client]:
    (tmp_path / "plans" / "shared").mkdir(parents=True)
    (tmp_path / "plans" / "demo.rate").write_text(PLAN)
    (tmp_path / "plans" / "shared" / "zones.rate").write_text(ZONES)
    (tmp_path / "plans" / "young.rate").write_text(CHILD)
    server.root = tmp_path.resolve()
    yield server
    server.close_all()
