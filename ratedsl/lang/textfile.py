"""A plan file on disk: read without losing a byte that can be kept, written whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

LARGEST = 4 << 20
BOM = b"\xef\xbb\xbf"


class FileTrouble(Exception):
    """Why a file cannot be read or written, in one line for the user."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """One file as it was last read or written.

    `text` has `\\n` line ends if all of the file's were alike; `newline` is what they are on
    disk. In a file that mixes them, stray carriage returns stay in the text. `replaced`
    counts the places that were not UTF-8 and would be lost by saving. `digest` names the
    bytes on disk, and is None where there is no file.
    """

    path: Path
    text: str = ""
    newline: str = "\n"
    bom: bool = False
    replaced: int = 0
    digest: str | None = None

    def encode(self, text: str) -> bytes:
        """The bytes to store for `text`: line ends and byte order mark as the file had them."""
        if self.newline != "\n":
            text = text.replace("\n", self.newline)
        data = text.encode("utf-8", errors="replace")
        return BOM + data if self.bom else data


def digest_of(data: bytes) -> str:
    """The name of some content."""
    return sha256(data).hexdigest()


def decode(path: Path, data: bytes) -> TextFile:
    """The file whose content is `data`; any bytes are accepted."""
    bom = data.startswith(BOM)
    body = data[len(BOM) :] if bom else data
    text = body.decode("utf-8", errors="replace")
    replaced = text.count("\ufffd") - body.count("\ufffd".encode())
    newline = "\n"
    if "\r\n" in text and text.count("\r\n") == text.count("\n"):
        newline = "\r\n"
        text = text.replace("\r\n", "\n")
    return TextFile(path, text, newline, bom, replaced, digest_of(data))


def read_bytes(path: Path) -> bytes | None:
    """The content of a plain file, None if there is none. Raises FileTrouble for all else."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise FileTrouble(f"{path} is not a plain file")
        if about.st_size > LARGEST:
            size, most = about.st_size >> 20, LARGEST >> 20
            raise FileTrouble(f"{path} has {size} MiB, more than the {most} of a plan file")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise FileTrouble(_because(path, "cannot be read", error)) from error


def read(path: Path) -> TextFile:
    """Read a file; one that is not there reads as an empty one without a digest."""
    data = read_bytes(path)
    return TextFile(path) if data is None else decode(path, data)


def write(file: TextFile, text: str) -> TextFile:
    """Save `text` as the file's content, atomically, and return the file as it is now.

    Readers see the old content or the new, never a part. The mode is kept, and a symbolic
    link stays one. A folder that is gone is made again. Raises FileTrouble, with the old
    content untouched; a file without write permission is not overwritten.
    """
    data = file.encode(text)
    target = Path(os.path.realpath(file.path))
    try:
        mode = _mode_for(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fchmod(stream.fileno(), mode)
                os.fsync(stream.fileno())
            Path(name).replace(target)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except (OSError, ValueError) as error:
        raise FileTrouble(_because(file.path, "cannot be saved", error)) from error
    return replace(file, text=text, replaced=0, digest=digest_of(data))


def _mode_for(target: Path) -> int:
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        return 0o644
    if not mode & 0o222 or not os.access(target, os.W_OK):
        raise PermissionError("the file is read-only")
    return mode


def _because(path: Path, what: str, error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    return f"{path} {what}: {reason.lower()}"
