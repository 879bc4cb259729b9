"""What a model's tokens cost: a small table of well-known models, and the user's own prices, which count for more."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from slmaug.errors import MissingPackage, SlmaugError, printable


def _is_price(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < math.inf


@dataclass(frozen=True)
class Price:
    """US dollars per million tokens.

    >>> Price(input=0.15, output=0.60).dollars(prompt_tokens=1_000_000, completion_tokens=500_000)
    0.45
    """

    input: float
    output: float

    def __post_init__(self) -> None:
        for name, value in (("input", self.input), ("output", self.output)):
            if not _is_price(value):
                raise ValueError(f"{name} must be dollars per million tokens, from 0, got {value!r}")

    def dollars(self, prompt_tokens: int, completion_tokens: int) -> float:
        return (prompt_tokens * self.input + completion_tokens * self.output) / 1e6


AS_OF = "March 2026"
"""When the table held. Prices change: give your own where it matters."""

# Standard tier, text, uncached, short context, as OpenAI's page of prices had it (https://openai.com/api/pricing).
PRICES: Mapping[str, Price] = {
    "gpt-5.4": Price(2.50, 15.00),
    "gpt-5.4-mini": Price(0.75, 4.50),
    "gpt-5.2": Price(1.75, 14.00),
    "gpt-5.1": Price(1.25, 10.00),
    "gpt-5": Price(1.25, 10.00),
    "gpt-5-mini": Price(0.25, 2.00),
    "gpt-5-nano": Price(0.05, 0.40),
    "gpt-4.1": Price(2.00, 8.00),
    "gpt-4.1-mini": Price(0.40, 1.60),
    "gpt-4.1-nano": Price(0.10, 0.40),
    "gpt-4o": Price(2.50, 10.00),
    "gpt-4o-2024-05-13": Price(5.00, 15.00),
    "gpt-4o-mini": Price(0.15, 0.60),
    "o4-mini": Price(1.10, 4.40),
    "o3": Price(2.00, 8.00),
    "o3-mini": Price(1.10, 4.40),
}

_DATE = re.compile(r"-\d{4}-\d{2}-\d{2}$")


def price_of(model: str, own: Mapping[str, Price] | None = None) -> Price | None:
    """The price of a model, None where it is not known. A dated name costs what its model costs.

    >>> price_of("gpt-4o-mini-2024-07-18")
    Price(input=0.15, output=0.6)
    >>> price_of("phi3.5") is None
    True
    """
    for table in (own or {}, PRICES):
        for name in (model, _DATE.sub("", model)):
            if name in table:
                return table[name]
    return None


def read_prices(path: str | os.PathLike[str]) -> dict[str, Price]:
    """The prices in a YAML or JSON file: ``my-model: {input: 0.15, output: 0.6}``, dollars per million tokens.

    Raises :class:`SlmaugError` that names the file and the model.
    """
    where = printable(os.fspath(path))
    try:
        yaml = import_module("yaml")
    except ModuleNotFoundError:
        raise MissingPackage("a file of prices needs PyYAML; install it: pip install pyyaml") from None
    try:
        found = yaml.safe_load(Path(path).read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SlmaugError(f"{where}: cannot be read: {reason}; expected a YAML or JSON file of prices") from None
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        raise SlmaugError(f"{where}{line}: neither YAML nor JSON: {problem}") from None
    if not isinstance(found, dict):
        raise SlmaugError(f"{where}: no prices found; expected lines such as 'my-model: {{input: 0.15, output: 0.6}}'")
    return {str(model): _price(where, str(model), value) for model, value in found.items()}


def _price(where: str, model: str, value: Any) -> Price:
    form = "{input: 0.15, output: 0.6}, US dollars per million tokens"
    if not isinstance(value, dict) or set(value) != {"input", "output"} or not all(map(_is_price, value.values())):
        shown = repr(value)
        shown = shown if len(shown) <= 60 else shown[:59] + "…"
        raise SlmaugError(f"{where}: the price of {printable(model)!r} is {printable(shown)}; expected {form}")
    return Price(float(value["input"]), float(value["output"]))
