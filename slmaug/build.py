"""The command line: ``python -m slmaug.build seeds.csv out.jsonl``.

What was asked for goes to standard output (rows behind ``-``, a preview, a dry run's plan); all that is said about it
goes to standard error. The library is imported when a build begins, so that --help is there at once and an early
Ctrl-C is met.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from slmaug.arguments import Arguments, parsed
from slmaug.config import BACK_TRANSLATION, Settings
from slmaug.errors import SlmaugError
from slmaug.terminal import Stopped, drop_output, failed, has_colour, progress_bar, say, show, stoppable, width_of

if TYPE_CHECKING:
    from slmaug.cot.rewriter import Rewriter
    from slmaug.files import Seeds
    from slmaug.llm.model import Model
    from slmaug.recipe import Recipe
    from slmaug.rows import Rows
    from slmaug.semantic import Semantic

SHORT = 3
"""Exit code: rows were written, but fewer than asked for, or without a rationale that a language model was to write."""
_BROKEN_PIPE = 128 + 13


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    try:
        with stoppable():
            return _run(parsed(sys.argv[1:] if argv is None else argv))
    except SystemExit as finished:  # argparse after --help and --version
        return int(finished.code or 0)
    except Stopped as stopped:
        say(f"slmaug: {stopped}; no file was changed")
        return 128 + stopped.number
    except SlmaugError as error:
        drop_output()
        return failed(str(error))
    except BrokenPipeError:
        drop_output()
        return _BROKEN_PIPE


def _run(arguments: Arguments) -> int:
    start = time.perf_counter()
    settings = arguments.settings
    _check_output(arguments)
    from slmaug.files import few, read_seeds

    seeds = read_seeds(
        settings.input,
        question_column=settings.question_column,
        answer_column=settings.answer_column,
        on_duplicate=settings.on_duplicate,
    )
    if arguments.dry_run:
        return _planned(arguments, seeds)
    if arguments.preview and settings.is_slow:
        some = few(seeds)
        settings = replace(settings, n=max(settings.n * len(some.seeds) // len(seeds.seeds), len(some.seeds)))
        arguments, seeds = replace(arguments, settings=settings), some
    try:
        rows = _with_model(arguments, seeds) if settings.asks_model else _built(arguments, seeds, None)
    except Stopped:
        if settings.translates:
            say("slmaug: what was translated is kept; the same command goes on from there")
        raise
    if arguments.preview:
        return _previewed(arguments, rows, seeds)
    return _written(arguments, rows, seeds, start)


def _check_output(arguments: Arguments) -> None:
    """Refuse what cannot be written, before the time is spent; and never write over what is read."""
    settings = arguments.settings
    if sys.stdout is None and (settings.output == "-" or arguments.preview or arguments.dry_run):
        raise SlmaugError("standard output is closed; expected a place to write to")
    if settings.output in ("", "-"):
        return
    from slmaug.formats import check_place, check_target
    from slmaug.manifest import manifest_path, rejects_path

    output = Path(settings.output)
    outputs = (output, manifest_path(output), rejects_path(output))
    check_place(output)
    for beside in outputs[1:]:
        check_target(beside)
    read = [each for each in (settings.input, arguments.config, settings.prices, settings.glossary) if each]
    for written in (*outputs, *([Path(settings.journal)] if settings.journal else [])):
        for each in read:
            if _same_file(each, written):
                raise SlmaugError(f"{written}: this build reads it ({each}); expected another file to write to")
    if settings.journal and any(_same_file(settings.journal, written) for written in outputs):
        raise SlmaugError(f"{settings.journal}: rows or their manifest go there; expected another --journal")


def _same_file(one: str | Path, other: str | Path) -> bool:
    """Whether two paths lead to one file, be it there or not."""
    try:
        return os.path.samefile(one, other)
    except (OSError, ValueError):
        return os.path.realpath(one) == os.path.realpath(other)


def _recipe(settings: Settings, seeds: Seeds, model: Model | None) -> tuple[Recipe, str]:
    """The recipe that the settings ask for; and one line on back-translation where it was to be done if it can be."""
    from slmaug.recipe import DEFAULT

    recipe, forms, missing = DEFAULT, dict(settings.forms), ""
    if BACK_TRANSLATION in forms and not settings.back_translate:
        raise SlmaugError(f"form weights: form {BACK_TRANSLATION!r} is there with --back-translate only, such as de,fr")
    if forms.get(BACK_TRANSLATION) == 0:
        del forms[BACK_TRANSLATION]  # no model is needed for it then
    elif settings.back_translate:
        from slmaug.build_translation import with_back_translation

        recipe, missing = with_back_translation(settings, seeds, recipe, model)
        if missing:
            forms.pop(BACK_TRANSLATION, None)
    if settings.phrasings:
        from slmaug.language_model import with_room_for_phrasings

        recipe = with_room_for_phrasings(recipe)
    try:
        recipe = recipe.reweighted(forms)
    except ValueError as error:
        raise SlmaugError(f"form weights: {error}") from None
    if settings.glossary:  # that it is sound turns out before anything is asked or translated
        from slmaug.glossary import read_glossary, with_glossary

        with_glossary(recipe, read_glossary(settings.glossary))
    return recipe, missing


def _outline(settings: Settings) -> Rewriter | None:
    if settings.cot == "none":
        return None
    from slmaug.cot.outline import Outline

    return Outline(settings.cot_language)


def _semantic(settings: Settings) -> Semantic | None:
    """The sentence encoder that the settings name; what stands in its way turns out here."""
    if settings.semantic is None:
        return None
    from slmaug.semantic import Semantic

    encoder = Semantic(None if settings.semantic == "auto" else settings.semantic, device=settings.device)
    encoder.check()
    return encoder


def _planned(arguments: Arguments, seeds: Seeds) -> int:
    from slmaug.summary import missing_line, plan_lines, translation_plan

    settings, model = arguments.settings, None
    if settings.asks_model:
        from slmaug.language_model import client

        model = client(settings)
    recipe, missing = _recipe(settings, seeds, model)
    _semantic(settings)
    lines = plan_lines(seeds, settings, recipe, width_of(sys.stdout))
    if missing:
        lines += ["", missing_line(missing)]
    if settings.translates:
        lines += ["", *translation_plan(settings, seeds, recipe)]
    if model is not None:
        from slmaug.language_model import cost_lines

        lines += ["", *cost_lines(settings, seeds, model)]
    show("\n".join([*lines, "", "Nothing was written."]))
    return 0


def _built(arguments: Arguments, seeds: Seeds, model: Model | None) -> Rows:
    """The rows: seeds translated first, then rewritten and rephrased by a model, then expanded."""
    from slmaug.expansion import expand

    settings, quiet = arguments.settings, arguments.quiet
    semantic = _semantic(settings)
    with progress_bar(None, quiet or not settings.translates, unit="sentences") as translating:
        if settings.translates:
            from slmaug.build_translation import seeds_for

            brought = seeds_for(settings, seeds, model, translating)
            seeds = brought.seeds
        recipe, missing = _recipe(settings, seeds, model)
        cot = _outline(settings)
        if model is not None:
            from slmaug.language_model import prepared, rationales

            ready = prepared(settings, seeds, recipe, model)
            seeds, recipe = ready.seeds, ready.recipe
            cot = rationales(settings, model) if settings.cot == "llm" else cot
        with progress_bar(settings.n, quiet) as progress:
            rows = expand(
                seeds,
                settings.n,
                recipe=recipe,
                glossary=settings.glossary,
                semantic=semantic,
                cot=cot or "none",
                random_seed=settings.random_seed,
                protect=(*settings.protect, *settings.protect_regex),
                workers=settings.workers,
                progress=progress,
                translating=translating,
            )
    if model is not None:
        rows = ready.told(rows)
    return brought.told(rows, missing) if settings.translates else rows


def _with_model(arguments: Arguments, seeds: Seeds) -> Rows:
    """The rows where a language model has its part, and an account of what it was asked."""
    from slmaug.language_model import account_lines, caller, client

    settings, quiet = arguments.settings, arguments.quiet
    model = caller(settings, client(settings, quiet))
    try:
        return _built(arguments, seeds, model)
    except Stopped:
        if settings.batch:
            say("slmaug: batches under way go on at the provider; the same command picks them up")
        elif model.usage.requests:
            say("slmaug: the replies that had come are kept; the same command asks for the rest alone")
        raise
    finally:  # also where it ends early: what was asked was paid for
        if (model.usage.requests or model.usage.from_journal) and not quiet:
            say("\n".join(account_lines(model.name, model.usage)))


def _previewed(arguments: Arguments, rows: Rows, seeds: Seeds) -> int:
    from slmaug.summary import counted, skipped_lines
    from slmaug.view import text_table

    show(text_table(rows, arguments.preview, rows.seeds, colour=has_colour(sys.stdout)).rstrip("\n"))
    if not arguments.quiet:
        shown = min(arguments.preview, len(rows))
        some = f" of {counted(len(rows.seeds), 'seed')}" if arguments.settings.is_slow else ""
        skipped = skipped_lines(seeds, width_of(sys.stderr))
        lines = [f"{shown} of {len(rows):,} rows{some} shown, none written", *skipped]
        say("\n" + "\n".join(lines))
    return 0


def _written(arguments: Arguments, rows: Rows, seeds: Seeds, start: float) -> int:
    from slmaug.summary import counted, short_of, summary_lines

    settings = arguments.settings
    # The summary first, so that no interrupt falls behind the writing.
    lines = [] if arguments.quiet else summary_lines(rows, seeds, width_of(sys.stderr), settings.output)
    short = short_of(rows)
    rows.write(settings.output, settings.format, settings.system)
    if not arguments.quiet:
        where = "standard output" if settings.output == "-" else settings.output
        seconds = time.perf_counter() - start
        say("\n".join([f"{len(rows):,} rows written to {where} in {seconds:.1f} s", *lines]))
    if short:
        say(f"slmaug: warning: {short}")
    without = len(rows.report.notes.get("analyses", {}).get("seeds_without", ()))
    if without:
        say(f"slmaug: warning: no rationale was usable for {counted(without, 'seed')}; their rows have the outline")
    return SHORT if short or without else 0


if __name__ == "__main__":
    raise SystemExit(main())
