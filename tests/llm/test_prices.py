"""Prices: the table, the user's own, and what a file of them must look like."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slmaug.errors import SlmaugError
from slmaug.llm.prices import PRICES, Price, price_of, read_prices


def test_a_dated_name_costs_what_its_model_costs_unless_it_has_a_price_of_its_own() -> None:
    """A model that only begins like another has none."""
    assert price_of("gpt-4o-mini-2024-07-18") == PRICES["gpt-4o-mini"]
    assert price_of("gpt-4o-2024-05-13") == Price(5.0, 15.0)
    assert price_of("gpt-4o-mini-search") is None
    assert price_of("ft:gpt-4o-mini-2024-07-18:me::1") is None


def test_the_users_price_counts_for_more() -> None:
    """Also for a dated name that the user gave the price of without its date."""
    own = {"gpt-4o-mini": Price(1.0, 2.0)}
    assert price_of("gpt-4o-mini", own) == price_of("gpt-4o-mini-2024-07-18", own) == Price(1.0, 2.0)


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_file_of_prices_is_yaml_or_json(tmp_path: Path, form: str) -> None:
    """Dollars per million tokens, whole numbers included."""
    path = tmp_path / f"prices.{form}"
    json_text = json.dumps({"my-model": {"input": 1, "output": 0.6}})
    path.write_text("my-model: {input: 1, output: 0.6}\n" if form == "yaml" else json_text, encoding="utf-8")
    assert read_prices(path) == {"my-model": Price(1.0, 0.6)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("m: 3", "the price of 'm' is 3; expected {input: 0.15, output: 0.6}, US dollars per million tokens"),
        ("m: {input: 1}", "the price of 'm' is {'input': 1}"),
        ("m: {input: -1, output: 1}", "the price of 'm' is"),
        ("m: {input: yes, output: 1}", "the price of 'm' is"),
        ("m: {input: .inf, output: 1}", "the price of 'm' is"),
        ("m: {input: 1, output: 1, batch: 1}", "the price of 'm' is"),
        ("- 1", "no prices found; expected lines such as 'my-model: {input: 0.15, output: 0.6}'"),
        ("", "no prices found"),
        ("a: [", "neither YAML nor JSON"),
        ("a: 2024-99-99", "neither YAML nor JSON"),
    ],
)
def test_a_file_that_is_none_is_one_line(tmp_path: Path, text: str, words: str) -> None:
    """It names the file and the model."""
    path = tmp_path / "prices.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SlmaugError) as caught:
        read_prices(path)
    assert words in str(caught.value)
    assert "prices.yaml" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    """It says why it cannot be read."""
    with pytest.raises(SlmaugError, match=r"prices\.yaml: cannot be read: No such file"):
        read_prices(tmp_path / "prices.yaml")


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf"), "1"])
def test_a_price_is_a_number_from_0(value: float) -> None:
    """Anything else is refused when it is made."""
    with pytest.raises(ValueError, match="dollars per million tokens"):
        Price(value, 1.0)
