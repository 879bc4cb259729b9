"""The arguments of a shell command: which of them belong together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from slmaug.cot.code.facts import Source

_EXECUTES = frozenset({"-exec", "-ok", "-execdir", "-okdir"})
_TESTS = frozenset(
    """
    -name -iname -path -ipath -wholename -regex -iregex -type -xtype -size -mtime -atime -ctime -mmin -amin -cmin -perm
    -user -group -newer -anewer -cnewer -inum -links -maxdepth -mindepth -printf -fprint -uid -gid -lname -samefile
    -fstype -used -newermt -regextype
    """.split()
)
"""What ``find`` reads a value behind; its other options take none."""
_LONGEST = 90
"""Characters of the longest group that is quoted whole."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: where it stands in the bytes of the code, and its text where it can be quoted."""

    start: int
    end: int
    text: str

    @property
    def is_option(self) -> bool:
        return len(self.text) > 1 and self.text[0] in "-+"


def grouped(command: str, arguments: Sequence[Argument], source: Source) -> list[str]:
    """The arguments in order; an option stands together with the values behind it.

    A group that is too long to be quoted comes apart; an argument that cannot be quoted is left out.
    """
    found: list[str] = []
    for start, end in _groups(command, [argument.text for argument in arguments]):
        inner = arguments[start:end]
        whole = inner[0].text if len(inner) == 1 else source.between(inner[0].start, inner[-1].end, _LONGEST)
        found += [whole] if whole else [each.text for each in inner if each.text]
    return found


def _groups(command: str, texts: list[str]) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(texts):
        text = texts[at]
        if text in _EXECUTES:
            end = _after(texts, at, ("\\;", "';'", "+", '";"'), len(texts))
        elif text in ("\\(", "'('"):
            end = _after(texts, at, ("\\)", "')'"), at + 1)
        elif text in ("!", "-not"):
            end = _values(command, texts, min(at + 2, len(texts)))
        elif len(text) > 1 and text[0] in "-+":
            end = _values(command, texts, at + 1)
        else:
            end = at + 1
        yield at, end
        at = end


def _after(texts: list[str], at: int, signs: tuple[str, ...], otherwise: int) -> int:
    """The place behind the first of the signs."""
    return next((i + 1 for i in range(at + 1, len(texts)) if texts[i] in signs), otherwise)


def _values(command: str, texts: list[str], at: int) -> int:
    """Where the values of the option in front of ``at`` end: one value at most."""
    if at >= len(texts):
        return at
    if command == "find":
        return at + (texts[at - 1] in _TESTS)
    is_value = not (len(texts[at]) > 1 and texts[at][0] in "-+") and texts[at] not in ("\\(", "\\)", "!", "-")
    return at + is_value
