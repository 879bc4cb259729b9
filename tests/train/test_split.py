"""The split: what is never parted, what each side gets, and what counts as a leak."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug import expand
from slmaug.errors import SlmaugError
from slmaug.train.example import Example
from slmaug.train.likeness import near_duplicates, words_of
from slmaug.train.split import check_leaks, find_leaks, split, without

SEEDS = Path(__file__).resolve().parents[2] / "examples" / "seeds.csv"

QUESTIONS = st.lists(
    st.sampled_from("how do i can read write a large lagre file folder open my 读 取 文 件".split()),
    min_size=1,
    max_size=7,
).map(" ".join)
ROWS = st.lists(st.builds(Example, QUESTIONS, st.sampled_from("abcd")), max_size=40)


@pytest.fixture(scope="module")
def built() -> list[Example]:
    """900 rows of the example seeds."""
    rows = expand(SEEDS, n=900, random_seed=1)
    return [
        Example(row.question, row.completion, seed_id=row.seed_id, place=f"out.jsonl:{line}")
        for line, row in enumerate(rows, start=1)
    ]


@settings(max_examples=150, deadline=None)
@given(ROWS, st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.9]), st.integers(0, 3), st.randoms())
def test_always(rows: list[Example], share: float, random_seed: int, order: Random) -> None:
    """Both sides are all rows; no near-duplicates are parted; every answer is trained; the rows' order is no matter."""
    rows = [Example(row.question, row.completion, place=f"rows:{line}") for line, row in enumerate(rows)]
    parts = split(rows, share, random_seed)
    assert Counter(parts.training + parts.held_out) == Counter(rows)
    assert {row.answer for row in parts.training} == {row.answer for row in rows}
    for row in parts.held_out:
        for other in parts.training:
            assert not near_duplicates(words_of(row.question), words_of(other.question))
    assert split(rows, share, random_seed) == parts
    shuffled = list(rows)
    order.shuffle(shuffled)
    again = split(shuffled, share, random_seed)
    assert Counter(again.held_out) == Counter(parts.held_out)
    assert len({row.answer for row in rows}) == parts.answers >= parts.answers_kept
    if not share:
        assert parts.held_out == ()


def test_shares(built: list[Example]) -> None:
    """Of a built set 30 % is held out, by every answer alike, in the rows' own order, and nothing had to be kept."""
    parts = split(built)
    assert len(parts.held_out) == 270
    rows, out = Counter(row.answer for row in built), Counter(row.answer for row in parts.held_out)
    assert all(abs(out[answer] - 0.3 * count) <= 1 for answer, count in rows.items())
    assert (parts.answers, parts.answers_kept, parts.rows_kept) == (30, 0, 0)
    assert list(parts.held_out) == [row for row in built if row in set(parts.held_out)]
    assert split(built, random_seed=1).held_out != parts.held_out


def test_few_rows_each() -> None:
    """Where an answer has too few rows for its share, some answers give one up: the whole comes to the share."""
    words = "alpha bravo charlie delta echo foxtrot golf hotel india juliet".split()
    rows = [Example(f"{verb} {word}", word) for word in words for verb in ("open", "close")]
    parts = split(rows, 0.3)
    assert len(parts.held_out) == 6
    assert (parts.groups, parts.answers_kept, parts.rows_kept) == (20, 4, 8)


def test_nearest() -> None:
    """A group that overshoots is held out where that comes nearer to the share than nothing does."""
    rows = [
        Example(question, "a") for question in ("read it", "read, it", "Read it!", "open this", "open this?", "OPEN")
    ]
    assert len(split(rows, 0.4).held_out) == 3
    assert len(split(rows[:5], 0.4).held_out) == 2


def test_kept() -> None:
    """An answer whose rows are all near-duplicates stays in training whole, and is counted."""
    rows = [Example(question, "a") for question in ("Read it", "read it!", "it read")]
    rows += [Example(question, "b") for question in ("open this", "close that", "drop all")]
    parts = split(rows, 0.4)
    assert (parts.groups, parts.answers, parts.answers_kept, parts.rows_kept) == (4, 2, 1, 3)
    assert {row.completion for row in parts.held_out} == {"b"}


def test_across_answers() -> None:
    """Near-duplicates with different answers are not parted either."""
    rows = [
        Example("read the file", "a"),
        Example("file: read a", "b"),
        Example("open it", "a"),
        Example("shut it", "b"),
    ]
    for random_seed in range(10):
        parts = split(rows, 0.5, random_seed)
        assert len({row in parts.training for row in rows[:2]}) == 1


@pytest.mark.parametrize("share", [-0.1, 1.0, 30.0, float("nan")])
def test_no_share(share: float) -> None:
    """A share below 0 or of everything is an error."""
    with pytest.raises(SlmaugError, match=r"the share held out is .*; expected 0 or more and less than 1, such as 0.3"):
        split([Example("a", "b")], share)


def test_hash_seed() -> None:
    """The split does not depend on PYTHONHASHSEED."""
    code = (
        "from slmaug.train.example import Example; from slmaug.train.split import split\n"
        "rows = [Example(f'{a} {b} {c}', a) for a in ('file', 'flie', 'disk') for b in 'uvw' for c in ('how', 'why')]\n"
        "print([row.question for row in split(rows, 0.4).held_out])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)}, check=True,
            capture_output=True, text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(runs) == 1


# --- leaks -------------------------------------------------------------------------------------------------------

ROW = [
    Example("How do I read a file?", "So.", place="out.jsonl:14"),
    Example("Where is it?", "There.", place="out.jsonl:2"),
]


def test_leak() -> None:
    """A real question that a row holds is one line of error, which names both places and counts the others."""
    questions = [
        Example("What now?", "So.", place="real.csv:2"),
        Example(" How do I  read a file?", "", place="real.csv:3"),
    ]
    with pytest.raises(SlmaugError) as caught:
        check_leaks(ROW, [*questions, Example("Where is it?", "", place="real.csv:4")])
    assert str(caught.value) == (
        "real.csv:3: the question ' How do I  read a file?' is also out.jsonl:14, and 1 more of 3 are in the rows; "
        "expected real questions that no row holds: take them out of this file, or train without such "
        "rows with --leaks drop"
    )


def test_no_leak() -> None:
    """The same words otherwise written, and near-duplicates, are told apart and counted; other questions are not."""
    reordered = Example("read a file, how do I", "")
    questions = [reordered, Example("How can I read a file?", ""), Example("Who are you?", "")]
    leaks = find_leaks(ROW, questions)
    assert (leaks.verbatim, leaks.reordered, leaks.near) == ((), ((reordered, ROW[0]),), 1)
    assert check_leaks(ROW, questions) == 2


def test_without() -> None:
    """Rows that a real question asks can be left out, however it is written, but no answer may lose its last row."""
    more = [*ROW, Example("Where can I find it?", "There.", place="out.jsonl:3")]
    assert without(more, [Example("where is it", "")]) == (more[0], more[2])
    with pytest.raises(SlmaugError, match=r"^real.csv:5: every row with the answer of out.jsonl:14 asks one of these"):
        without(more, [Example("HOW do I read a file", "", place="real.csv:5")])


@settings(max_examples=50, deadline=None)
@given(ROWS, st.lists(st.builds(Example, QUESTIONS, st.just("")), max_size=5))
def test_never_trained_on(rows: list[Example], questions: list[Example]) -> None:
    """Behind :func:`without` no leak is left."""
    try:
        kept = without(rows, questions)
    except SlmaugError:
        return
    leaks = find_leaks(kept, questions)
    assert leaks.verbatim == leaks.reordered == ()
