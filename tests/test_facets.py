from __future__ import annotations

from collections import Counter
from itertools import islice

from slmaug.facets import AXES, CLASHES, manners

NAMES = {(axis, words): name for axis, values in AXES.items() for name, words in values.items()}


def named(seed_id: int, count: int) -> list[dict[str, str]]:
    """The first manners of a seed, by the names of their values."""
    return [
        {axis: NAMES[axis, words] for axis, words in zip(AXES, manner.split("; "), strict=True)}
        for manner in islice(manners(seed_id), count)
    ]


def test_a_manner_has_a_value_on_every_axis() -> None:
    """In the order of the axes; and each of the things that tell real people apart is one of them."""
    assert list(AXES) == ["who", "terms", "register", "length", "aim"]
    assert all(set(manner) == set(AXES) for manner in named(1, 50))
    assert {"customer", "beginner", "expert", "non-native"} <= set(AXES["who"])
    assert "wrong" in AXES["terms"]
    assert "story" in AXES["length"]
    assert {"symptom", "goal"} <= set(AXES["aim"])


def test_every_value_has_its_turn() -> None:
    """A seed's first ten manners, as many as twenty phrasings take, have all values but one at most; more, evenly."""
    for seed_id in range(30):
        first = named(seed_id, 10)
        for axis, values in AXES.items():
            assert len({manner[axis] for manner in first}) >= len(values) - 1
    for axis, values in AXES.items():
        counts = Counter(manner[axis] for manner in named(7, 600))
        assert max(counts.values()) <= 1.1 * 600 / len(values)
        assert min(counts.values()) >= 0.9 * 600 / len(values)


def test_what_does_not_go_together_does_not_meet() -> None:
    """An expert uses no wrong term, and an e-mail is no search."""
    together = {(a, b) for manner in named(3, 2000) for a in manner.values() for b in manner.values()}
    assert not together & CLASHES
    assert all(any(name in values for values in AXES.values()) for pair in CLASHES for name in pair)


def test_manners_depend_on_the_seed_alone() -> None:
    """Equal for one seed, other for another, and hardly any twice."""
    assert list(islice(manners(5), 40)) == list(islice(manners(5), 40))
    assert list(islice(manners(5), 40)) != list(islice(manners(6), 40))
    assert len(set(islice(manners(5), 100))) > 90
