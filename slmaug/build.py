"""The command line: ``python -m slmaug.build seeds.csv out.jsonl``.

What was asked for goes to standard output (rows behind ``-``, a preview, a dry run's plan); all that is said about it
goes to standard error. The library is imported when a build begins, so that --help is there at once and an early
Ctrl-C is met.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shlex
import shutil
import signal
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn, TextIO, get_args

from slmaug import __version__
from slmaug.config import OnDuplicate, Settings, is_weight, read_config
from slmaug.errors import SlmaugError
from slmaug.formats import FORMATS, output_suffix

if TYPE_CHECKING:
    from types import FrameType

    from slmaug.files import Seeds
    from slmaug.recipe import Recipe
    from slmaug.rows import Rows

SHORT = 3
"""Exit code: rows were written, but fewer than asked for."""
_BROKEN_PIPE = 128 + 13
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


class Stopped(BaseException):
    """A signal asked the build to stop; like KeyboardInterrupt, no ``except Exception`` may swallow it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    try:
        with _stoppable():
            return _run(sys.argv[1:] if argv is None else argv)
    except SystemExit as finished:  # argparse after --help and --version
        return int(finished.code or 0)
    except Stopped as stopped:
        word = "interrupted" if stopped.number == signal.SIGINT else "terminated"
        _say(f"slmaug: {word}; no file was changed")
        return 128 + stopped.number
    except SlmaugError as error:
        _drop_output()
        return _failed(str(error))
    except BrokenPipeError:
        _drop_output()
        return _BROKEN_PIPE


def _run(argv: Sequence[str]) -> int:
    start = time.perf_counter()
    arguments = _parsed(argv)
    settings: Settings = arguments.settings
    to_file = settings.output not in ("", "-")
    if sys.stdout is None and (settings.output == "-" or arguments.preview or arguments.dry_run):
        raise SlmaugError("standard output is closed; expected a place to write to")
    if to_file:
        _check_output(settings, arguments.config)
    from slmaug.files import read_seeds

    seeds = read_seeds(
        settings.input,
        question_column=settings.question_column,
        answer_column=settings.answer_column,
        on_duplicate=settings.on_duplicate,
    )
    recipe = _recipe(settings)
    if arguments.dry_run:
        from slmaug.summary import plan_lines

        _show("\n".join(plan_lines(seeds, settings, recipe, _width(sys.stdout))))
        return 0
    rows = _expanded(settings, seeds, recipe, quiet=arguments.quiet)
    if arguments.preview:
        from slmaug.summary import skipped_lines
        from slmaug.view import text_table

        _show(text_table(rows, arguments.preview, rows.seeds, colour=_has_colour(sys.stdout)).rstrip("\n"))
        shown = min(arguments.preview, len(rows))
        if not arguments.quiet:
            lines = [f"{shown} of {len(rows):,} rows shown, none written", *skipped_lines(seeds, _width(sys.stderr))]
            _say("\n" + "\n".join(lines))
        return 0
    from slmaug.summary import short_of, summary_lines

    lines = summary_lines(rows, seeds, _width(sys.stderr))  # first, so that no interrupt falls behind the writing
    rows.write(settings.output, settings.format, settings.system)
    short = short_of(rows)
    if not arguments.quiet:
        where = settings.output if to_file else "standard output"
        seconds = time.perf_counter() - start
        _say("\n".join([f"{len(rows):,} rows written to {where} in {seconds:.1f} s", *lines]))
    if short:
        _say(f"slmaug: warning: {short}")
    return SHORT if short else 0


def _expanded(settings: Settings, seeds: Seeds, recipe: Recipe, *, quiet: bool) -> Rows:
    from concurrent.futures.process import BrokenProcessPool

    from slmaug.expansion import expand

    try:
        with _progress(settings.n, quiet) as progress:
            return expand(
                seeds,
                settings.n,
                recipe=recipe,
                random_seed=settings.random_seed,
                protect=(*settings.protect, *settings.protect_regex),
                on_duplicate=settings.on_duplicate,
                workers=settings.workers,
                progress=progress,
            )
    except BrokenProcessPool:
        raise SlmaugError("a worker process died, perhaps for want of memory; try fewer --workers") from None


def _recipe(settings: Settings) -> Recipe:
    from slmaug.recipe import DEFAULT

    try:
        return DEFAULT.reweighted(settings.forms)
    except ValueError as error:
        raise SlmaugError(f"form weights: {error}") from None


def _check_output(settings: Settings, config: str | None) -> None:
    """Refuse what cannot be written, before the time is spent; and never write over what is read."""
    from pathlib import Path

    from slmaug.manifest import manifest_path

    output = Path(settings.output)
    output_suffix(output)
    for written in (output, manifest_path(output)):
        for read in filter(None, (settings.input, config)):
            with contextlib.suppress(OSError, ValueError):
                if os.path.samefile(read, written):
                    raise SlmaugError(f"{written}: this build reads it ({read}); expected another file to write to")
    if not output.parent.is_dir():
        raise SlmaugError(f"{output}: no folder {output.parent}; make it: mkdir -p {shlex.quote(str(output.parent))}")


# --- arguments ---------------------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, as for every other error; the usage is in --help."""
        self.exit(_failed(f"{message} (see --help)", code=2))


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
    _add(files, "--on-duplicate", None, "one question with two answers: stop, or go on with the first",
         choices=get_args(OnDuplicate))

    rows = parser.add_argument_group("rows")
    _add(rows, "--n", "N", "rows in all, the seeds' own included", type=_count)
    _add(rows, "--random-seed", "N", "another number gives other rows", type=_whole)
    _add(rows, "--form", "NAME=WEIGHT", "weight of one kind of variant, 0 for none of it; --dry-run lists them "
         "(repeatable)", action="append", type=_form, dest="forms")
    _add(rows, "--protect", "TERM", "words to leave as they are, besides code, names and numbers (repeatable)",
         action="append", type=_term)
    _add(rows, "--protect-regex", "PATTERN", "what matches is left as it is (repeatable)", action="append",
         type=_pattern)
    _add(rows, "--format", "NAME", f"{', '.join(FORMATS)}", choices=FORMATS)
    _add(rows, "--system", "TEXT", "system prompt for every row (default: none)")

    run = parser.add_argument_group("run")
    _add(run, "--preview", "K", "show K rows before and after, changes marked, and write nothing (K: 10)", nargs="?",
         type=_count, const=10, default=0)
    _add(run, "--dry-run", None, "read, check and plan; say what would be built, and write nothing",
         action="store_true", default=False)
    _add(run, "--workers", "N", "processes; they change the time, not the rows", type=_count)
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


def _parsed(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments, with ``settings`` put together from the defaults, the file and the flags."""
    parser = _parser()
    # "--preview seeds.csv": the K was left out, and what follows is no K.
    argv = [
        "--preview=10" if each == "--preview" and not "".join(argv[i + 1 : i + 2]).isdecimal() else each
        for i, each in enumerate(argv)
    ]
    arguments = parser.parse_intermixed_args(argv)
    flags = {name: value for name, value in vars(arguments).items() if name in _FIELDS}
    if len(arguments.files) > 2:
        parser.error(f"expected two files, seeds and output, got {len(arguments.files)}: {' '.join(arguments.files)}")
    flags |= dict(zip(("input", "output"), arguments.files, strict=False))
    merged = read_config(arguments.config) if arguments.config else {}
    for name in ("protect", "protect_regex"):
        if name in flags:
            flags[name] = (*merged.get(name, ()), *flags[name])
    if "forms" in flags:
        flags["forms"] = merged.get("forms", {}) | dict(flags["forms"])
    merged |= flags
    if not merged.get("input"):
        parser.error("no seeds; expected a file of question-answer pairs, such as seeds.csv")
    if not (merged.get("output") or arguments.preview or arguments.dry_run):
        parser.error("no place for the rows; expected a second file, such as out.jsonl, or - for standard output")
    if arguments.preview and arguments.dry_run:
        parser.error("--preview and --dry-run exclude each other")
    arguments.settings = Settings(**merged)
    return arguments


def _count(text: str) -> int:
    with contextlib.suppress(ValueError):
        if int(text) >= 1:
            return int(text)
    raise argparse.ArgumentTypeError(f"expected a whole number from 1, got {text!r}")


def _whole(text: str) -> int:
    with contextlib.suppress(ValueError):
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a whole number, got {text!r}")


def _term(text: str) -> str:
    if not text.strip():
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


# --- terminal ----------------------------------------------------------------------------------------------------


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _has_colour(stream: TextIO) -> bool:
    return _is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _width(stream: TextIO | None) -> int | None:
    """The columns of the terminal, or None where there is none and nothing needs to wrap."""
    if stream is None or not stream.isatty():
        return None
    columns = os.environ.get("COLUMNS", "")  # shutil.get_terminal_size would ask standard output alone
    found = int(columns) if columns.isdecimal() else os.get_terminal_size(stream.fileno()).columns
    return max(found or 80, 30)


def _print(text: str, stream: TextIO) -> None:
    # A Windows console or LANG=C lacks most characters; better an escape than no output.
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    stream.flush()


def _show(text: str) -> None:
    try:
        _print(text, sys.stdout)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise SlmaugError(f"standard output: cannot be written: {error.strerror or error}") from None


def _drop_output() -> None:
    """Let go of what standard output did not take: the interpreter's last flush must not fail a second time."""
    with contextlib.suppress(OSError):
        if sys.stdout is not None:
            sys.stdout.flush()
        return
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(text: str) -> None:
    # Whoever closed standard error wants no words, and gets the rows all the same.
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            _print(text, sys.stderr)


def _failed(message: str, code: int = 1) -> int:
    _say(f"slmaug: error: {' '.join(message.splitlines())}")
    return code


@contextmanager
def _progress(total: int, quiet: bool) -> Iterator[Callable[[int], object] | None]:
    if quiet or not _is_terminal(sys.stderr):
        yield None
        return
    try:
        from tqdm import tqdm
    except ModuleNotFoundError:  # the rows are the same without a bar
        yield None
        return
    tqdm.monitor_interval = 0  # its thread would be there when workers fork
    with tqdm(total=total, unit=" rows", leave=False, dynamic_ncols=True) as bar:
        yield bar.update


@contextmanager
def _stoppable() -> Iterator[None]:
    """Within the block the first of SIGINT, SIGTERM and SIGHUP raises Stopped; later ones do not disturb cleaning up.

    A signal that is ignored from outside (nohup, a shell's background job) stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    owner = os.getpid()

    def stop(number: int, frame: FrameType | None) -> None:
        if os.getpid() != owner:  # a forked worker: the parent ends it, unless it is asked to end by itself
            if number != signal.SIGINT:
                os._exit(128 + number)
            return
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        # Found, not imported: the signal may have come in the midst of that very import.
        for worker in getattr(sys.modules.get("multiprocessing"), "active_children", list)():
            worker.kill()
        # Before Python 3.13 the pool's own thread stumbles over workers that are gone, and would print it.
        threading.excepthook = _ignore
        raise Stopped(number)

    names, excepthook = ("SIGINT", "SIGTERM", "SIGHUP"), threading.excepthook
    wanted = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {each: signal.getsignal(each) for each in wanted if signal.getsignal(each) != signal.SIG_IGN}
    for each in before:
        signal.signal(each, stop)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        threading.excepthook = excepthook


def _ignore(_: object) -> None:
    pass


if __name__ == "__main__":
    raise SystemExit(main())
