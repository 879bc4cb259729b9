"""The command line's arguments: flags and the settings file put together."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, get_args

from slmaug import __version__
from slmaug.config import COUNT, WHOLE, Kind, Settings, is_text, is_weight, read_config
from slmaug.formats import FORMATS
from slmaug.record import OnDuplicate
from slmaug.terminal import failed

_FIELDS = {name: each.default for name, each in Settings.__dataclass_fields__.items()}

_EXAMPLES = """\
examples:
  python -m slmaug.build seeds.csv out.jsonl
  python -m slmaug.build seeds.csv --preview                     look before you build
  python -m slmaug.build seeds.csv out.jsonl --n 5000 --protect "bank card" --protect-regex "KB-[0-9]+"
  python -m slmaug.build seeds.csv out.jsonl --form search=5 --form swap=0
  python -m slmaug.build seeds.csv out.parquet --format messages --system "You are a helpful assistant."
  python -m slmaug.build --config recipe.yaml --random-seed 7
  python -m slmaug.build seeds.csv - | head -3

recipe.yaml has the flags' names for keys; paths in it start from the current folder:
  input: seeds.csv
  output: out.jsonl
  n: 5000
  protect: [bank card, .NET]
  forms: {search: 5, swap: 0}
A flag wins over the file. --protect and --protect-regex add to the file's; --form wins for the form it names.

exit codes: 0 all rows written, 1 something to put right, 2 wrong usage, 3 fewer rows written than asked for,
130 Ctrl-C, 143 terminated, 141 the reader of - went away. Until its rows are whole, a build changes no file.
"""


@dataclass(frozen=True)
class Arguments:
    """What the command line said: the settings of the build, and what is to be done with them."""

    settings: Settings
    config: str | None
    preview: int
    """How many rows to show; 0 for no preview."""
    dry_run: bool
    quiet: bool


def parsed(argv: Sequence[str]) -> Arguments:
    """The arguments, with the settings put together from the defaults, the file and the flags.

    Wrong usage is said on one line and raises SystemExit(2), as argparse does; a settings file that is wrong raises
    :class:`slmaug.errors.SlmaugError`.
    """
    parser = _parser()
    # "--preview seeds.csv": the K was left out, and what follows is no K.
    argv = [
        "--preview=10" if each == "--preview" and not "".join(argv[i + 1 : i + 2]).isdecimal() else each
        for i, each in enumerate(argv)
    ]
    given = parser.parse_intermixed_args(argv)
    if len(given.files) > 2:
        parser.error(f"expected two files, seeds and output, got {len(given.files)}: {' '.join(given.files)}")
    flags = {name: value for name, value in vars(given).items() if name in _FIELDS}
    flags |= dict(zip(("input", "output"), given.files, strict=False))
    merged = _merged(read_config(given.config) if given.config else {}, flags)
    if not merged.get("input"):
        parser.error("no seeds; expected a file of question-answer pairs, such as seeds.csv")
    if not (merged.get("output") or given.preview or given.dry_run):
        parser.error("no place for the rows; expected a second file, such as out.jsonl, or - for standard output")
    if given.preview and given.dry_run:
        parser.error("--preview and --dry-run exclude each other")
    return Arguments(Settings(**merged), given.config, given.preview, given.dry_run, given.quiet)


def _merged(file: Mapping[str, Any], flags: Mapping[str, Any]) -> dict[str, Any]:
    """A flag wins over the file; protected terms add up, and a form's weight wins for that form alone."""
    merged = {**file, **flags}
    for name in ("protect", "protect_regex"):
        if name in flags:
            merged[name] = (*file.get(name, ()), *flags[name])
    if "forms" in flags:
        merged["forms"] = {**file.get("forms", {}), **dict(flags["forms"])}
    return merged


# --- the flags ---------------------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, as for every other error; the usage is in --help."""
        self.exit(failed(f"{message} (see --help)", code=2))


def _parser() -> argparse.ArgumentParser:
    width = min(shutil.get_terminal_size().columns, 110) - 2
    parser = _Parser(
        prog="slmaug-build" if os.path.basename(sys.argv[0]).startswith("slmaug-build") else "python -m slmaug.build",
        usage="%(prog)s seeds.csv out.jsonl [flags]",
        description=textwrap.fill(
            "Expand question-answer seeds into training rows: other wordings of each question, the answer byte for "
            "byte. Equal input and flags give equal files.",
            width,
        ),
        epilog=_EXAMPLES,
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, max_help_position=30, width=width),
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
        add_help=False,
    )
    files = parser.add_argument_group("files")
    files.add_argument(
        "files",
        nargs="*",
        default=[],
        metavar="seeds.csv out.jsonl",
        help="the seeds (.csv, .tsv, .jsonl, .json, .parquet) and where the rows go (.jsonl, .parquet, or - for "
        "standard output); out.manifest.json beside the rows says how they were made",
    )
    _add(files, "--config", "FILE", "YAML file of settings; see below", default=None)
    _add(files, "--question-column", "NAME", "column of the questions (default: Question or prompt or instruction)")
    _add(files, "--answer-column", "NAME", "column of the answers (default: Answer or completion or output)")
    _add(
        files,
        "--on-duplicate",
        None,
        "one question with two answers: stop, or go on with the first",
        choices=get_args(OnDuplicate),
    )

    rows = parser.add_argument_group("rows")
    _add(rows, "--n", "N", "rows in all, the seeds' own included", type=_number(COUNT))
    _add(rows, "--random-seed", "N", "another number gives other rows", type=_number(WHOLE))
    _add(
        rows,
        "--form",
        "NAME=WEIGHT",
        "weight of one kind of variant, 0 for none of it; --dry-run lists them (repeatable)",
        action="append",
        type=_form,
        dest="forms",
    )
    _add(
        rows,
        "--protect",
        "TERM",
        "words to leave as they are, besides code, names and numbers (repeatable)",
        action="append",
        type=_term,
    )
    _add(
        rows, "--protect-regex", "PATTERN", "what matches is left as it is (repeatable)", action="append", type=_pattern
    )
    _add(rows, "--format", "NAME", f"{', '.join(FORMATS)}", choices=FORMATS)
    _add(rows, "--system", "TEXT", "system prompt for every row (default: none)")

    run = parser.add_argument_group("run")
    _add(
        run,
        "--preview",
        "K",
        "show K rows before and after, changes marked, and write nothing (K: 10)",
        nargs="?",
        type=_number(COUNT),
        const=10,
        default=0,
    )
    _add(
        run,
        "--dry-run",
        None,
        "read, check and plan; say what would be built, and write nothing",
        action="store_true",
        default=False,
    )
    _add(run, "--workers", "N", "processes; they change the time, not the rows", type=_number(COUNT))
    _add(run, "--quiet", None, "no progress bar and no summary", action="store_true", default=False)
    run.add_argument("--version", action="version", version=f"slmaug {__version__}", help="show the version")
    run.add_argument("-h", "--help", action="help", help="show this help")
    return parser


def _add(group: Any, flag: str, metavar: str | None, help: str, **options: Any) -> None:
    default = _FIELDS.get(flag[2:].replace("-", "_"))
    note = "" if default in (None, ()) else f" (default: {default})"
    if metavar is not None:
        options["metavar"] = metavar
    group.add_argument(flag, help=(help + note).replace("%", "%%"), **options)


# --- one flag's value --------------------------------------------------------------------------------------------


def _number(kind: Kind) -> Callable[[str], int]:
    """The reader of a flag's number that is of that kind, as the settings file checks it."""

    def read(text: str) -> int:
        with contextlib.suppress(ValueError):
            if kind.holds(int(text)):
                return int(text)
        raise argparse.ArgumentTypeError(f"expected {kind.expected}, got {text!r}")

    return read


def _term(text: str) -> str:
    if not is_text(text):
        raise argparse.ArgumentTypeError(f"expected a word or several, got {text!r}")
    return text


def _pattern(text: str) -> re.Pattern[str]:
    try:
        if text:
            return re.compile(text)
        problem = "it is empty"
    except re.error as error:
        problem = str(error)
    raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {problem}")


def _form(text: str) -> tuple[str, float]:
    name, _, weight = text.rpartition("=")
    with contextlib.suppress(ValueError):
        if name and is_weight(float(weight)):
            return name.strip(), float(weight)
    raise argparse.ArgumentTypeError(f"expected NAME=WEIGHT with a weight from 0, such as search=2, got {text!r}")
