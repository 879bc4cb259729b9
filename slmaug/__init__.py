"""Thirty question-answer pairs in, a few thousand training rows out, in whatever words people ask.

>>> from slmaug import expand
>>> rows = expand("seeds.csv", n=3000, random_seed=42)  # doctest: +SKIP
"""

from __future__ import annotations

from slmaug.lazy import lazily

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


__getattr__ = lazily(__name__, globals(), _HOMES)


def __dir__() -> list[str]:
    return sorted(__all__)
