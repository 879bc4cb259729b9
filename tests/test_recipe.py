"""Recipes: forms with names and weights, checked when they are made."""

from __future__ import annotations

import pytest

from slmaug import recipe as recipes
from slmaug.augment import PHRASING_FORMS, Deletion, Phrasing, Swap
from slmaug.augment.answer_words import ANSWER_FORMS
from slmaug.recipe import DEFAULT, Form, Recipe, as_recipe


def test_none_is_the_default_recipe() -> None:
    """It has every form of phrasing and of answer words, two builds, five edits; what does not pay has no weight."""
    assert as_recipe(None) is DEFAULT
    names = {form.name for form in DEFAULT.forms}
    edits = {"swap", "insertion", "synonyms", "deletion", "typos"}
    assert names == {*PHRASING_FORMS, *ANSWER_FORMS, "fronting", "restructuring", *edits}
    assert [form.name for form in DEFAULT.forms if not form.weight] == ["synonyms"]


def test_a_recipe_stays_itself() -> None:
    """What is a recipe already is taken as it is."""
    mine = Recipe((Form("mine", 1, Swap()),))
    assert as_recipe(mine) is mine


def test_one_augmenter_is_a_recipe_of_one_form() -> None:
    """The form is named after the augmenter's class."""
    assert as_recipe(Swap()) == Recipe((Form("swap", 1.0, Swap()),))


def test_a_mapping_names_its_forms() -> None:
    """All have equal weight, in the mapping's order."""
    assert as_recipe({"b": Swap(), "a": Deletion()}) == Recipe((Form("b", 1.0, Swap()), Form("a", 1.0, Deletion())))


def test_other_weights_leave_the_other_forms_alone() -> None:
    """``reweighted`` changes the named forms; an unknown name is an error that lists the known ones."""
    changed = DEFAULT.reweighted({"swap": 0, "typos": 7.5})
    assert {f.name: f.weight for f in changed.forms} == {f.name: f.weight for f in DEFAULT.forms} | {
        "swap": 0,
        "typos": 7.5,
    }
    with pytest.raises(ValueError, match="no form 'swop' in the recipe; it has context, "):
        DEFAULT.reweighted({"swop": 1})


def test_the_repr_can_be_typed_back_in() -> None:
    """The manifest records the recipe as its repr; eval makes the same recipe of it."""
    names = {**vars(recipes), "Phrasing": Phrasing}
    assert eval(repr(DEFAULT), names) == DEFAULT


@pytest.mark.parametrize("name", ["", "seed"])
def test_a_form_has_a_name_of_its_own(name: str) -> None:
    """``seed`` is the name of the seeds' own rows."""
    with pytest.raises(ValueError, match="a form needs a name other than 'seed'"):
        Form(name, 1, Swap())


@pytest.mark.parametrize("weight", [-1, float("nan"), float("inf")])
def test_a_weight_is_finite_and_not_negative(weight: float) -> None:
    """The message names the form and the value."""
    with pytest.raises(ValueError, match="the weight of form 'swap' must be"):
        Form("swap", weight, Swap())


@pytest.mark.parametrize("augmenter", [Swap, "swap", None])
def test_a_form_needs_an_augmenter(augmenter: object) -> None:
    """A class, a name or nothing is refused at once."""
    with pytest.raises(TypeError, match="form 'swap' needs an augmenter such as Swap"):
        Form("swap", 1, augmenter)  # type: ignore[arg-type]


def test_a_recipe_needs_different_names_and_some_weight() -> None:
    """Two forms of one name, or no weight at all, make no plan."""
    with pytest.raises(ValueError, match="form names must differ"):
        Recipe((Form("a", 1, Swap()), Form("a", 1, Deletion())))
    for forms in ((), (Form("a", 0, Swap()),)):
        with pytest.raises(ValueError, match="at least one form with a weight above 0"):
            Recipe(forms)
