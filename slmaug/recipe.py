"""A recipe: which forms of variants a set is made of, how much of each, and what makes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from slmaug.augment import (
    AnswerWords,
    Augmenter,
    Deletion,
    Distinct,
    Fronting,
    Insertion,
    LeadingTo,
    Maybe,
    OneOf,
    Phrasing,
    Restructuring,
    Rewording,
    Swap,
    Synonyms,
    Typos,
)
from slmaug.augment.phrasing import PhrasingForm


@dataclass(frozen=True)
class Form:
    """One kind of variant: its name, its weight in the plan, and the augmenter that makes it."""

    name: str
    weight: float
    augmenter: Augmenter

    def __post_init__(self) -> None:
        if not self.name or self.name == "seed":
            raise ValueError(f"a form needs a name other than 'seed', got {self.name!r}")
        if not 0 <= self.weight < float("inf"):
            raise ValueError(
                f"the weight of form {self.name!r} must be a finite number, 0 or more, got {self.weight!r}"
            )
        if not callable(self.augmenter) or isinstance(self.augmenter, type):
            raise TypeError(f"form {self.name!r} needs an augmenter such as Swap(), got {self.augmenter!r}")


@dataclass(frozen=True)
class Recipe:
    """Forms with different names; their weights count relative to each other."""

    forms: tuple[Form, ...]

    def __post_init__(self) -> None:
        names = [form.name for form in self.forms]
        if len(set(names)) != len(names):
            raise ValueError(f"form names must differ, got {names}")
        if not any(form.weight for form in self.forms):
            raise ValueError("a recipe needs at least one form with a weight above 0")

    def reweighted(self, weights: Mapping[str, float]) -> Recipe:
        """The same forms with other weights for those named; 0 leaves a form out."""
        names = [form.name for form in self.forms]
        for name in weights:
            if name not in names:
                raise ValueError(f"no form {name!r} in the recipe; it has {', '.join(names)}")
        return Recipe(tuple(Form(f.name, weights.get(f.name, f.weight), f.augmenter) for f in self.forms))


def as_recipe(given: Recipe | Augmenter | Mapping[str, Augmenter] | None) -> Recipe:
    """A recipe from what a user passes: a recipe, one augmenter, augmenters by form name, or None for the default."""
    if given is None:
        return DEFAULT
    if isinstance(given, Recipe):
        return given
    if isinstance(given, (list, tuple)):
        raise TypeError(
            "a list is no recipe: Chain((a, b)) applies one after the other, {'name': a, ...} gives each a form"
        )
    if isinstance(given, Mapping):
        return Recipe(tuple(Form(name, 1.0, augmenter) for name, augmenter in given.items()))
    return Recipe((Form(type(given).__name__.lower(), 1.0, given),))


# Shares in percent. In nine of ten phrasings the question is said in other words first where it can be, so that several
# things differ in one row. docs/recipe.md tells how the shares were measured.
_PHRASING_SHARES: dict[PhrasingForm, float] = {
    "context": 8,
    "story": 6,
    "question": 14,
    "fragment": 2,
    "search": 10,
    "terse": 1,
    "polite": 7,
    "topic": 2,
    "indirect": 4,
    "report": 4,
    "imperative": 4,
    "need": 2.5,
    "first-person": 2.5,
}
_CASUAL: dict[PhrasingForm, float] = {"search": 0.9, "fragment": 0.9, "terse": 0.6}
_REWORDED = Maybe(Rewording(0.7), 0.9)


def _reworded(form: Augmenter) -> Distinct:
    return Distinct(LeadingTo((_REWORDED, form)))


# Slips of the hand happen in whatever one writes, not in the seed's own words alone.
_HASTY = LeadingTo((OneOf(tuple(Phrasing(name) for name in ("question", "context", "polite", "need"))), Typos()))
# What one has heard goes with any way to ask in whole sentences; a search has no room for it.
_FULL: tuple[PhrasingForm, ...] = (
    "question",
    "polite",
    "indirect",
    "need",
    "report",
    "first-person",
    "context",
    "story",
)
_WHOLE = OneOf(tuple(Phrasing(name, casual=0) for name in _FULL))

_OTHERS: tuple[tuple[str, float, Augmenter], ...] = (
    ("keywords", 17, _reworded(AnswerWords("keywords"))),
    ("aside", 10, _reworded(AnswerWords("aside"))),
    ("hearsay", 12, _reworded(LeadingTo((_WHOLE, AnswerWords("hearsay"))))),
    ("fronting", 2, _reworded(Fronting())),
    ("restructuring", 2, _reworded(Restructuring())),
    ("swap", 1, Swap()),
    ("insertion", 1, Insertion()),
    ("synonyms", 0, Distinct(Synonyms())),
    ("deletion", 1, Deletion()),
    ("typos", 3, _reworded(_HASTY)),
)

DEFAULT = Recipe(
    (
        *(
            Form(name, share, _reworded(Phrasing(name, _CASUAL.get(name, 0.25))))
            for name, share in _PHRASING_SHARES.items()
        ),
        *(Form(name, share, augmenter) for name, share, augmenter in _OTHERS),
    )
)
"""The default recipe: every form, in the shares above."""
