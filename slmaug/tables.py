"""JSON and Parquet to unchecked question-answer pairs: records are split, the two columns found.

Nothing here judges a value; :mod:`slmaug.files` does. Every message starts with the place it is about. CSV has a
module of its own, :mod:`slmaug.delimited`.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import NamedTuple

from slmaug.errors import MissingPackage, SeedError


class Wanted(NamedTuple):
    """The column names the user gave; None stands for the usual names."""

    question: str | None
    answer: str | None


class Pair(NamedTuple):
    """Two cells as they were found, and the place an error message names."""

    place: str
    question: object
    answer: object


class Table(NamedTuple):
    question_column: str
    answer_column: str
    pairs: list[Pair]


def shown(value: object) -> str:
    """The value's beginning on one line, fit for an error message: line breaks and odd Unicode are escaped."""
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:39] + "…")
    text = " ".join(repr(value).split())
    return text if len(text) <= 40 else text[:39] + "…"


# --- columns -----------------------------------------------------------------------------------------------------

# Names other tools give the pair. Alpaca's instruction/output counts only where no "input" column holds part of
# the question.
_OTHER_NAMES = (("prompt", "completion", None), ("instruction", "output", "input"))


def pick_columns(where: str, names: Sequence[str], wanted: Wanted) -> tuple[int, int]:
    """The positions of the question and the answer column."""
    question_name, answer_name = wanted.question or "Question", wanted.answer or "Answer"
    questions, answers = _positions(names, question_name), _positions(names, answer_name)
    if not questions and not answers and wanted == (None, None):
        pairs = [
            (found_question, found_answer)
            for question, answer, spoiler in _OTHER_NAMES
            if (found_question := _positions(names, question)) and (found_answer := _positions(names, answer))
            if spoiler is None or not _positions(names, spoiler)
        ]
        if len(pairs) == 1:
            questions, answers = pairs[0]
    for positions in (questions, answers):
        if len(positions) > 1:
            found = ", ".join(shown(names[position]) for position in positions)
            raise SeedError(f"{where}: {len(positions)} columns fit one name: {found}; expected one, rename the others")
    missing = [name for name, found in ((question_name, questions), (answer_name, answers)) if not found]
    if missing:
        raise SeedError(_missing_columns(where, names, missing))
    if questions == answers:
        raise SeedError(f"{where}: question and answer are both column {shown(names[questions[0]])}; expected two")
    return questions[0], answers[0]


def _plain(name: str) -> str:
    return name.strip("_ \t\r\n\ufeff\xa0").casefold()


def _positions(names: Sequence[str], wanted: str) -> list[int]:
    exact = [position for position, name in enumerate(names) if name == wanted]
    return exact or [position for position, name in enumerate(names) if _plain(name) == _plain(wanted)]


def _missing_columns(where: str, names: Sequence[str], missing: Sequence[str]) -> str:
    found = ", ".join(shown(name) for name in names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    plain = {_plain(name): name for name in names}
    near = [
        shown(plain[match]) for name in missing for match in difflib.get_close_matches(_plain(name), list(plain), n=1)
    ]
    hint = f" (did you mean {' and '.join(near)}?)" if near else ""
    expected = " and ".join(shown(name) for name in missing)
    return (
        f"{where}: no column{'s' if len(missing) > 1 else ''} {expected}; found {found or 'none'}{hint}; "
        "name them with --question-column and --answer-column"
    )


def table_of_records(where: str, records: Iterable[tuple[str, Mapping[str, object]]], wanted: Wanted) -> Table:
    """The table of ``(place, record)`` pairs, each record a mapping from column to value."""
    rows = list(records)
    # A record need not list its keys in the order of the first, so the columns are those of all of them.
    names = list(dict.fromkeys(key for _, record in rows for key in record if isinstance(key, str)))
    if not rows:
        raise SeedError(f"{where}: no rows; expected at least one question-answer pair")
    question, answer = (names[position] for position in pick_columns(where, names, wanted))
    for place, record in rows:
        for name in (question, answer):
            if name not in record:
                found = ", ".join(shown(key) for key in list(record)[:8]) or "none"
                raise SeedError(f"{place}: no column {shown(name)}; found {found}; expected it as in the other rows")
    return Table(question, answer, [Pair(place, record[question], record[answer]) for place, record in rows])


# --- JSON --------------------------------------------------------------------------------------------------------


def json_lines(name: str, text: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    expected = "one JSON object on each line"
    # Not splitlines(): U+2028 may stand unescaped in a JSON string.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{name}:{number}"
        record, end = _json_record(place, line, len(line) - len(line.lstrip()), expected)
        if line[end:].strip():
            raise SeedError(f"{place}: invalid JSON at column {end + 1}: text after the object; expected {expected}")
        yield place, record


def json_list(name: str, text: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The records of a JSON list, each with the line it starts on."""
    expected = "a list of objects"
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        hint = "; one object on each line? then name it .jsonl" if error.msg == "Extra data" else ""
        message = f"invalid JSON at column {error.colno}: {error.msg}; expected {expected}{hint}"
        raise SeedError(f"{name}:{error.lineno}: {message}") from None
    except (ValueError, RecursionError) as error:  # a number of 5000 digits, 100000 brackets
        raise SeedError(f"{name}: unreadable JSON: {error}; expected {expected}") from None
    if not isinstance(whole, list):
        raise SeedError(f"{name}: {kind_of(whole)}; expected {expected}")
    # The text is sound, so a second walk only has to find where each element starts.
    at, line, counted = text.index("[") + 1, 1, 0
    for _ in whole:
        while text[at] in " \t\r\n,":
            at += 1
        line, counted = line + text.count("\n", counted, at), at
        record, at = _json_record(f"{name}:{line}", text, at, expected)
        yield f"{name}:{line}", record


def _json_record(place: str, text: str, at: int, expected: str) -> tuple[Mapping[str, object], int]:
    """The object that starts at ``at``, and where it ends."""

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        made: dict[str, object] = {}
        for key, value in pairs:
            if key in made:
                raise SeedError(f"{place}: the key {shown(key)} is there twice in one object; expected it once")
            made[key] = value
        return made

    try:
        record, end = json.JSONDecoder(object_pairs_hook=unique).raw_decode(text, at)
    except SeedError:
        raise
    except json.JSONDecodeError as error:
        raise SeedError(f"{place}: invalid JSON at column {error.colno}: {error.msg}; expected {expected}") from None
    except (ValueError, RecursionError) as error:
        raise SeedError(f"{place}: unreadable JSON: {error}; expected {expected}") from None
    if not isinstance(record, dict):
        raise SeedError(f"{place}: {kind_of(record)}; expected {expected}")
    return record, end


def kind_of(value: object) -> str:
    """The value's kind in words, with its beginning."""
    kinds = {bool: "a truth value", int: "a number", float: "a number", list: "a list", dict: "an object", str: "text"}
    kind = kinds.get(type(value), type(value).__name__)
    return f"{kind} ({shown(value)})"


# --- Parquet -----------------------------------------------------------------------------------------------------


def parquet(name: str, data: bytes, wanted: Wanted) -> Table:
    try:
        # By name, for pyarrow has no type stubs.
        pyarrow, pq = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise MissingPackage(f"{name}: reading Parquet needs pyarrow; install it: pip install pyarrow") from None
    try:
        table = pq.ParquetFile(pyarrow.BufferReader(data)).read()
        question, answer = pick_columns(name, table.column_names, wanted)
        cells = zip(table.column(question).to_pylist(), table.column(answer).to_pylist(), strict=True)
        pairs = [Pair(f"{name} row {row}", *both) for row, both in enumerate(cells)]
    except SeedError:
        raise
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise SeedError(f"{name}: not a sound Parquet file ({str(error).splitlines()[0]}); write it again") from None
    if not pairs:
        raise SeedError(f"{name}: no rows; expected at least one question-answer pair")
    return Table(table.column_names[question], table.column_names[answer], pairs)
