"""Errors that are the user's to mend: the command line prints them as one line, without a traceback."""

from __future__ import annotations


class SlmaugError(Exception):
    """Something in the input, the settings or the installation that a person can put right.

    The message is one line that says where, what was found and what was expected.
    """


class SeedError(SlmaugError, ValueError):
    """The seeds cannot be used as they are: ``seeds.csv:14: column 'Answer' is empty``."""


class MissingPackage(SlmaugError, ImportError):
    """An optional package is needed and not installed; the message holds the command that installs it."""


def printable(name: object) -> str:
    """A path or a name as a line of text holds it: line breaks and signs that cannot be printed are escaped."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in str(name))
