"""Whether a model's answers are right: each reply judged against the answer expected, and what that comes to.

A question counts as right where its reply is exact and ended by itself, every time it was asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from slmaug.cot.answer_lock import answer_of
from slmaug.cot.answer_parts import parts_of
from slmaug.cot.same_code import same_code
from slmaug.rng import Random, stream_key
from slmaug.train.example import Example
from slmaug.train.generation import Reply
from slmaug.train.sampling import Sampling

if TYPE_CHECKING:
    from slmaug.train.generation import Answerer

# Left and right, low and high, single and double quotation marks; then hyphens, dashes and the minus sign.
_QUOTES = {ord(each): "'" for each in "\u2018\u2019\u201a\u201b\u2032\u2039\u203a\u00b4`"}
_DOUBLE_QUOTES = {ord(each): '"' for each in "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"}
_DASHES = {ord(each): "-" for each in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"}
_UNIFIED = _QUOTES | _DOUBLE_QUOTES | _DASHES
_TRAILING = re.compile(r"[\s.,;:!?\u3002\uff61]+$")


# --- one reply ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds of a reply. An exact one is normalised-equal, and its code equal where there is any.

    ``exact``: it is the expected answer, character for character, whatever analysis stands in front of it.
    ``normalised``: so it is but for Unicode's compatible forms, case, runs of white space, the shapes of quotation
    marks and dashes, and punctuation at the end. ``code_equal``: every block of code is equal but for comments and
    layout, block for block; None where the expected answer has no code. ``stopped``: it ended by itself.
    """

    exact: bool
    normalised: bool
    code_equal: bool | None
    stopped: bool

    @property
    def right(self) -> bool:
        return self.exact and self.stopped


def judge(reply: Reply, expected: str) -> Verdict:
    """Compare a reply with the answer expected of it, either with an analysis in front or without."""
    got, wanted = answer_of(reply.text), answer_of(expected)
    exact = got == wanted
    return Verdict(exact, exact or normalised(got) == normalised(wanted), _code_equal(got, wanted), reply.stopped)


def normalised(text: str) -> str:
    """A text as :class:`Verdict` compares it.

    >>> normalised("The  “Log” folder.") == normalised('the "log" folder')
    True
    """
    # Folding case can undo a normal form, so that is made on both sides of it.
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.translate(_UNIFIED)).casefold())
    return _TRAILING.sub("", " ".join(text.translate(_UNIFIED).split()))


def _code_equal(got: str, wanted: str) -> bool | None:
    blocks = [part for part in parts_of(wanted) if part.code.strip()]
    if not blocks:
        return None
    if got == wanted:
        return True
    found = [part for part in parts_of(got) if part.code.strip()]
    return len(found) == len(blocks) and all(
        same_code(block.code, other.code, block.language) for block, other in zip(blocks, found, strict=True)
    )


# --- many questions ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scored:
    """One question with what came back, once for each time it was asked, and the verdicts on that."""

    example: Example
    replies: tuple[Reply, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def verdict(self) -> Verdict:
        """What holds of every reply."""
        first = self.verdicts[0]
        return Verdict(
            all(each.exact for each in self.verdicts),
            all(each.normalised for each in self.verdicts),
            None if first.code_equal is None else all(each.code_equal for each in self.verdicts),
            all(each.stopped for each in self.verdicts),
        )

    @property
    def shown(self) -> Reply:
        """The reply to show: the first that is not right, else the first."""
        wrong = [reply for reply, verdict in zip(self.replies, self.verdicts, strict=True) if not verdict.right]
        return (*wrong, self.replies[0])[0]

    @property
    def same_each_time(self) -> bool:
        return len({(each.text, each.stopped) for each in self.replies}) == 1


@dataclass(frozen=True)
class Evaluation:
    """The questions of one file or one part of a split, judged. ``repeats`` is how often each was asked."""

    name: str
    scored: tuple[Scored, ...]
    repeats: int = 1

    @cached_property
    def right(self) -> int:
        """How many questions had an exact answer that ended by itself, every time."""
        return sum(each.verdict.right for each in self.scored)

    @property
    def accuracy(self) -> float:
        """The share of the questions that are right, 0 to 1; 0 where there are none."""
        return self.right / len(self.scored) if self.scored else 0.0

    def summary(self) -> dict[str, Any]:
        """The counts, as a manifest holds them.

        ``exact``, ``normalised``, ``code_equal`` and ``stopped`` count the questions of which it holds every time;
        ``with_code`` those whose expected answer has code. ``answers`` is the number of different expected answers, and
        ``consistent_answers`` the mean over them of the share of an answer's questions that got the answer most of
        them got, right or wrong: 1.0 where a wording never makes a difference.
        """
        verdicts = [each.verdict for each in self.scored]
        said: dict[str, Counter[str]] = {}
        for each in self.scored:
            said.setdefault(each.example.answer, Counter())[answer_of(each.replies[0].text)] += 1
        shares = [max(counts.values()) / counts.total() for counts in said.values()]
        return {
            "questions": len(verdicts),
            "exact": sum(each.exact for each in verdicts),
            "normalised": sum(each.normalised for each in verdicts),
            "with_code": sum(each.code_equal is not None for each in verdicts),
            "code_equal": sum(bool(each.code_equal) for each in verdicts),
            "stopped": sum(each.stopped for each in verdicts),
            "repeats": self.repeats,
            "same_each_time": sum(each.same_each_time for each in self.scored),
            "answers": len(said),
            "consistent_answers": sum(shares) / len(shares) if shares else 0.0,
        }


def examine(
    answerer: Answerer,
    examples: Sequence[Example],
    *,
    name: str,
    batch_size: int = 16,
    repeats: int = 1,
    max_new_tokens: int | None = None,
    sampling: Sampling | None = None,
    progress: Callable[[int], object] | None = None,
) -> Evaluation:
    """Ask every example's question ``repeats`` times and judge the replies; ``progress`` counts replies.

    Each repeat is generated anew, from the second on in other batches: shuffled, and of another size. So equal
    replies show that neither time nor company changes an answer.
    """
    if repeats < 1:
        raise ValueError(f"repeats must be 1 or more, got {repeats}")
    made: list[list[Reply]] = [[] for _ in examples]
    for number in range(repeats):
        order = list(range(len(examples)))
        if number:
            Random(stream_key("repeat", number)).shuffle(order)
        replies = answerer.answer(
            [examples[place].prompt for place in order],
            batch_size=max(batch_size - number % batch_size, 1),
            max_new_tokens=max_new_tokens,
            sampling=sampling.repeat(number) if sampling else None,
            progress=progress,
        )
        for place, reply in zip(order, replies, strict=True):
            made[place].append(reply)
    scored = (
        Scored(example, tuple(replies), tuple(judge(each, example.answer) for each in replies))
        for example, replies in zip(examples, made, strict=True)
    )
    return Evaluation(name, tuple(scored), repeats)
