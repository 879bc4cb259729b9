"""The command line's arguments: flags and the settings file put together."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slmaug.config import Settings, read_config
from slmaug.files import SUFFIXES
from slmaug.flags import FIELDS, MODEL_FLAGS, TRANSLATION_FLAGS, flags_parser


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
    parser = flags_parser()
    # "--preview seeds.csv": the K was left out, and what follows is no K.
    argv = [
        "--preview=10" if each == "--preview" and not "".join(argv[i + 1 : i + 2]).isdecimal() else each
        for i, each in enumerate(argv)
    ]
    # "--semantic seeds.csv" likewise.
    argv = [
        "--semantic=auto" if each == "--semantic" and _is_table("".join(argv[i + 1 : i + 2])) else each
        for i, each in enumerate(argv)
    ]
    given = parser.parse_intermixed_args(argv)
    if len(given.files) > 2:
        parser.error(f"expected two files, seeds and output, got {len(given.files)}: {' '.join(given.files)}")
    flags = {name: value for name, value in vars(given).items() if name in FIELDS}
    flags |= dict(zip(("input", "output"), given.files, strict=False))
    merged = _merged(read_config(given.config) if given.config else {}, flags)
    if not merged.get("input"):
        parser.error("no seeds; expected a file of question-answer pairs, such as seeds.csv")
    if not (merged.get("output") or given.preview or given.dry_run):
        parser.error("no place for the rows; expected a second file, such as out.jsonl, or - for standard output")
    if given.preview and given.dry_run:
        parser.error("--preview and --dry-run exclude each other")
    settings = Settings(**merged)
    _check_translation(parser, settings, flags)
    _check_model(parser, settings, flags)
    return Arguments(settings, given.config, given.preview, given.dry_run, given.quiet)


def _is_table(name: str) -> bool:
    """Whether a word names seeds or rows, and so no model."""
    return name in ("", "-") or name.lower().endswith((*SUFFIXES, ".parquet"))


def _check_model(parser: argparse.ArgumentParser, settings: Settings, flags: Mapping[str, Any]) -> None:
    """What asks a language model needs its name; and flags about a model that nothing asks were meant otherwise."""
    asks = {
        "--cot llm": settings.cot == "llm",
        "--phrasings": settings.phrasings > 0,
        "--rewrite-answers": settings.rewrite_answers,
        "--translator llm": settings.asks_model and settings.translator == "llm",
    }
    wanting = [flag for flag, on in asks.items() if on]
    if wanting and not settings.model:
        verb = "needs" if len(wanting) == 1 else "need"
        parser.error(f"{' and '.join(wanting)} {verb} a language model; expected its name, such as --model gpt-4o-mini")
    idle = [] if wanting else [f"--{name.replace('_', '-')}" for name in flags if name in MODEL_FLAGS]
    if idle:
        parser.error(f"{idle[0]} is about a language model, and nothing asks one; expected {', '.join(asks)} beside it")


def _check_translation(parser: argparse.ArgumentParser, settings: Settings, flags: Mapping[str, Any]) -> None:
    """Flags about translating where nothing is translated were meant otherwise."""
    both = ("--back-translate", "--translate-to")
    needs = {"translate_comments": both[1:], "samples": both[:1], "device": (*both, "--semantic")}
    on = {
        "--back-translate": bool(settings.back_translate),
        "--translate-to": settings.translate_to is not None,
        "--semantic": settings.semantic is not None,
    }
    for name in flags:
        if name in TRANSLATION_FLAGS and not any(on[each] for each in needs.get(name, both)):
            expected = " or ".join(needs.get(name, both))
            flag = f"--{name.replace('_', '-')}"
            parser.error(f"{flag} is about translating, and nothing is translated; expected {expected} beside it")


def _merged(file: Mapping[str, Any], flags: Mapping[str, Any]) -> dict[str, Any]:
    """A flag wins over the file; protected terms add up, and a form's weight wins for that form alone."""
    merged = {**file, **flags}
    for name in ("protect", "protect_regex"):
        if name in flags:
            merged[name] = (*file.get(name, ()), *flags[name])
    if "forms" in flags:
        merged["forms"] = {**file.get("forms", {}), **dict(flags["forms"])}
    return merged
