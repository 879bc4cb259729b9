"""The generator: the same everywhere, fair enough, and apart from everyone else's."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug.rng import Random, generators, stream_key

KEYS = st.integers(min_value=-(2**70), max_value=2**70)


def test_the_streams_are_pinned() -> None:
    """These numbers are part of the promise that equal settings give equal rows in every version."""
    one = Random(0)
    assert [one.randrange(1000) for _ in range(5)] == [883, 431, 26, 970, 106]
    assert Random(1).random() == 0.5665615751722809
    assert stream_key(1, "swap") == 17353822459795406721
    assert [rng.randrange(100) for rng in generators(7, 0, 4)] == [55, 69, 40, 99]


def test_the_first_numbers_are_those_of_splitmix64() -> None:
    """Seed 1234567 gives the published test vector of the reference implementation."""
    one = Random(1234567)
    assert [one._bits() for _ in range(3)] == [6457827717110365317, 3203168211198807973, 9817491932198370423]


@settings(max_examples=100, deadline=None)
@given(KEYS, st.integers(1, 10**12), st.lists(st.integers(), min_size=1, max_size=20))
def test_every_draw_lies_in_its_range(key: int, stop: int, options: list[int]) -> None:
    """Floats in [0, 1), integers below the stop, elements from the options."""
    rng = Random(key)
    assert 0 <= rng.random() < 1
    assert 0 <= rng.randrange(stop) < stop
    assert rng.choice(options) in options
    assert set(rng.picks(options, 9)) <= set(options)
    assert len(rng.picks(options, 9)) == 9
    assert Counter(rng.sample(options, len(options))) == Counter(options)
    items = list(options)
    rng.shuffle(items)
    assert Counter(items) == Counter(options)
    assert rng.favourite(tuple(map(str, options))) in set(map(str, options))


@settings(max_examples=100, deadline=None)
@given(KEYS, st.integers(0, 30), st.floats(0, 1))
def test_some_keeps_the_order_and_each_element_once(key: int, size: int, p: float) -> None:
    """``some`` gives a subset in order; probability 0 takes none, probability 1 takes all."""
    chosen = Random(key).some(range(size), p)
    assert chosen == sorted(set(chosen))
    assert Random(key).some(range(size), 0.0) == []
    assert Random(key).some(range(size), 1.0) == list(range(size))


@pytest.mark.parametrize("p", [0.05, 0.3, 0.9])
def test_some_takes_each_element_with_its_probability(p: float) -> None:
    """Over many draws each of 11 places comes up in its share of them, alone and in pairs."""
    counts: Counter[int] = Counter()
    pairs = 0
    rngs = generators(stream_key("some"), 0, 4000)
    for rng in rngs:
        chosen = rng.some(range(11), p)
        counts.update(chosen)
        pairs += 0 in chosen and 10 in chosen
    assert all(abs(counts[place] / 4000 - p) < 0.04 for place in range(11))
    assert abs(pairs / 4000 - p * p) < 0.04


@pytest.mark.parametrize("draw", ["randrange", "choice", "picks", "sample", "random", "choices"])
def test_the_first_draws_of_neighbours_are_spread_evenly(draw: str) -> None:
    """Generators number 0, 1, 2 ... of one family share out ten options within wide chi-square bounds."""
    options = range(10)
    rngs = generators(stream_key(draw), 0, 5000)
    drawn = {
        "randrange": lambda rng: rng.randrange(10),
        "choice": lambda rng: rng.choice(options),
        "picks": lambda rng: rng.picks(options, 3)[2],
        "sample": lambda rng: rng.sample(options, 3)[2],
        "random": lambda rng: int(rng.random() * 10),
        "choices": lambda rng: rng.choices(options, list(accumulate([1.0] * 10))),
    }[draw]
    counts = Counter(map(drawn, rngs))
    assert sum((counts[i] - 500) ** 2 / 500 for i in options) < 35  # 9 degrees of freedom: p below 0.0001


def test_neighbours_are_independent() -> None:
    """What one generator draws says nothing about the next one's, nor the same place of the next family's."""
    one = [rng.randrange(4) for rng in generators(stream_key("a"), 0, 4000)]
    other = [rng.randrange(4) for rng in generators(stream_key("b"), 0, 4000)]
    for pairs in (pairwise(one), zip(one, other, strict=True)):
        counts = Counter(pairs)
        assert sum((counts[i, j] - 250) ** 2 / 250 for i in range(4) for j in range(4)) < 50


def test_weights_are_followed() -> None:
    """An option with three times the weight comes up three times as often; weight 0 never."""
    counts = Counter(rng.choices("abc", [1.0, 4.0, 4.0]) for rng in generators(1, 0, 4000))
    assert set(counts) == {"a", "b"}
    assert 2.5 < counts["b"] / counts["a"] < 3.5


def test_a_favourite_stays_when_another_option_goes() -> None:
    """Without an option, only the draws that had fallen on it change."""
    options = tuple("abcdefgh")
    for rng, again in zip(generators(3, 0, 300), generators(3, 0, 300), strict=True):
        chosen = rng.favourite(options)
        left = again.favourite(tuple(option for option in options if option != "c"))
        assert chosen == "c" or left == chosen


def test_a_favourite_does_not_depend_on_the_order_of_the_options() -> None:
    """The option's name decides, not its place."""
    assert [rng.favourite(("a", "b", "c")) for rng in generators(3, 0, 100)] == [
        rng.favourite(("c", "a", "b")) for rng in generators(3, 0, 100)
    ]


def test_a_favourite_given_twice_counts_double_and_all_are_reached() -> None:
    """Four options of which one stands twice share out 2 : 1 : 1 : 1."""
    counts = Counter(rng.favourite(("a", "a", "b", "c", "d")) for rng in generators(11, 0, 5000))
    assert 0.36 < counts["a"] / 5000 < 0.44
    assert all(0.16 < counts[name] / 5000 < 0.24 for name in "bcd")


def test_a_generator_is_the_same_in_whichever_batch_it_is_made() -> None:
    """Number 5 of a family is number 5, made alone or with its neighbours; so is its frame."""
    whole = generators(9, 0, 8, common=4)
    alone = generators(9, 5, 1, common=4)[0]
    assert whole[5].frame().random() == alone.frame().random()
    assert whole[5].random() == alone.random()


def test_frames_are_shared_over_families_and_differ_over_numbers() -> None:
    """Variant 3 of every seed has one frame, whatever was drawn before; variant 4 has another."""
    one, other = generators(1, 0, 5, common=77), generators(2, 0, 5, common=77)
    one[3].random()
    assert one[3].frame().random() == other[3].frame().random()
    assert one[3].random() != other[3].random()
    assert len({rng.frame().random() for rng in one}) == 5


def test_keys_of_different_parts_differ() -> None:
    """Numbers and their spellings, and parts cut elsewhere, make other keys; lone surrogates are allowed."""
    assert len({stream_key(1), stream_key("1"), stream_key(1, 1), stream_key("ab", "c"), stream_key("a", "bc")}) == 5
    assert 0 <= stream_key("\ud800") < 2**64


def test_the_streams_are_the_same_in_every_process() -> None:
    """No hash seed of Python gets into a key or a draw."""
    code = "from slmaug.rng import *; print(stream_key('a', 1), Random(stream_key('b')).favourite(('x','y','z')))"
    printed = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("0", "1")
    }
    assert len(printed) == 1
    assert printed.pop().strip()


def test_the_global_generator_is_left_alone() -> None:
    """Drawing here changes nothing for a user of ``random``, nor the other way about."""
    random.seed(1)
    before = random.getstate()
    rng = Random(1)
    rng.shuffle([1, 2, 3])
    rng.sample("abc", 2)
    assert random.getstate() == before


def test_impossible_draws_raise() -> None:
    """An empty range and a sample larger than its pool are errors, not silence."""
    with pytest.raises(ValueError, match="stop must be positive, got 0"):
        Random(1).randrange(0)
    with pytest.raises(ValueError, match="cannot take 3 of 2"):
        Random(1).sample("ab", 3)
    with pytest.raises(ValueError, match="cannot take -1 of 2"):
        Random(1).sample("ab", -1)
    assert Random(1).sample("", 0) == []
    assert Random(1).picks("", 0) == []
