"""A text file as lines, packed by gzip or not, with its hash; damage is one clear line.

Memory is bounded: of a line longer than any record only the beginning is kept. Bytes that
the encoding does not know become lone surrogates, so that one bad row does not cost the file.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import IO, Self

LINE_LIMIT = 1_000_000
BLOCK = 1 << 20
GZIP_MARK = b"\x1f\x8b"


class UsageFileError(Exception):
    """One clear line on why a usage file cannot be read; nothing of it is stored."""


class TextFile:
    """A file open for reading. `sha256` is that of its unpacked content, once it is read."""

    def __init__(self, path: Path, encoding: str) -> None:
        """Open the file. `UsageFileError` where that is not possible."""
        self.path = path
        self.line_number = 0
        self.overlong = False
        self._closing = ExitStack()
        try:
            if path.is_dir():
                raise UsageFileError(f"`{path}` is a folder, not a usage file")
            if path.exists() and not path.is_file():
                # A device or a pipe may have no end, and an import has to know its size.
                raise UsageFileError(f"`{path}` is not a regular file; save its content first")
            self._raw = self._closing.enter_context(path.open("rb"))
            self.size = path.stat().st_size
            packed = self._raw.read(2) == GZIP_MARK
            self._raw.seek(0)
        except FileNotFoundError:
            raise UsageFileError(f"no usage file at `{path}`") from None
        except OSError as error:
            self._closing.close()
            raise UsageFileError(f"cannot read `{path}`: {_reason(error)}") from error
        source: IO[bytes] | gzip.GzipFile = self._raw
        if packed:
            source = gzip.GzipFile(fileobj=self._raw)
            self._closing.enter_context(closing(source))
        self._hashed = _Hashed(source)
        self._text = io.TextIOWrapper(
            io.BufferedReader(self._hashed, BLOCK),
            # A byte order mark is no part of the first column's name.
            encoding="utf-8-sig" if encoding.lower().replace("_", "-") in _UTF_8 else encoding,
            errors="surrogateescape",
            newline="",
        )
        self._closing.enter_context(closing(self._text))

    @property
    def position(self) -> int:
        """How many of the file's `size` bytes have been read."""
        return self._raw.tell()

    @property
    def sha256(self) -> str:
        """The hash of what has been read, unpacked."""
        return self._hashed.digest.hexdigest()

    def lines(self) -> Iterator[str]:
        """Each line with its end. `line_number` counts them, `overlong` marks a cut one."""
        try:
            while line := self._text.readline(LINE_LIMIT):
                self.line_number += 1
                self.overlong = len(line) == LINE_LIMIT and line[-1] not in "\r\n"
                if self.overlong:
                    self._skip_rest()
                yield line
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise UsageFileError(
                f"`{self.path}` is damaged or cut off after line {self.line_number}:"
                " nothing was imported; fetch the file again"
            ) from error
        except UnicodeError as error:
            raise UsageFileError(
                f"`{self.path}` is not {self._text.encoding} text after line {self.line_number}:"
                " nothing was imported; state its encoding in the mapping"
            ) from error
        except OSError as error:
            raise UsageFileError(f"cannot read `{self.path}`: {_reason(error)}") from error

    def _skip_rest(self) -> None:
        while rest := self._text.readline(LINE_LIMIT):
            if rest[-1] in "\r\n":
                return

    def __enter__(self) -> Self:
        """The file itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close, whatever happened."""
        self._closing.close()


_UTF_8 = ("utf-8", "utf8", "u8")


class _Hashed(io.RawIOBase):
    """A stream that hashes what is read from it."""

    def __init__(self, source: IO[bytes] | gzip.GzipFile) -> None:
        super().__init__()
        self._source = source
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._source.read(len(buffer))
        buffer[: len(data)] = data
        self.digest.update(data)
        return len(data)


def _reason(error: OSError) -> str:
    return (error.strerror or "input error").lower()
