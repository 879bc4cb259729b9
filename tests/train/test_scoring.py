"""Judging replies, and what an evaluation comes to."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmaug.cot.answer_lock import preface
from slmaug.errors import SlmaugError
from slmaug.train.answers_table import COLUMNS, Weak, table, weakest, weakest_lines, wilson, write_wrong_answers
from slmaug.train.example import Example
from slmaug.train.generation import Reply
from slmaug.train.scoring import Evaluation, Scored, Verdict, examine, judge, normalised

CODE = "Print it:\n\n```python\nprint( 1 )  # one\n```"


def reply(text: str, stopped: bool = True) -> Reply:
    return Reply(text, stopped, len(text))


def scored(question: str, expected: str, *replies: Reply, place: str = "q.csv:2") -> Scored:
    verdicts = tuple(judge(each, expected) for each in replies)
    return Scored(Example(question, expected, place=place), replies, verdicts)


# --- one reply ---------------------------------------------------------------------------------------------------


def test_exact() -> None:
    """An exact reply is the expected answer, whatever analysis stands in front of either; stopping is apart."""
    analysis = preface("1. **Define Purpose**: It tells where.", has_code=False)
    for got in ("In logs/.", analysis + "In logs/."):
        for wanted in ("In logs/.", analysis + "In logs/.", analysis.replace("where", "what") + "In logs/."):
            assert judge(reply(got), wanted) == Verdict(True, True, None, True)
    cut = judge(reply("In logs/.", stopped=False), "In logs/.")
    assert (cut.exact, cut.stopped, cut.right) == (True, False, False)


@pytest.mark.parametrize(
    "got",
    [
        "in LOGS/, the “new” folder - always",
        'In  logs/,\n the "new" folder — always.',
        "Ｉｎ logs/, the «new» folder – always!",
        "In logs/, the „new“ folder − always\u3002",
    ],
)
def test_normalised(got: str) -> None:
    """Case, white space, shapes of quotation marks and dashes, full width and final punctuation do not count."""
    verdict = judge(reply(got), 'In logs/, the "new" folder - always.')
    assert (verdict.exact, verdict.normalised) == (False, True)


def test_not_normalised() -> None:
    """Another word is another answer."""
    assert not judge(reply("In log/."), "In logs/.").normalised


@pytest.mark.parametrize(
    ("got", "equal"),
    [
        (CODE, True),
        ("So:\n```python\nprint(1)\n```\nDone.", True),
        ("```py\n\nprint(\n    1\n)\n```", True),
        ("```python\nprint(2)\n```", False),
        ("print 1", False),
        ("", False),
        (f"{CODE}\n```python\nprint(1)\n```", False),
    ],
)
def test_code(got: str, equal: bool) -> None:
    """Code is compared block for block, without comments and layout, whatever prose stands around it."""
    assert judge(reply(got), CODE).code_equal is equal


def test_code_of_an_unknown_language() -> None:
    """Code in a language no one knows is compared as text, without white space at its end."""
    wanted = "```klingon\nHIja' 1\n```"
    assert judge(reply("x\n```klingon\nHIja' 1  \n\n```"), wanted).code_equal is True
    assert judge(reply("x\n```klingon\nHIja'  1\n```"), wanted).code_equal is False


def test_no_code_expected() -> None:
    """Where the expected answer has no code, nothing is said of code."""
    assert judge(reply(CODE), "In logs/.").code_equal is None


TEXTS = st.text() | st.sampled_from(
    [CODE, "```\n", "~~~sql\nselect 1", preface("1. x", has_code=True) + CODE, "İ ǰ ΐ ᾳ."]
)


@given(TEXTS, TEXTS, st.booleans())
def test_verdicts_agree(got: str, wanted: str, stopped: bool) -> None:
    """An exact reply is equal in every other way, and what is equal to itself is judged so, for any text."""
    verdict = judge(reply(got, stopped), wanted)
    assert verdict.stopped is stopped
    if verdict.exact:
        assert verdict.normalised
        assert verdict.code_equal is not False
    assert judge(reply(wanted), wanted).right
    assert (judge(reply(wanted), wanted).code_equal is None) == (verdict.code_equal is None)


@given(st.text(st.characters(exclude_categories=["Cs", "M"])))  # combining marks in odd orders fold in odd ways
def test_normalised_once(text: str) -> None:
    """A normalised text stays as it is when it is normalised again, and case does not matter to it."""
    once = normalised(text)
    assert normalised(once) == once
    assert normalised(text.casefold()) == once


# --- many --------------------------------------------------------------------------------------------------------


def evaluation() -> Evaluation:
    """Five questions for three answers, asked twice: two right, one unstable, one wrong, one that never stops."""
    return Evaluation(
        "real.csv",
        (
            scored("Where?", "In logs/.", reply("In logs/."), reply("In logs/."), place="real.csv:2"),
            scored("Where is it?", "In logs/.", reply("In logs/."), reply("in logs/"), place="real.csv:3"),
            scored("The log?", "In logs/.", reply('=Say "so",\nno'), reply('=Say "so",\nno'), place="real.csv:4"),
            scored("Print?", CODE, reply(CODE), reply(CODE), place="real.csv:5"),
            scored("Why?", "So.", reply("So.", False), reply("So.", False), place="real.csv:6"),
        ),
        repeats=2,
    )


def test_summary() -> None:
    """A property counts for a question where it holds every time; consistency is the mean over the answers."""
    assert evaluation().summary() == {
        "questions": 5,
        "exact": 3,
        "normalised": 4,
        "with_code": 1,
        "code_equal": 1,
        "stopped": 4,
        "repeats": 2,
        "same_each_time": 4,
        "answers": 3,
        "consistent_answers": pytest.approx((2 / 3 + 1 + 1) / 3),
    }
    assert (evaluation().right, evaluation().accuracy) == (2, 0.4)


def test_no_questions() -> None:
    """An evaluation without questions has counts of zero and a table."""
    nothing = Evaluation("none", ())
    assert nothing.accuracy == 0
    assert set(nothing.summary().values()) <= {0, 1}
    assert any("0" in line for line in table([nothing]))


def test_consistency_is_blind_to_the_analysis() -> None:
    """Replies that differ in the analysis alone are the same answer."""
    one, other = (preface(f"1. It is {each}.", has_code=False) + "So." for each in "ab")
    found = Evaluation("x", (scored("a", "So.", reply(one)), scored("b", "So.", reply(other))))
    assert found.summary()["consistent_answers"] == 1


def test_table() -> None:
    """The table has a column for each evaluation, percent with counts, and only the rows that say something."""
    lines = table([evaluation(), Evaluation("held_out", (scored("a", "So.", reply("So.")),))])
    assert lines[0].split() == ["real.csv", "held_out"]
    said = "\n".join(lines)
    assert "right (exact and stopped)" in said
    assert "40.0 % (2 of 5)" in said
    assert "11.8 % to 76.9 %" in said
    assert "100.0 % (1 of 1)" in said
    assert len({len(line) for line in lines[1:]}) == 1
    alone = "\n".join(table([Evaluation("held_out", (scored("a", "So.", reply("So.")),))]))
    assert "code" not in alone
    assert "times" not in alone


def test_no_false_hundred() -> None:
    """100.0 % is said of all and 0.0 % of none."""
    many = [scored("a", "So.", reply("So."))] * 2999
    assert "99.9 % (2,999 of 3,000)" in "\n".join(table([Evaluation("x", (*many, scored("a", "So.", reply(""))))]))


@given(st.integers(1, 5000), st.data())
def test_wilson(trials: int, data: Any) -> None:
    """The interval holds the share, lies in [0, 1] and is that of the opposite mirrored."""
    successes = data.draw(st.integers(0, trials))
    low, high = wilson(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1
    other = wilson(trials - successes, trials)
    assert (low, high) == (pytest.approx(1 - other[1]), pytest.approx(1 - other[0]))


def test_weakest() -> None:
    """The answers with the most wrong questions come first, and right ones are left out."""
    assert weakest(evaluation()) == [Weak("In logs/.", 2, 3, "real.csv:3"), Weak("So.", 1, 1, "real.csv:6")]
    assert len(weakest(evaluation(), most=1)) == 1
    assert weakest_lines(evaluation(), 60)[1] == "       2 of 3     In logs/."
    assert weakest_lines(Evaluation("x", ()), None) == []


def test_wrong_answers(tmp_path: Path) -> None:
    """The file has each wrong question once, the wrong reply beside the expected answer, both as they were."""
    path = tmp_path / "wrong.csv"
    assert write_wrong_answers([evaluation()], path) == 3
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        heading, *rows = csv.reader(file)
    assert tuple(heading) == COLUMNS
    assert rows == [
        ["real.csv", "real.csv:3", "Where is it?", "In logs/.", "in logs/", "yes", "yes", ""],
        ["real.csv", "real.csv:4", "The log?", "In logs/.", '=Say "so",\nno', "yes", "no", ""],
        ["real.csv", "real.csv:6", "Why?", "So.", "So.", "no", "yes", ""],
    ]


def test_nothing_wrong(tmp_path: Path) -> None:
    """Where nothing is wrong the file holds its heading alone; a place that cannot be written is one line."""
    right = Evaluation("x", (scored("a", CODE, reply(CODE)),))
    assert write_wrong_answers([right], tmp_path / "wrong.csv") == 0
    assert len((tmp_path / "wrong.csv").read_text(encoding="utf-8").splitlines()) == 1
    with pytest.raises(SlmaugError, match="no folder"):
        write_wrong_answers([right], tmp_path / "none" / "wrong.csv")


# --- asking ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def answerer() -> Any:
    """A small model with random weights: what it says does not matter, only that it says it."""
    pytest.importorskip("torch", reason="asking a model needs torch")
    pytest.importorskip("transformers", reason="asking a model needs transformers")
    from slmaug.train import tiny
    from slmaug.train.encoding import chat_tokens
    from slmaug.train.generation import Answerer, stops_of

    tokenizer = tiny.small_tokenizer(["Where is the log? In logs/."], vocabulary=320)
    model = tiny.small_phi3(tokenizer, width=64, layers=2)
    return Answerer.of(model, chat_tokens(tokenizer, stops_of(model)))


def test_examine(answerer: Any) -> None:
    """Every question is asked as often as wanted, in differing batches, and its replies stand in its own place."""
    examples = [Example(f"Where is log {number}?", "In logs/.", place=f"q:{number}") for number in range(5)]
    sizes: list[int] = []
    found = examine(
        answerer, examples, name="q", batch_size=4, repeats=3, max_new_tokens=6, progress=lambda n: sizes.append(n)
    )
    assert [each.example for each in found.scored] == examples
    assert all(len(each.replies) == 3 for each in found.scored)
    assert sizes == [4, 1, 3, 2, 2, 2, 1]
    alone = answerer.answer([each.prompt for each in examples], max_new_tokens=6, batch_size=1)
    assert [each.replies for each in found.scored] == [(each,) * 3 for each in alone]
    assert (found.name, found.summary()["repeats"], found.summary()["same_each_time"]) == ("q", 3, 5)


def test_examine_with_draws(answerer: Any) -> None:
    """Sampled repeats differ, since each has draws of its own, and come out the same when made again."""
    from slmaug.train.sampling import Sampling

    examples = [Example(f"Where is log {number}?", "In logs/.") for number in range(3)]
    made = [
        examine(answerer, examples, name="q", repeats=2, max_new_tokens=6, sampling=Sampling(temperature=2.0))
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert made[0].summary()["same_each_time"] == 0
    with pytest.raises(ValueError, match="repeats must be 1 or more, got 0"):
        examine(answerer, examples, name="q", repeats=0)
