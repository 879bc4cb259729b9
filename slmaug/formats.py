"""Rows out: each row becomes the record a trainer reads, and records become a JSONL or Parquet file.

A file is written beside its place and moved there when it is whole, so an output is the old one or the new one and
never half of either.
"""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import json
import os
import re
import shlex
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, Literal, TextIO

from slmaug.errors import MissingPackage, SlmaugError, printable
from slmaug.record import Row

Format = Literal["conversational", "messages", "prompt-completion", "alpaca", "sharegpt"]

SUFFIXES = (".jsonl", ".parquet")


# --- row to record -----------------------------------------------------------------------------------------------


def _turns(row: Row, system: str | None) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    prompt = [] if system is None else [{"role": "system", "content": system}]
    return [*prompt, {"role": "user", "content": row.question}], [{"role": "assistant", "content": row.completion}]


def _conversational(row: Row, system: str | None) -> dict[str, Any]:
    prompt, completion = _turns(row, system)
    return {"prompt": prompt, "completion": completion}


def _messages(row: Row, system: str | None) -> dict[str, Any]:
    prompt, completion = _turns(row, system)
    return {"messages": prompt + completion}


def _prompt_completion(row: Row, system: str | None) -> dict[str, Any]:
    return {"prompt": f"{system}\n\n{row.question}" if system else row.question, "completion": row.completion}


def _alpaca(row: Row, system: str | None) -> dict[str, Any]:
    record = {"instruction": row.question, "input": "", "output": row.completion}
    return record if system is None else record | {"system": system}


def _sharegpt(row: Row, system: str | None) -> dict[str, Any]:
    turns = [{"from": "human", "value": row.question}, {"from": "gpt", "value": row.completion}]
    return {"conversations": turns} if system is None else {"conversations": turns, "system": system}


_SHAPES: dict[Format, Callable[[Row, str | None], dict[str, Any]]] = {
    "conversational": _conversational,
    "messages": _messages,
    "prompt-completion": _prompt_completion,
    "alpaca": _alpaca,
    "sharegpt": _sharegpt,
}

FORMATS: tuple[Format, ...] = tuple(_SHAPES)


def to_record(row: Row, format: Format = "conversational", system: str | None = None) -> dict[str, Any]:
    """The record of one row: the trainer's columns, then where the row came from.

    ``conversational`` is TRL's prompt and completion as lists of turns, whose loss falls on the answer alone.
    ``alpaca`` and ``sharegpt`` name their keys as LLaMA-Factory and Axolotl expect. In ``prompt-completion``
    nothing is put between the two strings: that is the trainer's template to do.

    >>> to_record(Row("How?", "So.", 0, "seed", (), "9f…"), "messages")["messages"][1]
    {'role': 'assistant', 'content': 'So.'}
    """
    return _shape(format)(row, system) | {
        "seed_id": row.seed_id,
        "form": row.form,
        "steps": list(row.steps),
        "answer_sha256": row.answer_sha256,
    }


def _shape(format: str) -> Callable[[Row, str | None], dict[str, Any]]:
    for name, shape in _SHAPES.items():
        if name == format:
            return shape
    near = difflib.get_close_matches(str(format), FORMATS, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise SlmaugError(f"format is {format!r}; expected one of {', '.join(FORMATS)}{hint}")


# --- record to bytes ---------------------------------------------------------------------------------------------

# UTF-8 has no lone surrogates; U+0085, U+2028 and U+2029 end a line for readers that use str.splitlines.
_ESCAPED = re.compile("[\ud800-\udfff\x85\u2028\u2029]")


def _json_encoder(indent: int | None) -> json.JSONEncoder:
    return json.JSONEncoder(ensure_ascii=False, indent=indent, allow_nan=False)


_ONE_LINE = _json_encoder(None)  # json.dumps would make one for every row


def json_bytes(value: object, indent: int | None = None) -> bytes:
    """``value`` as UTF-8 JSON with a line feed at the end; the keys stay in their order."""
    text = (_ONE_LINE if indent is None else _json_encoder(indent)).encode(value)
    return (_ESCAPED.sub(lambda char: f"\\u{ord(char.group()):04x}", text) + "\n").encode()


def arrow_table(rows: Iterable[Row], format: Format = "conversational", system: str | None = None) -> Any:
    """The records as a ``pyarrow.Table``, whose column types do not depend on the rows."""
    try:
        pyarrow = import_module("pyarrow")  # by name, for pyarrow has no type stubs
    except ModuleNotFoundError:
        raise MissingPackage("Parquet and datasets need pyarrow; install it: pip install pyarrow") from None

    def type_of(value: object) -> Any:
        if isinstance(value, list):
            return pyarrow.list_(type_of(value[0] if value else ""))
        if isinstance(value, dict):
            return pyarrow.struct([(key, type_of(inner)) for key, inner in value.items()])
        return pyarrow.int64() if isinstance(value, int) else pyarrow.string()

    example = to_record(Row("", "", 0, "", (), ""), format, system)
    schema = pyarrow.schema([(name, type_of(value)) for name, value in example.items()])
    try:
        return pyarrow.Table.from_pylist([to_record(row, format, system) for row in rows], schema=schema)
    except UnicodeEncodeError as error:
        odd = f"\\u{ord(error.object[error.start]):04x}"
        raise SlmaugError(
            f"a text holds the lone surrogate {odd}, which Parquet cannot: {error.object[:40]!r}; write .jsonl"
        ) from None


def encoded(
    rows: Iterable[Row], suffix: str, format: Format = "conversational", system: str | None = None
) -> Iterator[bytes]:
    """The bytes of the file with that suffix, piece by piece."""
    if suffix == ".parquet":
        table = arrow_table(rows, format, system)
        pyarrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
        sink = pyarrow.BufferOutputStream()
        parquet.write_table(table, sink)
        yield sink.getvalue().to_pybytes()
    else:
        _shape(format)  # an unknown format is an error also where there are no rows
        for row in rows:
            yield json_bytes(to_record(row, format, system))


# --- bytes to file -----------------------------------------------------------------------------------------------


def check_place(path: str | os.PathLike[str]) -> None:
    """Raise :class:`SlmaugError` unless rows can be written to ``path``, so that no time is spent before it turns out.

    A suffix other than .jsonl and .parquet, a folder that is missing, a place that may not be written to and a folder
    under the file's name are errors; ``"-"`` is none.
    """
    if os.fspath(path) != "-":
        output_suffix(path)
        check_target(path)


def check_target(path: str | os.PathLike[str]) -> None:
    """Raise :class:`SlmaugError` unless a file can be put at ``path``, whatever its suffix."""
    with _one_line(printable(path)):
        _standing(Path(path))


def output_suffix(path: str | os.PathLike[str]) -> str:
    """The suffix that says how a file is written, in small letters; :class:`SlmaugError` if it is none of ours."""
    suffix = Path(path).suffix.lower()
    if suffix in SUFFIXES:
        return suffix
    if Path(path).is_dir():
        raise _folder(Path(path))
    found = f"suffix {suffix!r}" if suffix else "no suffix"
    raise SlmaugError(f"{printable(path)}: {found}; expected {' or '.join(SUFFIXES)}, or - for standard output")


def write_rows(
    rows: Iterable[Row],
    path: str | os.PathLike[str] | TextIO,
    format: Format = "conversational",
    system: str | None = None,
) -> str:
    """Write the rows as JSONL or Parquet, by the path's suffix, and return the SHA-256 of what was written.

    ``"-"`` and a text stream get JSONL. A file takes its place only when it is whole: an error or an interrupt
    leaves what stood there before. A broken pipe is left to the caller.

    Raises :class:`SlmaugError` for an unknown format, where :func:`check_place` does and where the disk is full.
    """
    if not isinstance(path, (str, os.PathLike)) or os.fspath(path) == "-":
        stream = sys.stdout if isinstance(path, (str, os.PathLike)) else path
        return _stream(encoded(rows, ".jsonl", format, system), stream)
    pieces = encoded(rows, output_suffix(path), format, system)
    with replacing(path) as file:
        return copy(pieces, file.write)


def copy(pieces: Iterable[bytes], write: Callable[[bytes], object]) -> str:
    """Write all pieces; return the SHA-256 of what was written."""
    digest = hashlib.sha256()
    for piece in pieces:
        write(piece)
        digest.update(piece)
    return digest.hexdigest()


def _stream(pieces: Iterable[bytes], stream: TextIO) -> str:
    # Past the text layer where there is one: its encoding and line ends are the terminal's, not those of JSONL.
    binary: BinaryIO | None = getattr(stream, "buffer", None)
    with _one_line("standard output" if stream is sys.stdout else "the stream"):
        stream.flush()  # what was printed before comes before
        if binary is None:
            sha256 = copy(pieces, lambda piece: stream.write(piece.decode()))
        else:
            sha256 = copy(pieces, binary.write)
            binary.flush()
    return sha256


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A file to write to that takes the place of ``path`` when the block ends well, and is removed when it does not.

    It gets the permissions that ``open(path, "w")`` would leave. A pipe or a device is written to directly.
    """
    with _one_line(printable(path)):
        target, old = _standing(Path(path))
        if old is not None and not stat.S_ISREG(old.st_mode):
            with open(target, "wb") as file:
                yield file
            return
        temporary = target.with_name(f".slmaug-{os.urandom(8).hex()}.tmp")
        try:
            with open(temporary, "xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if old is not None:
                temporary.chmod(stat.S_IMODE(old.st_mode))
            os.replace(temporary, target)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise


def _standing(path: Path) -> tuple[Path, os.stat_result | None]:
    """The file that a write to ``path`` makes, and what stands there now; an error if a file cannot be put there."""
    old = None
    try:
        target = Path(os.path.realpath(path))  # through symbolic links, as open() goes
        old = target.stat()
    except ValueError as error:  # a NUL byte in a name
        raise SlmaugError(f"{printable(path)}: cannot be written: {error}") from None
    except FileNotFoundError:
        folder = target.parent if path.parent.is_dir() else path.parent
        if not folder.is_dir():
            make = f"mkdir -p {printable(shlex.quote(str(folder)))}"
            raise SlmaugError(f"{printable(path)}: no folder {printable(folder)}; make it: {make}") from None
    if old is not None and stat.S_ISDIR(old.st_mode):
        raise _folder(path)
    # A file is replaced, which its folder must allow; a pipe or a device is written to.
    replaced = old is None or stat.S_ISREG(old.st_mode)
    if (old is not None and not os.access(target, os.W_OK)) or (replaced and not os.access(target.parent, os.W_OK)):
        raise PermissionError
    return target, old


def _folder(path: Path) -> SlmaugError:
    return SlmaugError(f"{printable(path)}: a folder; expected a file, such as {printable(path / 'rows.jsonl')}")


@contextmanager
def _one_line(where: str) -> Iterator[None]:
    """What the system refuses, as an error that names the place."""
    try:
        yield
    except (BrokenPipeError, SlmaugError):
        raise
    except PermissionError:
        raise SlmaugError(f"{where}: no permission to write it; expected a place you may write to") from None
    except OSError as error:
        raise SlmaugError(f"{where}: cannot be written: {error.strerror or error}") from None
