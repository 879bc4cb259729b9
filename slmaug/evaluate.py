"""Whether a model answers real questions: ``python -m slmaug.evaluate runs/full real_questions.csv``.

The table goes to standard output, all that is said about it to standard error. What can be found wrong without the
model is found before it is loaded.
"""

from __future__ import annotations

import os
import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from slmaug.errors import SlmaugError, printable
from slmaug.terminal import progress_bar, say, show, width_of
from slmaug.train.command import count, outcome, parser_of

if TYPE_CHECKING:
    from slmaug.train.example import Example
    from slmaug.train.scoring import Evaluation

_EPILOG = """\
examples:
  python -m slmaug.evaluate runs/full real_questions.csv
  python -m slmaug.evaluate runs/full real_questions.csv others.csv --repeats 3 --wrong wrong.csv

The files have a column Question, and Answer or, for a run's own data, seed_id. Wrong answers go to
wrong_answers-<name>.csv in the run folder, and the counts into its manifest.json.

exit codes: 0 evaluated, whatever came of it, 1 something to put right, 2 wrong usage, 130 Ctrl-C, 143 terminated.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    return outcome(_run, sys.argv[1:] if argv is None else argv, on_stop="; no file was changed")


@dataclass(frozen=True)
class _File:
    """Questions that are read, and where those answered wrong go."""

    name: str
    examples: tuple[Example, ...]
    wrong: Path


def _run(argv: Sequence[str]) -> int:
    given = _parsed(argv)
    start = time.perf_counter()
    for path in given.questions:
        if not Path(path).exists():
            raise SlmaugError(f"{printable(path)}: no such file; expected a file of questions, such as questions.csv")
    from slmaug.model_files import local_model

    place = local_model(given.model)
    files = _read(given, place)
    from slmaug.train.generation import load_answerer
    from slmaug.train.scoring import examine

    answerer = load_answerer(place, device=given.device)
    evaluations = []
    total = sum(len(each.examples) for each in files) * given.repeats
    with progress_bar(total, given.quiet, "answers") as progress:
        for each in files:
            evaluations.append(
                examine(
                    answerer,
                    each.examples,
                    name=each.name,
                    batch_size=given.batch_size,
                    repeats=given.repeats,
                    max_new_tokens=given.max_new_tokens,
                    progress=progress,
                )
            )
    _written(given, place, files, evaluations)
    _shown(given, evaluations, given.max_new_tokens or answerer.max_new_tokens, time.perf_counter() - start)
    return 0


def _parsed(argv: Sequence[str]) -> Namespace:
    parser = parser_of(
        "slmaug.evaluate",
        "runs/full questions.csv [more.csv ...] [flags]",
        "Ask a model the questions of a file and compare its answers with those expected.",
        _EPILOG,
    )
    parser.add_argument("questions", nargs="+", metavar="questions.csv", help="questions with their expected answers")
    parser.add_argument("--repeats", type=count, default=1, metavar="N", help="ask each question so often (default: 1)")
    parser.add_argument("--batch-size", type=count, default=16, metavar="N", help="questions at once (default: 16)")
    parser.add_argument("--wrong", metavar="FILE", help="one CSV file for all wrong answers")
    parser.add_argument("--quiet", action="store_true", help="print the table and nothing else")
    given = parser.parse_intermixed_args(argv)
    names = [Path(each).name for each in given.questions]
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice is not None:
        parser.error(f"two files are named {twice}, and the manifest keeps counts by name; expected different names")
    return given


def _read(given: Namespace, place: str | Path) -> list[_File]:
    """The questions of all files, with the system prompt that the run's model was trained with."""
    from slmaug.formats import check_target
    from slmaug.train.reading import read_questions
    from slmaug.train.run_folder import MANIFEST, answers_of, system_of

    folder = Path(place) if isinstance(place, Path) else Path()
    is_run = isinstance(place, Path) and (folder / MANIFEST).is_file()
    answers, system = (answers_of(folder), system_of(folder)) if is_run else ({}, None)
    home = folder if is_run and os.access(folder, os.W_OK) else Path()
    files = []
    for path in given.questions:
        found = read_questions(path, answers)
        wrong = Path(given.wrong) if given.wrong else home / f"wrong_answers-{Path(path).stem}.csv"
        check_target(wrong)
        if any(os.path.realpath(each) == os.path.realpath(wrong) for each in given.questions):
            raise SlmaugError(f"{printable(wrong)}: these are the questions; expected another file for wrong answers")
        unknown = [each for each in found.examples if answers and each.answer not in answers.values()]
        if unknown:
            say(
                f"slmaug: warning: {found.name}: {len(unknown):,} of {len(found.examples):,} expected answers are none "
                f"that was trained, the first at {printable(unknown[0].place)}; they can only count as wrong"
            )
        if found.repeated and not given.quiet:
            say(f"{found.repeated:,} questions of {found.name} came again with the same answer and are left out")
        examples = tuple(each if each.system else replace(each, system=system) for each in found.examples)
        files.append(_File(Path(path).name, examples, wrong))
    return files


def _written(given: Namespace, place: str | Path, files: Sequence[_File], evaluations: Sequence[Evaluation]) -> None:
    """The wrong answers into their files and the counts into the run's manifest, where there is one."""
    from slmaug.train.answers_table import write_wrong_answers
    from slmaug.train.run_folder import record_evaluations

    targets: dict[Path, list[Evaluation]] = {}
    for file, evaluation in zip(files, evaluations, strict=True):
        targets.setdefault(file.wrong, []).append(evaluation)
    for path, found in targets.items():
        wrong = write_wrong_answers(found, path)
        if not given.quiet:
            say(f"{wrong:,} wrong answers written to {path}" if wrong else f"no wrong answers; {path} has none")
    if not isinstance(place, Path):
        return
    try:
        record_evaluations(place, {each.name: each.summary() for each in evaluations})
    except SlmaugError as error:  # the table is worth more than its copy in a folder that may not be written to
        say(f"slmaug: warning: {error}")


def _shown(given: Namespace, evaluations: Sequence[Evaluation], limit: int, seconds: float) -> None:
    from slmaug.train.answers_table import table, weakest_lines

    lines = table(evaluations)
    for each in evaluations:
        weak = weakest_lines(each, width_of(sys.stdout))
        lines += ["", *weak] if weak else []
    show("\n".join(lines))
    unstopped = sum(not reply.stopped for each in evaluations for scored in each.scored for reply in scored.replies)
    if unstopped:
        say(
            f"slmaug: warning: {unstopped:,} answers reached the limit of {limit:,} new tokens before their end; "
            "--max-new-tokens sets another"
        )
    if not given.quiet:
        say(f"{sum(len(each.scored) for each in evaluations):,} questions in {seconds:.1f} s")


if __name__ == "__main__":
    raise SystemExit(main())
