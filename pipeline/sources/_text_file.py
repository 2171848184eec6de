"""From a file on disk to lines of text: encodings, zips, and the files that are not text at all."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, TextIO

from pipeline.problems import InputRefused, Problem
from pipeline.reference import safety

HEAD_BYTES = 1 << 16
"""Enough of a file to hold its header and first rows."""
TEXT_SUFFIXES = (".csv", ".tsv", ".txt")

_UTF8_MARK = b"\xef\xbb\xbf"
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_NOT_TEXT = {
    b"\xd0\xcf\x11\xe0": "this is an Excel workbook, not a text file; save its sheet from Excel as “CSV UTF-8”",
    b"%PDF": "this is a PDF, not a text file; look for the CSV download of the same publication",
    b"\x1f\x8b": "this is a gzip archive; unpack it and use the CSV file inside",
    b"7z\xbc\xaf": "this is a 7-Zip archive; unpack it and use the CSV file inside",
    b"Rar!": "this is a RAR archive; unpack it and use the CSV file inside",
    b"PAR1": "this is a Parquet file; a CSV file is expected",
}
_SAVE_AS_UTF8 = "the file is saved as UTF-16 (“Unicode text”); open it in Excel and save it as “CSV UTF-8”"
_WEB_PAGE = re.compile(rb"\s*<(!doctype|html|head|body|table|script|meta|\?xml|!--)", re.IGNORECASE)
_DAMAGED_ZIP = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError
)  # fmt: skip


def open_text(path: Path, head_only: bool = False) -> TextIO:
    """The characters of a text file, or of the one text file inside a zip; line ends are left as they are.

    UTF-8 with or without its mark is tried first, then Windows-1252 and Latin-1. With `head_only`, the whole lines
    of the first HEAD_BYTES. Raises InputRefused for a file that is missing, empty, too large or not text.
    """
    content = _content(path, HEAD_BYTES if head_only else safety("text_bytes"))
    if head_only and len(content) == HEAD_BYTES:
        content = content[: content.rfind(b"\n") + 1] or content
    refuse_what_is_not_text(path, content)
    _refuse_long_line(path, content)
    content = content.removeprefix(_UTF8_MARK)
    return io.TextIOWrapper(io.BytesIO(content), encoding=_encoding(content), newline="")


def refused(path: Path, rule: str, value: str = "") -> InputRefused:
    """The refusal of a whole file for one reason."""
    return InputRefused([Problem(file=str(path), rule=rule, value=value)])


def _content(path: Path, most: int) -> bytes:
    if path.is_dir():
        raise refused(path, "this is a folder; the path of a file is expected")
    try:
        with path.open("rb") as stream:
            if stream.read(4) in _ZIP_MARKS:
                return _from_zip(path, stream, most)
            _refuse_if_too_large(path, stream.seek(0, io.SEEK_END))
            stream.seek(0)
            return stream.read(most)
    except FileNotFoundError as error:
        raise refused(path, "there is no file here; check the name and the folder") from error
    except OSError as error:
        rule = f"the file cannot be opened ({error.strerror}); if another program has it open, close it there"
        raise refused(path, rule) from error


def _from_zip(path: Path, stream: BinaryIO, most: int) -> bytes:
    try:
        with zipfile.ZipFile(stream) as archive:
            member = _text_member(path, archive)
            with archive.open(member) as packed:
                return packed.read(most)
    except NotImplementedError as error:
        raise refused(
            path, "the zip file is packed in an unusual way; unpack it and use the CSV file inside"
        ) from error
    except _DAMAGED_ZIP as error:
        raise refused(path, "the zip file is damaged or was not downloaded whole; download it again") from error


def _text_member(path: Path, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if any(member.filename == "[Content_Types].xml" for member in members):
        raise refused(path, "this is an Excel workbook, not a text file; save its sheet from Excel as “CSV UTF-8”")
    texts = [member for member in members if _is_text(member.filename)]
    if len(texts) != 1:
        held = ", ".join(member.filename for member in texts or members) or "nothing"
        raise refused(path, "the zip file should hold exactly one CSV file; unpack it and name the one to use", held)
    _refuse_what_cannot_be_unpacked(path, texts[0])
    return texts[0]


def _is_text(name: str) -> bool:
    # macOS adds a twin "__MACOSX/._name.csv" for every file it packs.
    return name.lower().endswith(TEXT_SUFFIXES) and not name.startswith("__MACOSX/")


def _refuse_what_cannot_be_unpacked(path: Path, member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 1:
        raise refused(path, "the zip file is protected by a password; unpack it and use the CSV file inside")
    _refuse_if_too_large(path, member.file_size)
    if member.file_size > safety("text_packing_ratio") * max(member.compress_size, 1):
        most = safety("text_packing_ratio")
        rule = f"the zip file unpacks to over {most} times its size, as no publication does; download it again"
        raise refused(path, rule)


def _refuse_if_too_large(path: Path, size: int) -> None:
    if size > safety("text_bytes"):
        rule = (
            f"the file holds {size / 1e9:.1f} GB of text; the most that is read is {safety('text_bytes') / 1e9:.1f} GB"
        )
        raise refused(path, rule)


def refuse_what_is_not_text(path: Path, content: bytes) -> None:
    head = content[:HEAD_BYTES]
    for mark, rule in _NOT_TEXT.items():
        if head.startswith(mark):
            raise refused(path, rule)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or _looks_like_utf16(head):
        raise refused(path, _SAVE_AS_UTF8)
    if b"\x00" in content:
        raise refused(path, "the file holds binary data, not text; it may be damaged, or another kind of file renamed")
    if _WEB_PAGE.match(head):
        rule = (
            "this is a web page, not data: the download may have met an error or sign-in page; download the file again"
        )
        raise refused(path, rule)
    text = content.removeprefix(_UTF8_MARK)
    if not text or text.isspace():
        raise refused(path, "the file is empty; download or export it again")


def _refuse_long_line(path: Path, content: bytes) -> None:
    most, begins = safety("text_line_bytes"), 0
    while len(content) - begins > most:
        ends = max(content.rfind(mark, begins, begins + most) for mark in (b"\n", b"\r"))
        if ends < 0:
            row = content.count(b"\n", 0, begins) + 1
            rule = (
                f"the line that begins here has more than {most:,} bytes; the file may be damaged, or of another kind"
            )
            raise InputRefused([Problem(str(path), rule, row=row)])
        begins = ends + 1


def _looks_like_utf16(head: bytes) -> bool:
    # English text in UTF-16 has a zero in every second byte, and none in the others.
    even, odd = head[::2].count(0), head[1::2].count(0)
    return len(head) > 1 and min(even, odd) == 0 and max(even, odd) > len(head) // 4


def _encoding(content: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"
