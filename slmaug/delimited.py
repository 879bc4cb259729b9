"""CSV and TSV to unchecked question-answer pairs; every error names the physical line it is about."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from slmaug.errors import SeedError
from slmaug.tables import Pair, Table, Wanted, pick_columns, shown

_DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_limit_lock = threading.Lock()


@contextmanager
def fields_up_to(size: int) -> Iterator[None]:
    """Let csv take fields of ``size`` characters for a while.

    csv keeps its limit for the whole process. So it is touched only for a file long enough to need it, by one
    thread of ours at a time, only ever raised meanwhile, and put back unless someone else has set it since.
    """
    with _limit_lock:
        before = csv.field_size_limit()
        if size <= before:
            yield
            return
        csv.field_size_limit(size)
        try:
            yield
        finally:
            if csv.field_size_limit() == size:
                csv.field_size_limit(before)


def delimited(name: str, text: str, delimiters: str, wanted: Wanted) -> Table:
    """The first delimiter whose header holds both columns is the file's; if none does, the first one's error holds."""
    with fields_up_to(len(text)):
        failure: SeedError | None = None
        for delimiter in delimiters:
            found = records(name, text, delimiter)
            try:
                line, header = next(found, (1, []))
                question, answer = pick_columns(f"{name}:{line}", header, wanted)
            except SeedError as error:
                failure = failure or error
                continue
            pairs = []
            for line, fields in found:
                if len(fields) != len(header):
                    raise SeedError(_field_count(f"{name}:{line}", fields, header, delimiter))
                pairs.append(Pair(f"{name}:{line}", fields[question], fields[answer]))
            if not pairs:
                raise SeedError(f"{name}: a header and no rows; expected at least one question-answer pair")
            return Table(header[question], header[answer], pairs)
    assert failure is not None
    raise failure


def records(name: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the physical line it starts on; lines of white space alone are no records."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    while True:
        try:
            fields = next(reader, None)
        except csv.Error:
            raise SeedError(_quote_error(name, text, delimiter, start, reader.line_num)) from None
        if fields is None:
            return
        if len(fields) > 1 or (fields and fields[0].strip()):
            yield start, fields
        start = reader.line_num + 1


def _quote_error(name: str, text: str, delimiter: str, start: int, stopped: int) -> str:
    """What is wrong with the quoted field at which csv gave up, and the line its quote opened on."""
    record = "".join(list(io.StringIO(text, newline=""))[start - 1 :])
    end = f"(?=[{re.escape(delimiter)}\r\n]|\\Z)"
    sound = re.compile(rf'"[^"]*(?:""[^"]*)*"{end}|(?!")[^{re.escape(delimiter)}\r\n]*')
    at = 0
    while match := sound.match(record, at):
        at = match.end() + 1
    opened = start + len(list(io.StringIO(record[:at] + ".", newline=""))) - 1
    closing = re.compile(r'"[^"]*(?:""[^"]*)*"(?!")').match(record, at)
    if closing is None:
        return (
            f"{name}:{opened}: the quote that opens here is never closed: {shown(record[at:])}; "
            'expected a closing " (a quote inside a quoted field is written twice)'
        )
    after = shown(record[closing.end() :].splitlines()[0])
    on_line = "" if stopped == opened else f" on line {stopped}"
    return (
        f"{name}:{opened}: the quote that opens here is closed{on_line} before {after}; expected a "
        f'{_DELIMITER_NAMES[delimiter]} or a line end (is a closing " missing? inside a field it is written twice)'
    )


def _field_count(place: str, fields: Sequence[str], header: Sequence[str], delimiter: str) -> str:
    columns = ", ".join(shown(name) for name in header[:8]) + (", …" if len(header) > 8 else "")
    kind = _DELIMITER_NAMES[delimiter]
    return (
        f"{place}: {len(fields)} field{'' if len(fields) == 1 else 's'}; expected {len(header)} ({columns}): "
        f"put a field that holds a {kind} or a line break in double quotes"
    )
