"""The answer lock: an analysis is put in front of an answer, and the answer's own bytes follow it untouched.

Nothing in between takes an answer apart and puts it together again, so a completion ends with its answer by
construction; the row keeps the answer's hash, and :func:`answer_of` finds the answer again.
"""

from __future__ import annotations

ANALYSIS = "**Step-by-Step Analysis:**"
CODE_SAMPLE = "**Code Sample**:"
ANSWER = "**Answer**:"


def preface(steps: str, *, has_code: bool) -> str:
    """What stands in front of an answer: heading, steps, and the line that opens the answer.

    >>> print(preface("1. **Define Purpose**: It greets.", has_code=True) + "print('hello')")
    **Step-by-Step Analysis:**
    1. **Define Purpose**: It greets.
    <BLANKLINE>
    **Code Sample**:
    print('hello')
    """
    return f"{ANALYSIS}\n{steps}\n\n{CODE_SAMPLE if has_code else ANSWER}\n"


def answer_of(completion: str) -> str:
    """The answer behind the analysis of a completion; a completion without analysis is its answer.

    The steps of an analysis never hold the line that opens the answer, so the first such line is the one.
    """
    if not completion.startswith(f"{ANALYSIS}\n"):
        return completion
    places = [
        (completion.index(line) + len(line))
        for line in (f"\n\n{CODE_SAMPLE}\n", f"\n\n{ANSWER}\n")
        if line in completion
    ]
    return completion[min(places) :] if places else completion


def steps_of(analysis: str) -> str:
    """The numbered steps of what stands in front of an answer, without heading and without the answer's line.

    >>> steps_of(preface("1. **Define Purpose**: It greets.", has_code=False))
    '1. **Define Purpose**: It greets.'
    """
    steps = analysis.removeprefix(f"{ANALYSIS}\n").rstrip("\n")
    return steps.removesuffix(CODE_SAMPLE).removesuffix(ANSWER).rstrip("\n")
