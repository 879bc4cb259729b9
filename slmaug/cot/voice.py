"""One language's way of saying things: templates by kind, and how lists and sentences are put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Slot = tuple[str, ...]
"""Wordings of the same thing, of which one is taken."""


@dataclass(frozen=True)
class Voice:
    """What the text of an analysis is made of, in one language.

    A template holds ``{0}``, ``{1}``: single names; ``{all}``, ``{rest}``, ``{tail}``: all names, all but the first,
    all but the first two, as a list; ``{raw}``: the first name without backticks, for a number; ``{value}``: words that
    are put together first. A kind ending in ``.1`` is for a list of one.
    """

    titles: tuple[str, str, str]
    templates: Mapping[str, tuple[str, ...]]
    comma: str
    last: str
    """What stands between the last two of a list."""
    more: str
    """How a list ends that names not all."""
    space: str
    """What stands between two sentences, and between a subject and its verb."""
    stop: str
    quotes: tuple[tuple[str, str], ...]
    """Kinds of quoting a question, each with the marks that the question must not hold."""
    colon: str
    semicolon: str
    """What stands between the items of a list of the answer's own."""
    clause: str
    """What stands between two things done that one sentence tells."""
    then: tuple[str, ...]
    """What stands in front of the last of several things done in order."""
    beyond: tuple[str, str]
    """How many calls are not mentioned: one, several."""
    beyond_commands: tuple[str, str]

    def quoted(self, name: str) -> str:
        return f"`{name}`"

    def listed(self, items: tuple[str, ...], most: int) -> str:
        """``a, b and c``, or ``a, b and 7 more`` where there are more than ``most``."""
        if len(items) < 2:
            return items[0] if items else ""
        if len(items) > most + 1:  # "and 1 more" saves nothing
            return self.comma.join(items[:most]) + self.more.format(len(items) - most)
        return self.comma.join(items[:-1]) + self.last + items[-1]

    def say(self, kind: str, names: tuple[str, ...] = (), most: int = 5, quote: bool = True) -> Slot:
        """All wordings of one statement."""
        if not names:
            return self.templates[kind]
        templates = self.templates.get(f"{kind}.1") if len(names) == 1 else None
        templates = templates or self.templates[kind]
        marked = tuple([f"`{name}`" for name in names]) if quote else names
        first = templates[0]  # the others hold the same places
        if "{all}" in first:
            every = self.listed(marked, most)
            return tuple([each.format(*marked, all=every, raw=names[0]) for each in templates])
        if "{rest}" in first:
            rest = self.listed(marked[1:], most)
            return tuple([each.format(*marked, rest=rest, raw=names[0]) for each in templates])
        tail = self.listed(marked[2:], most) if "{tail}" in first else ""
        return tuple([each.format(*marked, tail=tail, raw=names[0]) for each in templates])

    def capital(self, slot: Slot) -> Slot:
        """The wordings as they begin a sentence."""
        return tuple(each[:1].upper() + each[1:] for each in slot)
