"""Reading and writing a plan file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratedsl.lang import textfile
from ratedsl.lang.textfile import FileTrouble, TextFile, decode, read, write


@given(st.binary(max_size=300))
def test_any_utf8_comes_back_byte_for_byte(data: bytes) -> None:
    file = decode(Path("x.rate"), data)
    if not file.replaced:
        assert file.encode(file.text) == data


@given(st.text(alphabet="a\r\n\ufeff\u2028\x0c", max_size=40))
def test_every_mixture_of_line_ends_comes_back(text: str) -> None:
    data = text.encode()
    file = decode(Path("x.rate"), data)
    assert file.encode(file.text) == data


def test_line_ends_that_are_alike_become_newlines() -> None:
    file = decode(Path("x.rate"), b"a\r\nb\r\n")
    assert (file.text, file.newline) == ("a\nb\n", "\r\n")
    assert decode(Path("x.rate"), b"a\r\nb\n").text == "a\r\nb\n"


def test_what_is_not_utf8_is_counted() -> None:
    assert decode(Path("x.rate"), b"a\xff\xfeb").replaced == 2
    assert decode(Path("x.rate"), "a\ufffdb".encode()).replaced == 0


def test_a_missing_file_reads_as_empty_without_a_digest(tmp_path: Path) -> None:
    file = read(tmp_path / "none" / "x.rate")
    assert (file.text, file.digest) == ("", None)


def test_a_folder_a_pipe_and_a_huge_file_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FileTrouble, match="not a plain file"):
        read(tmp_path)
    os.mkfifo(tmp_path / "pipe.rate")
    with pytest.raises(FileTrouble, match="not a plain file"):
        read(tmp_path / "pipe.rate")
    monkeypatch.setattr(textfile, "LARGEST", 10)
    (tmp_path / "big.rate").write_bytes(b"x" * 11)
    with pytest.raises(FileTrouble, match="more than"):
        read(tmp_path / "big.rate")


def test_writing_keeps_the_mode_and_a_link(tmp_path: Path) -> None:
    target = tmp_path / "target.rate"
    target.write_text("old\n")
    target.chmod(0o600)
    link = tmp_path / "link.rate"
    link.symlink_to(target)
    done = write(read(link), "new\n")
    assert link.is_symlink() and target.read_text() == "new\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert done == read(link)


def test_a_failed_write_leaves_the_old_content_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.rate"
    path.write_text("old\n")
    file = read(path)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileTrouble, match="no space left"):
        write(file, "new\n")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("x.rate", "old\n")]


def test_a_folder_that_is_gone_is_made_again(tmp_path: Path) -> None:
    file = TextFile(tmp_path / "gone" / "x.rate")
    write(file, "text\n")
    assert (tmp_path / "gone" / "x.rate").read_text() == "text\n"
