"""Records to examples: each format that :func:`slmaug.formats.to_record` writes, told by its keys and read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from slmaug.errors import SlmaugError, printable
from slmaug.tables import kind_of, shown
from slmaug.train.example import Example

Record = tuple[str, Mapping[str, Any]]
"""A place, ``out.jsonl:14``, and what stands there."""


class _Parts(NamedTuple):
    """What a record says, not yet looked at."""

    system: Any
    question: Any
    completion: Any


_ROLES = {"human": "user", "gpt": "assistant"}
_ONE_EXCHANGE = (["user", "assistant"], ["system", "user", "assistant"])


def _exchange(place: str, turns: Sequence[Any], system: Any = None) -> _Parts:
    """The parts of a chat of one question and one reply, in either way of writing a turn."""
    said: list[tuple[str, Any]] = []
    for turn in turns:
        role, text = ("role", "content") if isinstance(turn, Mapping) and "role" in turn else ("from", "value")
        who = turn.get(role) if isinstance(turn, Mapping) else None
        if not isinstance(who, str) or text not in turn:
            raise SlmaugError(f"{place}: the turn {shown(turn)}; expected an object with role and content")
        said.append((_ROLES.get(who, who), turn[text]))
    roles = [role for role, _ in said]
    if roles not in _ONE_EXCHANGE or (system is not None and len(roles) > 2):
        raise SlmaugError(
            f"{place}: turns of {', '.join(map(printable, roles[:6])) or 'no one'}{', …' * (len(roles) > 6)}; expected "
            "one user turn and one assistant turn, at most with one system turn in front: one row for each exchange"
        )
    return _Parts(said[0][1] if len(said) > 2 else system, said[-2][1], said[-1][1])


def _list(place: str, record: Mapping[str, Any], key: str) -> list[Any]:
    if isinstance(record[key], list):
        return list(record[key])
    raise SlmaugError(f"{place}: {key} is {kind_of(record[key])}; expected a list of turns")


def _conversational(place: str, record: Mapping[str, Any]) -> _Parts:
    return _exchange(place, _list(place, record, "prompt") + _list(place, record, "completion"))


def _alpaca(place: str, record: Mapping[str, Any]) -> _Parts:
    if record.get("history"):
        raise SlmaugError(f"{place}: a history of earlier turns; expected one question and one answer in a row")
    question, more = record["instruction"], record.get("input")
    if isinstance(question, str) and isinstance(more, str) and more:
        question = f"{question}\n{more}"  # as LLaMA-Factory joins them
    return _Parts(record.get("system"), question, record["output"])


_READERS: dict[str, Callable[[str, Mapping[str, Any]], _Parts]] = {
    "conversational": _conversational,
    "messages": lambda place, record: _exchange(place, _list(place, record, "messages")),
    "prompt-completion": lambda place, record: _Parts(None, record["prompt"], record["completion"]),
    "alpaca": _alpaca,
    "sharegpt": lambda place, record: _exchange(place, _list(place, record, "conversations"), record.get("system")),
}


def format_of(record: Mapping[str, Any]) -> str | None:
    """The format whose keys a record has."""
    if "messages" in record:
        return "messages"
    if "conversations" in record:
        return "sharegpt"
    if "prompt" in record and "completion" in record:
        turns = isinstance(record["prompt"], list) or isinstance(record["completion"], list)
        return "conversational" if turns else "prompt-completion"
    return "alpaca" if "instruction" in record and "output" in record else None


def examples_of(records: Sequence[Record]) -> tuple[str, tuple[Example, ...]]:
    """The common format of the records, and the examples they are."""
    first = records[0][0]
    format = format_of(records[0][1])
    examples = []
    for place, record in records:
        found = format_of(record)
        if found is None:
            raise SlmaugError(
                f"{place}: the keys {names_of(list(record))}; expected those of a training row: prompt and completion, "
                "messages, conversations, or instruction and output"
            )
        if found != format:
            raise SlmaugError(f"{place}: a row in the format {found}; expected {format}, as at {first}")
        parts = _READERS[found](place, record)
        question = text_of(place, "question", parts.question)
        completion = text_of(place, "completion", parts.completion)
        system = None if parts.system is None else text_of(place, "system prompt", parts.system, may_be_empty=True)
        example = Example(question, completion, system, seed_id_of(place, record.get("seed_id")), place)
        if not example.answer.strip():
            raise SlmaugError(f"{place}: the completion ends with its analysis; expected the answer behind it")
        examples.append(example)
    return str(format), tuple(_with_system(examples) if format == "prompt-completion" else examples)


def _with_system(examples: Sequence[Example]) -> list[Example]:
    """Prompts that all begin with one paragraph and differ behind it, as ``--system`` writes them, in two."""
    questions = [example.question for example in examples]
    first, last = min(questions), max(questions)  # what these two begin with, all do
    same = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    system = first[: max(0, first.rfind("\n\n", 0, same))]
    rest = [example.question[len(system) + 2 :] for example in examples]
    if not system.strip() or len(set(rest)) < 2 or not all(map(str.strip, rest)):
        return list(examples)
    return [replace(example, question=own, system=system) for example, own in zip(examples, rest, strict=True)]


def text_of(place: str, what: str, value: Any, *, may_be_empty: bool = False) -> str:
    """The value if it is text that can be used; ``what`` is what an error calls it."""
    if value is not None and not isinstance(value, str):
        raise SlmaugError(f"{place}: the {what} is {kind_of(value)}; expected text")
    if not value or not value.strip():
        if value is not None and may_be_empty:
            return value
        raise SlmaugError(f"{place}: the {what} is empty; expected text: fill it in or remove the row")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        odd = f"\\u{ord(value[error.start]):04x}"
        raise SlmaugError(
            f"{place}: the {what} holds the lone surrogate {odd} at character {error.start}; expected text that can "
            "be written as UTF-8: take it out"
        ) from None
    return value


def seed_id_of(place: str, value: Any) -> int | None:
    """The number of a seed; None where there is none."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():  # a column of whole numbers with gaps, as pandas writes it
        return int(value)
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 19:
        return int(value)
    raise SlmaugError(f"{place}: seed_id is {kind_of(value)}; expected the number of a seed, counted from 0")


def names_of(names: Sequence[str]) -> str:
    """The first of some names, as an error message lists them."""
    return (", ".join(map(shown, names[:8])) or "none") + (f" and {len(names) - 8} more" if len(names) > 8 else "")
