"""Thirty question-answer pairs in, a few thousand training rows out, in whatever words people ask.

>>> from slmaug import expand
>>> rows = expand("seeds.csv", n=3000, random_seed=42)  # doctest: +SKIP
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it; importing typing would take longer than all of this
if TYPE_CHECKING:
    from slmaug.errors import MissingPackage, SeedError, SlmaugError
    from slmaug.expansion import expand
    from slmaug.recipe import DEFAULT, Form, Recipe
    from slmaug.record import Row, Seed
    from slmaug.rows import Rows
    from slmaug.text import Text

__version__ = "0.1.0"
__all__ = [
    "DEFAULT",
    "Form",
    "MissingPackage",
    "Recipe",
    "Row",
    "Rows",
    "Seed",
    "SeedError",
    "SlmaugError",
    "Text",
    "__version__",
    "expand",
]

_HOMES = {
    "DEFAULT": "recipe",
    "Form": "recipe",
    "MissingPackage": "errors",
    "Recipe": "recipe",
    "Row": "record",
    "Rows": "rows",
    "Seed": "record",
    "SeedError": "errors",
    "SlmaugError": "errors",
    "Text": "text",
    "expand": "expansion",
}


def __getattr__(name: str) -> object:
    """Load a public name from its home when it is first used (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"slmaug.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
