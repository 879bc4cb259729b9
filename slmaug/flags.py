"""The flags of the command line, their help, and how one flag's value is read."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Callable
from typing import Any, NoReturn, get_args

from slmaug import __version__
from slmaug.config import (
    COUNT,
    DOLLARS,
    ENVIRONMENT,
    FROM_ZERO,
    LANGUAGE,
    TEMPERATURE,
    WHOLE,
    Cot,
    Kind,
    Settings,
    is_text,
    is_weight,
)
from slmaug.cot.rewriter import Language
from slmaug.formats import FORMATS
from slmaug.record import OnDuplicate
from slmaug.terminal import failed
from slmaug.translate.engines import Engine

FIELDS = {name: each.default for name, each in Settings.__dataclass_fields__.items()}
"""The settings by name, with their defaults."""
MODEL_FLAGS = frozenset(
    "model base_url api_key_env temperature rationales budget prices journal batch concurrency requests_per_minute "
    "tokens_per_minute".split()
)
"""The settings that are about the language model alone."""
TRANSLATION_FLAGS = frozenset("samples translate_comments translator translation_models device".split())
"""The settings that are about translating alone."""

_EXAMPLES = """\
examples:
  python -m slmaug.build seeds.csv out.jsonl
  python -m slmaug.build seeds.csv --preview                     look before you build
  python -m slmaug.build seeds.csv out.jsonl --n 5000 --protect "bank card" --protect-regex "KB-[0-9]+"
  python -m slmaug.build seeds.csv out.jsonl --form search=5 --form swap=0
  python -m slmaug.build seeds.csv out.parquet --format messages --system "You are a helpful assistant."
  python -m slmaug.build --config recipe.yaml --random-seed 7
  python -m slmaug.build seeds.csv - | head -3
  python -m slmaug.build seeds.csv out.jsonl --back-translate de,fr
  python -m slmaug.build seeds_zh.csv out.jsonl --translate-to en
  python -m slmaug.build seeds.csv out.jsonl --cot llm --model gpt-4o-mini --dry-run       what it would cost
  python -m slmaug.build seeds.csv out.jsonl --cot llm --model phi3.5 --base-url http://localhost:11434/v1

recipe.yaml has the flags' names for keys; paths in it start from the current folder:
  input: seeds.csv
  output: out.jsonl
  n: 5000
  protect: [bank card, .NET]
  forms: {search: 5, swap: 0}
A flag wins over the file. --protect and --protect-regex add to the file's; --form wins for the form it names.

exit codes: 0 all rows written, 1 something to put right, 2 wrong usage, 3 written, but something fell short,
130 Ctrl-C, 143 terminated, 141 the reader of - went away. Until its rows are whole, a build changes no file.
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, as for every other error; the usage is in --help."""
        self.exit(failed(f"{message} (see --help)", code=2))


def flags_parser() -> argparse.ArgumentParser:
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
        "--glossary",
        "FILE",
        "your own words that mean the same: a CSV file, a group of two or more a row (log in,sign in)",
    )
    _add(
        rows,
        "--semantic",
        "MODEL",
        "drop variants that drifted from their seed as far as a sentence encoder can tell: its folder or name on the "
        "hub (default: auto, which is all-MiniLM-L6-v2)",
        nargs="?",
        const="auto",
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

    answers = parser.add_argument_group("step-by-step analysis")
    _add(
        answers,
        "--cot",
        None,
        "who writes it in front of each answer: slmaug itself, offline, from what the answer holds; a language model; "
        "or nobody",
        choices=get_args(Cot),
    )
    _add(answers, "--cot-language", None, "its language; auto is the question's", choices=get_args(Language))

    translation = parser.add_argument_group("translation", "by MarianMT models, unless --translator says else")
    _add(
        translation,
        "--back-translate",
        "LANG,LANG",
        "ask questions as they come back from these languages; they become the form 'back-translation'; auto takes "
        "languages whose models are at hand, and none where there are none",
        type=_pivots,
    )
    _add(translation, "--samples", "K", "translations into each of these languages", type=_number(COUNT))
    _add(
        translation,
        "--translate-to",
        "LANG",
        "bring questions and the prose of answers into this language first, such as en; code stays as it is",
        type=_language,
    )
    _add(translation, "--translate-comments", None, "comments in code, too", action="store_true")
    _add(
        translation,
        "--translator",
        None,
        "auto: CTranslate2 on a processor, transformers (marian) on a graphics card",
        choices=get_args(Engine),
    )
    _add(
        translation,
        "--translation-models",
        "FOLDER",
        "where opus-mt-en-de and the like lie (default: the Hugging Face cache, else its hub)",
    )
    _add(translation, "--device", "NAME", "what MarianMT and --semantic compute on: auto, cpu, cuda, cuda:1, mps")

    model = parser.add_argument_group(
        "language model", "asked only for --cot llm, --phrasings, --rewrite-answers and --translator llm"
    )
    _add(model, "--model", "NAME", "the model's name, such as gpt-4o-mini")
    _add(model, "--base-url", "URL", "an OpenAI-compatible server, such as http://localhost:11434/v1 (default: OpenAI)")
    _add(model, "--api-key-env", "NAME", "environment variable that holds the key", type=_environment)
    _add(model, "--rationales", "K", "different analyses for each seed with --cot llm", type=_number(COUNT))
    _add(
        model,
        "--phrasings",
        "K",
        "other wordings of each question that the model is asked for; they become the form 'rephrased'",
        type=_number(FROM_ZERO),
    )
    _add(
        model,
        "--rewrite-answers",
        None,
        "let the model improve prose and comments of the answers; code that would change keeps the answer as it is",
        action="store_true",
    )
    _add(model, "--budget", "USD", "stop before this is passed; a rerun goes on", type=_number(DOLLARS, float))
    _add(model, "--prices", "FILE", "YAML of prices per million tokens: my-model: {input: 0.15, output: 0.6}")
    _add(model, "--batch", None, "OpenAI's Batch API: half the price, within a day", action="store_true")
    _add(model, "--temperature", "T", "0 to 2 (default: the server's own)", type=_number(TEMPERATURE, float))
    _add(model, "--concurrency", "N", "calls at once", type=_number(COUNT))
    _add(model, "--requests-per-minute", "N", "limit of your account (default: none)", type=_number(COUNT))
    _add(model, "--tokens-per-minute", "N", "limit of your account (default: none)", type=_number(COUNT))
    _add(model, "--journal", "FILE", "where replies are kept, so that none is paid for twice (default: a cache folder)")

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
    default = FIELDS.get(flag[2:].replace("-", "_"))
    note = "" if default in (None, (), 0, False) and flag != "--random-seed" else f" (default: {default})"
    if metavar is not None:
        options["metavar"] = metavar
    group.add_argument(flag, help=(help + note).replace("%", "%%"), **options)


# --- one flag's value --------------------------------------------------------------------------------------------


def _number(kind: Kind, convert: Callable[[str], float] = int) -> Callable[[str], float]:
    """The reader of a flag's number that is of that kind, as the settings file checks it."""

    def read(text: str) -> float:
        with contextlib.suppress(ValueError):
            if kind.holds(convert(text)):
                return convert(text)
        raise argparse.ArgumentTypeError(f"expected {kind.expected}, got {text!r}")

    return read


def _environment(text: str) -> str:
    if ENVIRONMENT.holds(text):
        return text
    # Not repeated: it may be the key itself.
    raise argparse.ArgumentTypeError(f"expected {ENVIRONMENT.expected}, never the key itself")


def _language(text: str) -> str:
    if LANGUAGE.holds(text.lower()):
        return text.lower()
    raise argparse.ArgumentTypeError(f"expected {LANGUAGE.expected}, got {text!r}")


def _pivots(text: str) -> tuple[str, ...]:
    if text.strip().lower() == "auto":
        return ("auto",)
    return tuple(dict.fromkeys(_language(each.strip()) for each in text.split(",")))


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
