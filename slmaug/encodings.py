"""Bytes to text: UTF-8 and nothing else, with a guess at what a file is that is not."""

from __future__ import annotations

import re
import shlex

from slmaug.errors import SeedError

_NOT_TEXT = {b"PK\x03\x04": "an Excel workbook or zip archive", b"PAR1": "a Parquet file", b"\x1f\x8b": "a gzip file"}


def decoded(name: str, data: bytes) -> str:
    """The text of a UTF-8 file without its byte order mark.

    A :class:`SeedError` names the line and the offset of the first bad byte, guesses what the file is instead, and
    says how to convert it.
    """
    try:
        text = data.decode("utf-8-sig")
        bad, found = data.find(b"\0"), "a NUL byte"
        if bad < 0:
            return text
    except UnicodeDecodeError as error:
        # The codec counts from behind the mark it took off.
        bad = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        found = f"byte 0x{data[bad]:02X}"
    line = data.count(b"\n", 0, bad) + 1
    raise SeedError(f"{name}:{line}: {found} at byte offset {bad}; expected UTF-8 text; {_advice(name, data)}")


def _advice(name: str, data: bytes) -> str:
    for magic, kind in _NOT_TEXT.items():
        if data.startswith(magic):
            return f"looks like {kind} under another name"
    encoding = _guessed_encoding(data)
    if encoding is None:
        return "the file may be damaged; save it again as UTF-8"
    stem, dot, suffix = name.rpartition(".")
    command = f"iconv -f {encoding} -t UTF-8 {shlex.quote(name)} > {shlex.quote(f'{stem}-utf8{dot}{suffix}')}"
    return f"looks like {encoding}; save as UTF-8 or convert: {command}"


def _guessed_encoding(data: bytes) -> str | None:
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "UTF-32"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    # ASCII in UTF-16 has a NUL in every second place.
    for first, encoding in ((1, "UTF-16LE"), (0, "UTF-16BE")):
        if data[first::2].count(0) > len(data) // 5 and not data[1 - first :: 2].count(0):
            return encoding
    replaced = data.decode("utf-8", "replace")
    bad = replaced.count("\ufffd")
    if not bad or b"\0" in data or sum(char > "\x7f" for char in replaced) > 10 * bad:
        return None  # mostly sound UTF-8: a damaged file, not another encoding
    # The common Chinese characters of GBK are pairs of bytes from 0xA1 up; an accented letter mostly stands alone.
    runs = re.findall(rb"[\x80-\xff]+", data)
    paired = sum(len(run) for run in runs if re.fullmatch(rb"(?:[\xa1-\xf7][\xa1-\xfe])+", run))
    for codec, encoding, fits in (
        ("gb18030", "GBK", 2 * paired > sum(map(len, runs))),
        ("cp1252", "WINDOWS-1252", True),
    ):
        try:
            if fits and data.decode(codec):
                return encoding
        except UnicodeDecodeError:
            continue
    return None
