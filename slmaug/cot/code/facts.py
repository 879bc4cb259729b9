"""What can be said about a piece of code: values that the readers of each language fill and the steps are written from.

Every name in them is a stretch of the code, character for character.
"""

from __future__ import annotations

from dataclasses import dataclass

LONGEST = 60
"""Characters of the longest stretch that is quoted; a longer one is left out, never cut."""


def quotable(text: str, longest: int = LONGEST) -> str:
    """``text`` where it can stand between backticks in a sentence, else nothing."""
    text = text.strip(" \t")
    fits = 0 < len(text) <= longest and "`" not in text and text.isprintable()
    return text if fits else ""


@dataclass(frozen=True, slots=True)
class Step:
    """Something the code does, or a block of such things.

    ``kind`` is a key of the wordings (``"call"``, ``"for"``); ``names`` are what it is done with.
    """

    kind: str
    names: tuple[str, ...] = ()
    inner: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """What one function, or the code outside of all functions (``owner`` is empty), does in order."""

    owner: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Import:
    """A module, and the names taken from it where the code lists them."""

    module: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """A function or method; ``owner`` is the type it belongs to, if any."""

    name: str
    parameters: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    is_async: bool = False
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Type:
    """A class or its like; ``word`` is what the language calls it."""

    word: str
    name: str
    attributes: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """A statement about code that is no list of functions: the tables that a query reads, the keys of a document."""

    kind: str
    names: tuple[str, ...] = ()
    of: int = 0
    """The number of the statement that it is about, where there are several."""


@dataclass(frozen=True, slots=True)
class Program:
    """All that was read: the first four say how the code is built, ``bodies`` and ``handling`` what it does."""

    imports: tuple[Import, ...] = ()
    types: tuple[Type, ...] = ()
    functions: tuple[Function, ...] = ()
    structure: tuple[Clause, ...] = ()
    bodies: tuple[Body, ...] = ()
    handling: tuple[Clause, ...] = ()


@dataclass(slots=True)
class Source:
    """The bytes that a syntax tree points into."""

    text: bytes

    def between(self, start: int, end: int, longest: int = LONGEST) -> str:
        """The stretch from one byte to another if it can be quoted, else nothing."""
        if end - start > 4 * longest:
            return ""
        return quotable(self.text[start:end].decode("utf-8", "replace"), longest)
