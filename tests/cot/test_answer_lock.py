"""The answer lock: whatever stands in front of it, the answer's own bytes come out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from slmaug.cot.answer_lock import ANALYSIS, answer_of, preface, steps_of

STEPS = (
    "1. **Define Purpose**: It reads a file.\n2. **Code Structure**: One call.\n3. **Data Handling**: It returns text."
)


@given(answer=st.text(), has_code=st.booleans())
def test_any_answer_survives_its_analysis(answer: str, has_code: bool) -> None:
    """A completion ends with the answer's own characters, and the answer is found again in it."""
    completion = preface(STEPS, has_code=has_code) + answer
    assert completion.endswith(answer)
    assert answer_of(completion) == answer


@given(answer=st.text())
def test_an_answer_that_talks_of_the_marks_survives(answer: str) -> None:
    """The first line that opens an answer is the one; an answer may hold such lines itself."""
    odd = f"{answer}\n\n**Code Sample**:\n\n\n**Answer**:\n{answer}"
    for has_code in (True, False):
        assert answer_of(preface(STEPS, has_code=has_code) + odd) == odd


def test_indentation_at_the_start_of_an_answer_survives() -> None:
    """The answer begins on a line of its own, white space and all."""
    assert preface(STEPS, has_code=True).endswith("**Code Sample**:\n")
    assert answer_of(preface(STEPS, has_code=True) + "    return x\n") == "    return x\n"


@given(answer=st.text())
def test_a_completion_without_analysis_is_its_answer(answer: str) -> None:
    """Rows built without an analysis are read the same way."""
    assert answer_of(answer) == answer
    assert answer_of(f"{ANALYSIS} and more\n{answer}") == f"{ANALYSIS} and more\n{answer}"


def test_the_steps_are_found_again() -> None:
    """Heading and the answer's line are taken off, and nothing else."""
    assert steps_of(preface(STEPS, has_code=True)) == steps_of(preface(STEPS, has_code=False)) == STEPS
