"""A recipe: which forms of variants a set is made of, how much of each, and what makes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from slmaug.augment import (
    PHRASING_FORMS,
    Augmenter,
    Chain,
    Deletion,
    Insertion,
    Maybe,
    Phrasing,
    Swap,
    Synonyms,
    Typos,
)


@dataclass(frozen=True)
class Form:
    """One kind of variant: its name, its weight in the plan, and the augmenter that makes it."""

    name: str
    weight: float
    augmenter: Augmenter

    def __post_init__(self) -> None:
        if not self.name or self.name == "seed":
            raise ValueError(f"a form needs a name other than 'seed', got {self.name!r}")
        if not self.weight >= 0:
            raise ValueError(f"the weight of form {self.name!r} must be 0 or more, got {self.weight!r}")
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
    if isinstance(given, Mapping):
        return Recipe(tuple(Form(name, 1.0, augmenter) for name, augmenter in given.items()))
    return Recipe((Form(type(given).__name__.lower(), 1.0, given),))


_WEIGHTS = {
    "question": 3.0,
    "indirect": 1.5,
    "imperative": 1.0,
    "need": 1.5,
    "search": 3.0,
    "polite": 1.0,
    "terse": 2.0,
    "first-person": 1.0,
    "report": 1.5,
    "context": 1.5,
}
_CASUAL = {"search": 0.9, "terse": 0.6}


def _phrasing(form: str) -> Augmenter:
    return Chain((Phrasing(form, _CASUAL.get(form, 0.25)), Maybe(Synonyms(), 0.4), Maybe(Deletion(), 0.25), Maybe(Typos(), 0.1)))


DEFAULT = Recipe(
    (
        *(Form(name, _WEIGHTS[name], _phrasing(name)) for name in PHRASING_FORMS),
        Form("synonyms", 1.0, Synonyms()),
        Form("insertion", 0.3, Insertion()),
        Form("swap", 0.3, Swap()),
        Form("deletion", 1.0, Deletion()),
        Form("typos", 0.7, Typos()),
    )
)
"""Mostly other forms, with the word-level noise of EDA in small shares and on top of the forms."""
