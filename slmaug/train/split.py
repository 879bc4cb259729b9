"""The rows in two, those a model learns from and those held out; and what real questions have in common with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slmaug.errors import SlmaugError
from slmaug.rng import Random, stream_key
from slmaug.tables import shown
from slmaug.train.example import Example
from slmaug.train.likeness import Neighbours, Words, words_of


@dataclass(frozen=True)
class Split:
    """Rows in two parts, each in the order the rows came in, and what a report says of how they were parted.

    ``groups`` is the number of groups of near-duplicates, which are never parted. ``answers`` is the number of
    answers; each is in ``training``. Of ``answers_kept`` of them, with ``rows_kept`` rows, nothing is held out: their
    rows are near-duplicates of each other, or so few that the share is less than a row.
    """

    training: tuple[Example, ...]
    held_out: tuple[Example, ...]
    groups: int
    answers: int
    answers_kept: int
    rows_kept: int


def split(examples: Sequence[Example], held_out: float = 0.3, random_seed: int = 0) -> Split:
    """Hold out a share of the rows, 0 up to but not including 1; 0 holds out none.

    Near-duplicates stay on one side. Every answer is trained, and each gives up about the same share of its rows: as
    near to ``held_out`` as whole groups come. Which rows these are depends on the rows and on ``random_seed``, and
    not on the rows' order. Raises :class:`SlmaugError` for another share.
    """
    if not 0 <= held_out < 1:
        raise SlmaugError(f"the share held out is {held_out:g}; expected 0 or more and less than 1, such as 0.3")
    # In an order of their own: that of the file shall not matter.
    rows = sorted(examples, key=lambda row: (row.question, row.completion, row.system or ""))
    answers = [row.answer for row in rows]
    groups = Neighbours([words_of(row.question) for row in rows]).groups()
    drawn = Random(stream_key("split", random_seed)).sample(groups, len(groups))
    draft = _Draft(Counter(answers), held_out)
    out: set[int] = set()
    # First what fits, at random; then, where a share is not reached, what brings it nearer, the smallest first.
    for order, accepts in ((drawn, draft.fits), (sorted(drawn, key=len), draft.helps)):
        for group in order:
            counts = Counter(answers[number] for number in group)
            if id(rows[group[0]]) not in out and accepts(counts):
                draft.hold(counts)
                out.update(id(rows[number]) for number in group)
    kept = [count for answer, count in draft.rows.items() if held_out and not draft.held[answer]]
    return Split(
        tuple(row for row in examples if id(row) not in out),
        tuple(row for row in examples if id(row) in out),
        groups=len(groups),
        answers=len(draft.rows),
        answers_kept=len(kept),
        rows_kept=sum(kept),
    )


class _Draft:
    """How many rows each answer has, how many of them are held out so far, and how many are still missing."""

    def __init__(self, rows: Counter[str], share: float) -> None:
        self.rows = rows
        self.held: Counter[str] = Counter()
        self._share = share
        self._missing = share * rows.total()

    def hold(self, counts: Counter[str]) -> None:
        self.held.update(counts)
        self._missing -= counts.total()

    def fits(self, counts: Counter[str]) -> bool:
        """Whether so many more rows may be held out without an answer giving up more than its share."""
        return all(count <= self._missing_of(answer) for answer, count in counts.items())

    def helps(self, counts: Counter[str]) -> bool:
        """Whether so many more bring the whole nearer to the share, take these answers no further from it, and leave
        each of them a row to train on."""
        if any(self.held[answer] + count >= self.rows[answer] for answer, count in counts.items()):
            return False
        before = sum(abs(self._missing_of(answer)) for answer in counts)
        after = sum(abs(self._missing_of(answer) - count) for answer, count in counts.items())
        return after <= before and abs(self._missing - counts.total()) < abs(self._missing)

    def _missing_of(self, answer: str) -> float:
        return self._share * self.rows[answer] - self.held[answer]


@dataclass(frozen=True)
class Leaks:
    """What real questions and rows have in common.

    ``verbatim`` and ``reordered`` are pairs of a question and a row: the first hold the same text but for white space,
    the second the same words in another case, punctuation or order. ``near`` is how many more questions are
    near-duplicates of a row: real users may well ask nearly what a row asks, so these are none.
    """

    verbatim: tuple[tuple[Example, Example], ...]
    reordered: tuple[tuple[Example, Example], ...]
    near: int


def find_leaks(rows: Iterable[Example], questions: Sequence[Example]) -> Leaks:
    """Compare every question with every row, those held out included; a question is in one pair at most."""
    texts: dict[str, Example] = {}
    bags: dict[Words, Example] = {}
    for row in rows:
        texts.setdefault(_spaced(row.question), row)
        bags.setdefault(words_of(row.question), row)
    neighbours, everyone = Neighbours(list(bags)), (1 << len(bags)) - 1
    verbatim, reordered, near = [], [], 0
    for question in questions:
        words = words_of(question.question)
        text = _spaced(question.question)
        if text in texts:
            verbatim.append((question, texts[text]))
        elif words in bags:
            reordered.append((question, bags[words]))
        else:
            near += bool(neighbours.of(words, everyone))
    return Leaks(tuple(verbatim), tuple(reordered), near)


def check_leaks(rows: Iterable[Example], questions: Sequence[Example]) -> int:
    """Raise :class:`SlmaugError` where a row asks a real question verbatim; count those that it asks nearly.

    What a model answers to a question it was trained on says nothing about real users. But augmentation comes upon a
    short question by itself ("card payment declined"); rows that ask one in other writing can be left out with
    :func:`without`, and are counted here until they are.
    """
    leaks = find_leaks(rows, questions)
    if leaks.verbatim:
        question, row = leaks.verbatim[0]
        count = len(leaks.verbatim)
        others = f", and {count - 1} more of {len(questions)} are in the rows" if count > 1 else ""
        raise SlmaugError(
            f"{question.place}: the question {shown(question.question)} is also {row.place}{others}; expected real "
            "questions that no row holds: take them out of this file, or train without such rows with --leaks drop"
        )
    return len(leaks.reordered) + leaks.near


def without(rows: Sequence[Example], questions: Iterable[Example]) -> tuple[Example, ...]:
    """The rows that ask none of the questions; case, punctuation, white space and word order do not count.

    Raises :class:`SlmaugError` where an answer would lose all of its rows.
    """
    asked = {words_of(question.question): question for question in questions}
    kept = tuple(row for row in rows if words_of(row.question) not in asked)
    answers = {row.answer for row in kept}
    for row in rows:
        if row.answer not in answers:
            question = asked[words_of(row.question)]
            raise SlmaugError(
                f"{question.place}: every row with the answer of {row.place} asks one of these questions, such as "
                f"{shown(question.question)}; expected rows of its own for each answer: build more, or take it out here"
            )
    return kept


def _spaced(text: str) -> str:
    return " ".join(text.split())
