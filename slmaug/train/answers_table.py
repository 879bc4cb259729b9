"""What an evaluation came to, for a person: the table, the weakest answers, and the file of wrong answers."""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass

from slmaug.cot.answer_lock import answer_of
from slmaug.formats import replacing
from slmaug.train.scoring import Evaluation

COLUMNS = ("evaluation", "place", "question", "expected", "got", "stopped", "normalised", "code_equal")
"""The columns of the file of wrong answers."""
_Z = 1.959964
"""The 97.5th percentile of the normal distribution: 95 % lie between it and its opposite."""


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927), which is of use near 0 and 1, too, and in small numbers.

    >>> [round(bound, 3) for bound in wilson(10, 10)]
    [0.722, 1.0]
    """
    if trials == 0:
        return 0.0, 1.0
    share, spread = successes / trials, _Z * _Z / trials
    centre = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    # At the ends the bound is the share itself, which rounding may miss.
    low, high = max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share))
    return low, high


def table(evaluations: Sequence[Evaluation]) -> list[str]:
    """Lines with a column for each evaluation: percent and counts, and where the accuracy lies with 95 % confidence."""
    columns = [_column(each) for each in evaluations]
    names = list(dict.fromkeys(name for column in columns for name in column))
    rows = [("", [each.name for each in evaluations])]
    rows += [(name, [column.get(name, "-") for column in columns]) for name in names]
    pad = max(len(name) for name, _ in rows)
    widths = [max(len(cells[place]) for _, cells in rows) for place in range(len(columns))]
    lines = [
        f"  {name:<{pad}}" + "".join(f"  {cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        for name, cells in rows
    ]
    return [line.rstrip() for line in lines]


def _column(evaluation: Evaluation) -> dict[str, str]:
    counts = evaluation.summary()
    questions = counts["questions"]
    low, high = wilson(evaluation.right, questions)
    column = {
        "questions": f"{questions:,}",
        "right (exact and stopped)": _share(evaluation.right, questions),
        "  95 % interval": f"{_percent(low)} to {_percent(high)}",
        "exact": _share(counts["exact"], questions),
        "normalised": _share(counts["normalised"], questions),
    }
    if counts["with_code"]:
        column["equal code"] = _share(counts["code_equal"], counts["with_code"])
    column["stopped"] = _share(counts["stopped"], questions)
    if counts["repeats"] > 1:
        column[f"same {counts['repeats']} times"] = _share(counts["same_each_time"], questions)
    column["answers"] = f"{counts['answers']:,}"
    if counts["answers"] < questions:  # else there is one wording of each
        column["  consistent over wordings"] = _percent(counts["consistent_answers"])
    return column


def _share(count: int, of: int) -> str:
    return f"{_percent(count / of)} ({count:,} of {of:,})" if of else "-"


def _percent(share: float) -> str:
    """One decimal; 100.0 % and 0.0 % only for all and none."""
    tenths = round(share * 1000)
    if tenths == 1000 and share < 1:
        tenths = 999
    if tenths == 0 and share > 0:
        tenths = 1
    return f"{tenths / 10:.1f} %"


@dataclass(frozen=True)
class Weak:
    """An expected answer, and how many of its questions were answered wrong; ``place`` is the first such question's."""

    answer: str
    wrong: int
    questions: int
    place: str


def weakest(evaluation: Evaluation, most: int = 5) -> list[Weak]:
    """The answers with the most wrong questions, at most so many; those without any are left out."""
    by_answer: dict[str, list[tuple[bool, str]]] = {}
    for each in evaluation.scored:
        by_answer.setdefault(each.example.answer, []).append((each.verdict.right, each.example.place))
    found = [
        Weak(answer, len(wrong), len(asked), wrong[0])
        for answer, asked in by_answer.items()
        if (wrong := [place for right, place in asked if not right])
    ]
    return sorted(found, key=lambda weak: (-weak.wrong, -weak.wrong / weak.questions))[:most]


def weakest_lines(evaluation: Evaluation, width: int | None, most: int = 5) -> list[str]:
    """The weakest answers for the terminal, one on a line; none where all is right."""
    found = weakest(evaluation, most)
    if not found:
        return []
    room = max((width or 110) - 1, 40)
    lines = [f"  weakest answers of {evaluation.name} (wrong of asked)"]
    for weak in found:
        line = f"    {weak.wrong:>4,} of {weak.questions:<4,}  {' '.join(weak.answer.split())}"
        lines.append(line if len(line) <= room else line[: room - 4] + " ...")
    return lines


def write_wrong_answers(evaluations: Sequence[Evaluation], path: str | os.PathLike[str]) -> int:
    """Write every question that was not right, with the expected answer beside what came; return how many.

    A CSV file in UTF-8 with a byte order mark and every cell in quotes, as spreadsheets want it; only the heading where
    nothing is wrong. It takes its place when it is whole. Raises :class:`SlmaugError` where it cannot be written.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    wrong = 0
    for evaluation in evaluations:
        for each in evaluation.scored:
            verdict = each.verdict
            if verdict.right:
                continue
            wrong += 1
            got, code = answer_of(each.shown.text), "" if verdict.code_equal is None else _yes(verdict.code_equal)
            told = (each.example.question, each.example.answer, got)
            signs = (_yes(verdict.stopped), _yes(verdict.normalised), code)
            writer.writerow([evaluation.name, each.example.place, *told, *signs])
    with replacing(path) as file:
        file.write(text.getvalue().encode("utf-8-sig", "backslashreplace"))
    return wrong


def _yes(value: bool) -> str:
    return "yes" if value else "no"
