"""A plan folder as it was at a revision of git, in a folder of its own."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


class RevisionError(Exception):
    """Why a revision cannot be read, in one line for the user."""


@contextmanager
def folder_at(revision: str, folder: Path) -> Iterator[Path]:
    """A copy of `folder` as it was at a revision; the copy goes away afterwards.

    The copy is empty where the revision has no such folder. Nothing of the work tree or of
    git's state is changed. Raises RevisionError where git, the repository or the revision is
    missing.
    """
    top = Path(_git(folder, "rev-parse", "--show-toplevel").decode().strip())
    commit = _git(
        folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    inside = folder.resolve().relative_to(top.resolve()).as_posix()
    name = commit.decode().strip()
    with TemporaryDirectory(prefix="ratedsl-") as place:
        # By that name a folder is the one that paths in plans may not leave.
        target = Path(place) / "plans"
        target.mkdir()
        tree = name if inside == "." else f"{name}:{inside}"
        if _has(top, tree):
            # Links would lead out of the copy, and a plan may use none that leaves its folder.
            with tarfile.open(fileobj=io.BytesIO(_git(top, "archive", tree))) as archive:
                archive.extractall(target, filter="data")
        yield target


def _has(folder: Path, tree: str) -> bool:
    try:
        return _git(folder, "cat-file", "-t", tree).strip() in (b"tree", b"commit")
    except RevisionError:
        return False


def _git(folder: Path, *words: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=False)
    except OSError as error:
        raise RevisionError("git is not installed; name two files or folders instead") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        if words[:2] == ("rev-parse", "--verify"):
            raise RevisionError(f"`{words[-1].removesuffix('^{commit}')}` is no revision here")
        raise RevisionError(said[-1].removeprefix("fatal: ") if said else "git failed")
    return done.stdout
