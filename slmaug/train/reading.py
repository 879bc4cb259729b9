"""Training rows and real questions in: files become examples.

Texts stay byte for byte as they were found, and nothing is left out: what cannot be used is an error that names the
line.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from slmaug.delimited import delimited
from slmaug.encodings import decoded
from slmaug.errors import MissingPackage, SeedError, SlmaugError, printable
from slmaug.files import file_bytes as file_bytes
from slmaug.tables import Table, Wanted, json_lines, json_list, pick_columns, shown, table_of_records
from slmaug.train.example import Example
from slmaug.train.records import Record, examples_of, format_of, names_of, seed_id_of, text_of

ROW_SUFFIXES = (".jsonl", ".ndjson", ".json", ".parquet")


@dataclass(frozen=True, slots=True)
class Examples:
    """The rows of a training file.

    ``sha256`` is that of the file's bytes; ``format`` is one of :data:`slmaug.formats.FORMATS`.
    """

    examples: tuple[Example, ...]
    name: str
    sha256: str
    format: str


@dataclass(frozen=True, slots=True)
class Questions:
    """Real questions, each with the answer that is expected as its completion.

    ``sha256`` is that of the file's bytes; ``repeated`` is how many came again with the same answer and are left out.
    """

    examples: tuple[Example, ...]
    name: str
    sha256: str
    repeated: int


def read_examples(path: str | os.PathLike[str]) -> Examples:
    """Read the rows of a .jsonl, .ndjson, .json or .parquet file, all in one format, which their keys tell.

    Raises :class:`SlmaugError`, whose one line says where, what was found and what was expected.
    """
    path = Path(path)
    name, suffix = printable(path.name), path.suffix.lower()
    if path.is_file() and suffix not in ROW_SUFFIXES:
        if suffix in (".csv", ".tsv"):
            raise SlmaugError(f"{name}: {_seeds(path)}")
        found = f"suffix {shown(suffix)}" if suffix else "no suffix"
        raise SlmaugError(f"{name}: {found}; expected training rows in one of {', '.join(ROW_SUFFIXES)}")
    data = file_bytes(path)
    records = _records(name, suffix, data)
    found_keys = {key.strip().casefold() for key in records[0][1]}
    if {"question", "answer"} <= found_keys and format_of(records[0][1]) is None:
        raise SlmaugError(f"{records[0][0]}: {_seeds(path)}")
    format, examples = examples_of(records)
    if len(examples) < 2:
        raise SlmaugError(f"{examples[0].place}: the only row of {name}; training needs at least 2: build more rows")
    return Examples(examples, name, hashlib.sha256(data).hexdigest(), format)


def known_answers(examples: Iterable[Example]) -> dict[int, str]:
    """The answer of each seed that the rows name. Raises :class:`SlmaugError` where one seed has two answers."""
    first: dict[int, Example] = {}
    for example in examples:
        if example.seed_id is not None:
            known = first.setdefault(example.seed_id, example)
            if known.answer != example.answer:
                raise SlmaugError(
                    f"{example.place}: another answer of seed_id {example.seed_id} than {known.place}; expected one "
                    "answer for each seed: do not join the rows of two builds, or give each seed an id of its own"
                )
    return {seed_id: example.answer for seed_id, example in first.items()}


def read_questions(path: str | os.PathLike[str], answers: Mapping[int, str]) -> Questions:
    """Read real questions, each with its Answer or with the seed_id whose answer in ``answers`` is expected.

    CSV, TSV, JSONL, JSON and Parquet with a Question column, or rows in any format of :func:`read_examples`. A
    question that comes again with the same answer is counted. Raises :class:`SlmaugError` where it comes with another,
    where a seed_id is not in ``answers``, and for all that cannot be read.
    """
    path = Path(path)
    name, suffix = printable(path.name), path.suffix.lower()
    data = file_bytes(path)
    if suffix in (".csv", ".tsv") and data:
        found = _asked(_delimited(name, decoded(name, data), "\t,;|" if suffix == ".tsv" else ",;\t|"), answers)
    else:
        records = _records(name, suffix, data)
        if format_of(records[0][1]) is not None:
            found = [replace(example, completion=example.answer) for example in examples_of(records)[1]]
        else:
            names = list(dict.fromkeys(key for _, record in records for key in record))
            wanted = _wanted(records[0][0], [names])
            found = _asked(table_of_records(name, records, wanted), answers)
    firsts: dict[str, Example] = {}
    for example in found:
        first = firsts.setdefault(" ".join(example.question.split()), example)
        if first.completion != example.completion:
            raise SlmaugError(
                f"{example.place}: the question {shown(example.question)} has another answer here than at "
                f"{first.place}; expected one answer: remove one of the two"
            )
    return Questions(tuple(firsts.values()), name, hashlib.sha256(data).hexdigest(), len(found) - len(firsts))


def _seeds(path: Path) -> str:
    command = f"python -m slmaug.build {printable(shlex.quote(str(path)))} out.jsonl"
    return f"these are seeds; expected training rows: build them first: {command}"


# --- files to records --------------------------------------------------------------------------------------------


def _records(name: str, suffix: str, data: bytes) -> list[Record]:
    """All records of a file, at least one."""
    if not data:
        raise SlmaugError(f"{name}: the file is empty; expected rows: build them again")
    if suffix == ".parquet":
        records = _parquet(name, data)
    else:
        text = decoded(name, data)
        records = list(json_list(name, text)) if suffix == ".json" else _lines(name, text)
    if not records:
        raise SlmaugError(f"{name}: no rows; expected at least one")
    return records


def _lines(name: str, text: str) -> list[Record]:
    try:
        return list(json_lines(name, text))
    except SeedError as error:
        number, last = text.count("\n") + 1, text[text.rfind("\n") + 1 :].strip()
        if last.startswith("{") and not last.endswith("}") and str(error).startswith(f"{name}:{number}: "):
            raise SlmaugError(
                f"{name}:{number}: the last line ends in the middle of a JSON object, so the file was cut off; "
                "expected whole lines: build or copy it again"
            ) from None
        raise


def _parquet(name: str, data: bytes) -> list[Record]:
    try:
        # By name, for pyarrow has no type stubs.
        pyarrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise MissingPackage(f"{name}: reading Parquet needs pyarrow; install it: pip install pyarrow") from None
    try:
        rows = parquet.ParquetFile(pyarrow.BufferReader(data)).read().to_pylist()
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise SlmaugError(f"{name}: not a sound Parquet file ({str(error).splitlines()[0]}); write it again") from None
    return [(f"{name} row {number}", row) for number, row in enumerate(rows)]


# --- tables to examples ------------------------------------------------------------------------------------------

_BY_ANSWER, _BY_SEED = Wanted(None, None), Wanted("Question", "seed_id")


def _delimited(name: str, text: str, delimiters: str) -> Table:
    headers = [_header(text, delimiter) for delimiter in delimiters]
    return delimited(name, text, delimiters, _wanted(f"{name}:1", headers))


def _header(text: str, delimiter: str) -> list[str]:
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return next((row for row in rows if any(map(str.strip, row))), [])
    except csv.Error:  # a field longer than csv takes
        return []


def _wanted(place: str, headers: Sequence[Sequence[str]]) -> Wanted:
    """The two columns that one of these headers has."""
    for wanted in (_BY_ANSWER, _BY_SEED):
        for header in headers:
            try:
                pick_columns(place, header, wanted)
            except SeedError:
                continue
            return wanted
    raise SlmaugError(
        f"{place}: columns {names_of(max(headers, key=len))}; expected Question and either Answer or seed_id (the "
        "number of the seed whose answer is right, counted from 0)"
    )


def _asked(table: Table, answers: Mapping[int, str]) -> list[Example]:
    by_seed = table.answer_column.strip("_ ").casefold() == "seed_id"
    examples = []
    for place, question, cell in table.pairs:
        asked = text_of(place, f"column {shown(table.question_column)}", question)
        if not by_seed:
            examples.append(Example(asked, text_of(place, f"column {shown(table.answer_column)}", cell), place=place))
            continue
        seed_id = seed_id_of(place, cell)
        if seed_id is None or seed_id not in answers:
            found = "no seed_id" if seed_id is None else f"seed_id {seed_id}"
            known = f"{min(answers)} to {max(answers)}" if answers else "without any"
            raise SlmaugError(
                f"{place}: {found}; expected one that the training rows have ({known}), or a column Answer in its place"
            )
        examples.append(Example(asked, answers[seed_id], seed_id=seed_id, place=place))
    return examples
