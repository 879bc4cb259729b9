"""The plan: quotas by form for each seed, and what one seed's draw makes of its own."""

from __future__ import annotations

from collections import Counter

import pytest

from slmaug.augment import Phrasing, Swap
from slmaug.errors import SeedError
from slmaug.files import read_seeds
from slmaug.plan import Common, SeedPlan, draw, planned, quotas
from slmaug.recipe import Form, Recipe
from slmaug.text import Text

SEEDS = read_seeds([("How do I reset my password?", "So."), ("", ""), ("Where can I pay by card?", "There.")])
RECIPE = Recipe(
    (Form("polite", 3, Phrasing("polite")), Form("swap", 0, Swap()), Form("context", 1, Phrasing("context")))
)


def test_planned() -> None:
    """Every seed gets its even share of n, by the weights; a form of weight 0 is not in the plan."""
    plan = planned(SEEDS, 83, RECIPE)
    assert [sum(shares.values()) for shares in plan] == [41, 40]
    assert all(set(shares) == {"polite", "context"} for shares in plan)
    total = Counter(plan[0]) + Counter(plan[1])
    assert 59 <= total["polite"] <= 63


def test_too_few_rows() -> None:
    """A set smaller than its seeds cannot be planned."""
    with pytest.raises(SeedError, match="n is 1, but list of tuples has 2 usable seeds and each needs a row"):
        planned(SEEDS, 1, RECIPE)


def test_drawn_as_planned() -> None:
    """A draw is asked for the plan's shares, and makes them where no form runs dry; an empty plan asks for nothing."""
    texts = [Text.parse(seed.question) for seed in SEEDS.seeds]
    words = tuple(frozenset(text.words) for text in texts)
    common = Common(RECIPE, 0, 32, frozenset(text.key for text in texts), words)
    shares = planned(SEEDS, 22, RECIPE)[1]
    drawn = draw(SeedPlan(texts[1], SEEDS.seeds[1].id, 1, shares), common)
    assert drawn.asked == drawn.made == Counter(shares)
    assert Counter(each.form for each in drawn.variants) == Counter(shares)
    assert draw(SeedPlan(texts[1], 2, 1, quotas(0, RECIPE.forms[:1], 2)), common).variants == []
