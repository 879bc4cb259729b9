"""The head of an English question: the words that make it a question, and which one.

``How do I``, ``What is the``, ``Is there``, ``Why can't I``: without them the rest asks something else
or nothing. They are KEPT by the parser.
"""

from __future__ import annotations

from collections.abc import Sequence

from slmaug.function_words import AUXILIARIES, NEGATIONS

_OPTIONAL = frozenset({""})
_AUX = AUXILIARIES - {"being", "been", "having", "doing", "done"}
_SUBJECT = frozenset("i you we they he she it one there this that someone".split())
_WH = frozenset("how what where when why which who whom whose what's where's how's who's when's why's".split())
_MEASURE = frozenset("much many long often far come else kind sort soon".split())

# Each pattern is a row of word sets; a set that holds "" may be passed over.
_PATTERNS: tuple[tuple[frozenset[str], ...], ...] = (
    (frozenset({"how"}), frozenset({"to"})),
    (_WH, _MEASURE | _OPTIONAL, _AUX | _OPTIONAL, _SUBJECT | _OPTIONAL, NEGATIONS | _OPTIONAL),
    (_AUX, _SUBJECT, NEGATIONS | _OPTIONAL),
    (_AUX,),
)


def head(words: Sequence[str]) -> set[int]:
    """Which of ``words`` (one sentence, lower case) make the head of the question.

    >>> head("how do i read a file".split()), head("which cards do you accept".split())
    ({0, 1, 2}, {0, 2, 3})
    """
    for pattern in _PATTERNS:
        size = 0
        for allowed in pattern:
            if size < len(words) and words[size] in allowed:
                size += 1
            elif "" not in allowed:
                break
        else:
            is_open = words[size - 1] in _WH | _MEASURE  # "which cards do you", "what kind of oil do I"
            return {*range(size), *(_late_auxiliary(words) if is_open else ())}
    return set()


def _late_auxiliary(words: Sequence[str]) -> tuple[int, ...]:
    """``do you`` in ``Which cards do you accept``: auxiliary and subject behind what is asked for."""
    for i in range(2, min(6, len(words) - 1)):
        if words[i] in _AUX and words[i + 1] in _SUBJECT:
            return i, i + 1
    return ()
