"""Seeds in: a file, a DataFrame, a Dataset or a list becomes checked, frozen seeds.

Values stay byte for byte as they were found. :mod:`slmaug.tables` splits files into pairs of cells; this module
opens and decodes them, takes what is already in memory, and judges every pair.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from slmaug.delimited import delimited
from slmaug.encodings import decoded
from slmaug.errors import SeedError, printable
from slmaug.record import OnDuplicate, Seed
from slmaug.tables import (
    Pair,
    Table,
    Wanted,
    json_lines,
    json_list,
    kind_of,
    parquet,
    pick_columns,
    shown,
    table_of_records,
)

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A data row that was left out: where it is (``seeds.csv:14``, ``row 3``) and why."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Seeds:
    """The usable seeds of one source, and what was left out of it.

    ``source`` is the file's name or the kind of object. ``sha256`` is that of the file's bytes; for input in
    memory, that of the JSON list of all its pairs, so it does not depend on the kind of object. ``on_duplicate`` is
    what was done with one question under two answers.
    """

    seeds: tuple[Seed, ...]
    skipped: tuple[Skipped, ...]
    source: str
    sha256: str
    question_column: str
    answer_column: str
    on_duplicate: OnDuplicate = "error"


def read_seeds(
    source: str | os.PathLike[str] | Iterable[object],
    *,
    question_column: str | None = None,
    answer_column: str | None = None,
    on_duplicate: OnDuplicate = "error",
) -> Seeds:
    """Read question-answer pairs from a path, a pandas DataFrame, a datasets.Dataset or any iterable of pairs.

    An iterable holds dicts, ``(question, answer)`` tuples or seeds. Rows in memory and in Parquet are counted
    from 0, lines from 1. A question that comes twice with two answers is an error, unless ``on_duplicate`` is
    ``"first"``: then the later one is left out.

    Raises :class:`SeedError`, whose one line says where, what was found and what was expected; and
    :class:`slmaug.errors.MissingPackage` for a Parquet file without pyarrow.

    >>> read_seeds([("How do I read a file?", "Use open().")]).seeds[0].answer
    'Use open().'
    """
    if on_duplicate not in ("error", "first"):
        raise SeedError(f"on_duplicate is {shown(on_duplicate)}; expected 'error' or 'first'")
    wanted = Wanted(question_column, answer_column)
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        name, data = printable(path.name), file_bytes(path)
        table, sha256 = _file_table(name, path.suffix.lower(), data, wanted), hashlib.sha256(data).hexdigest()
    else:
        name, table = _memory_table(source, wanted)
        sha256 = _pairs_hash(table.pairs)
    seeds, skipped = _judged(table, on_duplicate)
    if not seeds:
        rows = "the only row" if len(skipped) == 1 else f"any of {len(skipped)} rows"
        raise SeedError(f"{name}: no usable pair in {rows}; {skipped[0].place}: {skipped[0].reason}")
    return Seeds(tuple(seeds), tuple(skipped), name, sha256, table.question_column, table.answer_column, on_duplicate)


# --- judging -----------------------------------------------------------------------------------------------------


def _judged(table: Table, on_duplicate: OnDuplicate) -> tuple[list[Seed], list[Skipped]]:
    from slmaug.text import question_key  # here, so that importing this module compiles no patterns

    seeds: list[Seed] = []
    skipped: list[Skipped] = []
    firsts: dict[str, Seed] = {}
    for number, (place, *cells) in enumerate(table.pairs):
        columns = (table.question_column, table.answer_column)
        question, answer = (_text(place, column, cell) for column, cell in zip(columns, cells, strict=True))
        empty = [shown(column) for column, text in zip(columns, (question, answer), strict=True) if not text.strip()]
        if empty:
            words = f"column {empty[0]} is empty" if len(empty) == 1 else f"columns {' and '.join(empty)} are empty"
            skipped.append(Skipped(place, words))
            continue
        seed = Seed(number, question, answer, place)
        # A question of punctuation alone has no words to compare by.
        first = firsts.setdefault(question_key(question) or question, seed)
        if first is seed:
            seeds.append(seed)
        elif first.answer == answer:
            skipped.append(Skipped(place, f"same question and answer as {first.place}"))
        elif on_duplicate == "first":
            skipped.append(Skipped(place, f"same question as {first.place}, with another answer"))
        else:
            here, there = _beginnings(answer, first.answer)
            raise SeedError(
                f"{place}: the question {shown(question)} has answer {here} here and {there} at {first.place}; "
                "expected one answer: remove one, or keep the earlier (on_duplicate='first', --on-duplicate first)"
            )
    return seeds, skipped


def _text(place: str, column: str, cell: object) -> str:
    """The cell's text, "" for a missing value; any other value is an error."""
    if isinstance(cell, str):
        # A subclass (numpy's str_, an Enum) gives up its own text, whatever its __str__ says.
        text = str.__str__(cell)
        try:
            text.encode()
        except UnicodeEncodeError as error:
            odd = f"\\u{ord(text[error.start]):04x}"
            where = f"column {shown(column)} holds the lone surrogate {odd} at character {error.start}"
            raise SeedError(f"{place}: {where}; expected text that can be written as UTF-8") from None
        return text
    # pandas' NA and NaT are known by name, so that pandas need not be imported. NA cannot be compared.
    if cell is None or type(cell).__name__ in ("NAType", "NaTType") or (isinstance(cell, float) and cell != cell):
        return ""
    raise SeedError(f"{place}: column {shown(column)} holds {kind_of(cell)}; expected text")


def _beginnings(one: str, other: str) -> tuple[str, str]:
    """Both texts from where they begin to differ, if that is too far in for their beginnings to show it."""
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = 0 if same < 30 else same - 10
    dots = "…" if start else ""
    return shown(dots + one[start:]), shown(dots + other[start:])


def _pairs_hash(pairs: Sequence[Pair]) -> str:
    # Of all rows, the empty ones too: they count in the seeds' ids. _judged has the say on values that are no text.
    texts = [[cell if isinstance(cell, str) else None for cell in pair[1:]] for pair in pairs]
    return hashlib.sha256(json.dumps(texts, separators=(",", ":")).encode()).hexdigest()


# --- in memory ---------------------------------------------------------------------------------------------------


def _memory_table(source: object, wanted: Wanted) -> tuple[str, Table]:
    """The pairs of an object, and what to call it."""
    kind = type(source).__name__
    # Whoever holds a DataFrame or a Dataset has imported its library; nobody else needs it.
    pandas, hf_datasets = sys.modules.get("pandas"), sys.modules.get("datasets")
    if pandas is not None and isinstance(source, pandas.DataFrame):
        names = [name if isinstance(name, str) else str(name) for name in source.columns]
        positions = pick_columns(kind, names, wanted)
        cells = [source.iloc[:, position].tolist() for position in positions]
    elif hf_datasets is not None and isinstance(source, hf_datasets.Dataset):
        names = source.column_names
        positions = pick_columns(kind, names, wanted)
        # Plain Python values, whatever format the user set; and no other column is decoded.
        plain = source.with_format(None).select_columns([names[position] for position in positions])
        cells = [list(plain[names[position]]) for position in positions]
    else:
        return _iterable_table(source, kind, wanted)
    if not cells[0]:
        raise SeedError(f"{kind}: no rows; expected at least one question-answer pair")
    pairs = [Pair(f"row {row}", *both) for row, both in enumerate(zip(*cells, strict=True))]
    return kind, Table(names[positions[0]], names[positions[1]], pairs)


_ROW_KINDS = "dicts, (question, answer) tuples or seeds"


def _iterable_table(source: object, kind: str, wanted: Wanted) -> tuple[str, Table]:
    if isinstance(source, Mapping):
        hint = f"; pass one split: {', '.join(map(shown, source))}" if kind.endswith("DatasetDict") else ""
        raise SeedError(f"{kind}: a mapping; expected a list of {_ROW_KINDS}{hint}")
    if isinstance(source, (bytes, bytearray)) or not isinstance(source, Iterable):
        raise SeedError(f"{kind}: no source of seeds; expected a path, DataFrame, Dataset or list of {_ROW_KINDS}")
    rows: list[Any] = list(source)
    if not rows:
        raise SeedError(f"{kind}: no rows; expected at least one question-answer pair")
    kinds: tuple[tuple[Any, str], ...] = ((Mapping, "dict"), (Seed, "Seed"), ((tuple, list), "tuple"))
    row_type, row_name = next((each for each in kinds if isinstance(rows[0], each[0])), (type(rows[0]), ""))
    for row, value in enumerate(rows):
        if not row_name or not isinstance(value, row_type):
            expected = f"a {row_name}, as row 0 is" if row_name else _ROW_KINDS
            raise SeedError(f"row {row}: {kind_of(value)}; expected {expected}")
        if row_name == "tuple" and len(value) != 2:
            raise SeedError(f"row {row}: a tuple of {len(value)}; expected 2 values, a question and an answer")
    name = f"{kind} of {row_name}s"
    if row_name == "dict":
        return name, table_of_records(name, ((f"row {row}", value) for row, value in enumerate(rows)), wanted)
    if row_name == "Seed":
        pairs = [Pair(seed.place or f"row {row}", seed.question, seed.answer) for row, seed in enumerate(rows)]
    else:
        pairs = [Pair(f"row {row}", *value) for row, value in enumerate(rows)]
    return name, Table("Question", "Answer", pairs)


# --- files -------------------------------------------------------------------------------------------------------


def file_bytes(path: Path) -> bytes:
    where = printable(str(path))
    try:
        problem = _no_seed_file(path)
        if problem is None:
            return path.read_bytes()
    except PermissionError:
        problem = "no permission to read it; expected a file you may read"
    except (OSError, ValueError) as error:  # a name too long, a broken disk
        problem = f"cannot be read: {getattr(error, 'strerror', None) or error}"
    raise SeedError(f"{where}: {problem}")


def _no_seed_file(path: Path) -> str | None:
    """Why no seeds can be in ``path``, as far as its name and kind tell."""
    supported = ", ".join(SUFFIXES)
    if not path.exists():
        if not path.parent.is_dir():
            return f"no such file; there is no folder {printable(str(path.parent))}"
        near = difflib.get_close_matches(path.name, [each.name for each in path.parent.iterdir()], n=1)
        return "no such file" + (f"; did you mean {printable(str(path.with_name(near[0])))}?" if near else "")
    if path.is_dir():
        files = sorted(printable(each.name) for each in path.iterdir() if each.suffix.lower() in SUFFIXES)
        return f"a folder; expected a file ({supported})" + (f"; it holds {', '.join(files[:3])}" if files else "")
    if path.suffix.lower() not in SUFFIXES:
        found = f"suffix {shown(path.suffix)}" if path.suffix else "no suffix"
        hint = "; save the sheet as CSV UTF-8" if path.suffix.lower() in (".xlsx", ".xls", ".ods") else ""
        return f"{found}; expected one of {supported}{hint}"
    return None


def _file_table(name: str, suffix: str, data: bytes, wanted: Wanted) -> Table:
    if not data:
        raise SeedError(f"{name}: the file is empty; expected question-answer pairs")
    if suffix == ".parquet":
        return parquet(name, data, wanted)
    text = decoded(name, data)
    if not text.strip():
        raise SeedError(f"{name}: the file holds only white space; expected question-answer pairs")
    if suffix in (".csv", ".tsv"):
        return delimited(name, text, "\t,;|" if suffix == ".tsv" else ",;\t|", wanted)
    return table_of_records(name, (json_list if suffix == ".json" else json_lines)(name, text), wanted)


def few(seeds: Seeds, count: int = 3) -> Seeds:
    """Some of the seeds, evenly spread."""
    found, size = seeds.seeds, min(count, len(seeds.seeds))
    return replace(seeds, seeds=tuple(found[i * len(found) // size] for i in range(size)))
