import pytest

from slmaug.errors import SlmaugError
from slmaug.train.recipes import RECIPES, recipe_named, unusual


def test_an_unknown_recipe_names_the_known_ones() -> None:
    """A wrong name is answered with all names and the nearest."""
    with pytest.raises(SlmaugError, match=r"'lra' is unknown; expected one of full, lora, smoke, .*mean 'lora'"):
        recipe_named("lra")


def test_our_own_recipes_are_common_practice() -> None:
    """Neither full nor lora is warned about by its own rule."""
    for name in ("full", "lora"):
        settings = RECIPES[name].settings
        assert unusual(settings["learning_rate"], settings["num_train_epochs"], lora=RECIPES[name].lora) == []


def test_the_seventh_round_is_warned_about() -> None:
    """5e-4 and 30 epochs of full fine-tuning are far outside common practice; both are said, with the reason."""
    settings = RECIPES["round7"].settings
    rate, epochs = unusual(settings["learning_rate"], settings["num_train_epochs"], lora=False)
    assert "5e-06" in rate or "3e-06 to 2e-05" in rate
    assert "overwrites" in rate
    assert epochs.startswith("num_train_epochs 30")


def test_a_tiny_learning_rate_is_warned_about() -> None:
    """A rate below the common span is said to teach too little."""
    assert "may not learn" in unusual(1e-7, 3, lora=True)[0]


def test_the_rounds_change_what_the_study_changed() -> None:
    """Each round differs from the one before in what the seven rounds of tuning changed."""
    of = {name: recipe.settings for name, recipe in RECIPES.items()}
    assert (of["round1"]["num_train_epochs"], of["round2"]["num_train_epochs"]) == (30, 100)
    assert of["round2"]["lora_dropout"] == 0.05
    assert RECIPES["round2"].held_out == 0
    assert RECIPES["round3"].held_out == 0.3
    assert [RECIPES[f"round{i}"].lora for i in range(1, 8)] == [True] * 5 + [False] * 2
    assert [of[f"round{i}"]["learning_rate"] for i in range(1, 8)] == [5e-5] * 6 + [5e-4]
