"""Recipes: whole sets of training settings under a name, and what is common practice around them.

A recipe gives defaults to fields of TRL's ``SFTConfig`` and ``ModelConfig``; whatever the user sets wins. ``round1`` to
``round7`` are the seven rounds of tuning this project comes from, as they were: they take a model from irrelevant
answers to right ones and are here to be replayed (``examples/seven_rounds.py``), not to be recommended.

Sources: learning rates of full fine-tuning, Microsoft's Phi-3 fine-tuning samples (5e-6) and the Tulu 3 paper (5e-6 to
1e-5); LoRA's, Biderman et al. 2024 (ten times those of full fine-tuning) and "all-linear", Dettmers et al. 2023.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from slmaug.errors import SlmaugError

PHI = "microsoft/Phi-3.5-mini-instruct"


@dataclass(frozen=True)
class Recipe:
    """Settings under a name.

    ``model`` is the base model, None where a small one is made of the rows. ``batch`` is the number of rows behind one
    step of the optimiser, over all devices. ``held_out`` is the share of the rows that are kept from training.
    ``patience`` is after how many evaluations without a better one training ends early; 0 for never. ``settings`` are
    fields of SFTConfig and ModelConfig. ``rows`` says which rows belong to the recipe, where that matters.
    """

    name: str
    about: str
    settings: Mapping[str, Any]
    model: str | None = PHI
    batch: int = 32
    held_out: float = 0.3
    patience: int = 2
    rows: str = ""

    @property
    def lora(self) -> bool:
        """Whether it trains adapters rather than all weights."""
        return bool(self.settings.get("use_peft"))


_COMMON: dict[str, Any] = {
    "lr_scheduler_type": "cosine",
    "warmup_steps": 0.05,  # as a share of all steps
    "max_grad_norm": 1.0,
    "logging_steps": 10,
    "save_total_limit": 2,
    "seed": 42,
}
_LORA: dict[str, Any] = {
    "use_peft": True,
    "lora_r": 32,
    "lora_alpha": 64,
    "lora_dropout": 0.05,
    "lora_target_modules": ["all-linear"],
}
# What the rounds left alone stood at the libraries' defaults: linear decay, no warm-up, LoRA of rank 8.
_ROUNDS: dict[str, Any] = {
    "lr_scheduler_type": "linear",
    "warmup_steps": 0.0,
    "logging_steps": 10,
    "save_total_limit": 2,
    "seed": 42,
    "learning_rate": 5e-5,
}
_ROUND_LORA: dict[str, Any] = {
    "use_peft": True,
    "lora_r": 8,
    "lora_alpha": 16,
    "lora_target_modules": ["all-linear"],
}


def _round(number: int, about: str, rows: str, held_out: float = 0.3, **settings: Any) -> Recipe:
    return Recipe(f"round{number}", about, _ROUNDS | settings, batch=8, held_out=held_out, patience=0, rows=rows)


_ALL = (
    Recipe(
        "full",
        "full fine-tuning: float32 weights, bfloat16 arithmetic",
        _COMMON | {"learning_rate": 1e-5, "num_train_epochs": 4.0},
    ),
    Recipe(
        "lora",
        "LoRA on all linear layers, merged at the end",
        _COMMON | _LORA | {"learning_rate": 2e-4, "num_train_epochs": 4.0},
    ),
    Recipe(
        "smoke",
        "a small Phi-3 made of the rows, on two processor cores, in minutes",
        _COMMON | {"learning_rate": 2e-3, "num_train_epochs": 3.0, "weight_decay": 0.1, "adam_beta2": 0.98},
        model=None,
        batch=16,
    ),
    _round(
        1,
        "LoRA on the raw pairs",
        "the seeds themselves: python -m slmaug.build seeds.csv rows.jsonl --n 30 --cot none",
        held_out=0.0,
        **_ROUND_LORA | {"lora_dropout": 0.0, "num_train_epochs": 30.0},
    ),
    _round(
        2,
        "lora_dropout 0.05, 100 epochs",
        "as round1",
        held_out=0.0,
        **_ROUND_LORA | {"lora_dropout": 0.05, "num_train_epochs": 100.0},
    ),
    _round(
        3,
        "30 questions expanded to 3000 rows, shuffled again, split 0.7/0.3",
        "3000 rows that repeat the seeds",
        **_ROUND_LORA | {"lora_dropout": 0.05, "num_train_epochs": 30.0},
    ),
    _round(
        4,
        "answers with a step-by-step analysis, all in English",
        "as round3, with --cot outline",
        **_ROUND_LORA | {"lora_dropout": 0.05, "num_train_epochs": 30.0},
    ),
    _round(
        5,
        "several rows per piece of knowledge: random insertion, swap, deletion, back-translation",
        "the forms insertion, swap, deletion alone",
        **_ROUND_LORA | {"lora_dropout": 0.05, "num_train_epochs": 30.0},
    ),
    _round(
        6,
        "more diverse prompts, and full fine-tuning in place of LoRA",
        "a default build: python -m slmaug.build seeds.csv rows.jsonl",
        num_train_epochs=30.0,
    ),
    _round(
        7,
        "learning rate 5e-4 in place of 5e-5, greedy answers",
        "as round6",
        num_train_epochs=30.0,
        learning_rate=5e-4,
    ),
)

RECIPES: Mapping[str, Recipe] = {recipe.name: recipe for recipe in _ALL}


def recipe_named(name: str) -> Recipe:
    """The recipe of that name; :class:`SlmaugError` for a name that is none."""
    if name in RECIPES:
        return RECIPES[name]
    near = difflib.get_close_matches(name, RECIPES, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise SlmaugError(f"recipe {name!r} is unknown; expected one of {', '.join(RECIPES)}{hint}")


@dataclass(frozen=True)
class Practice:
    """What is common for a kind of fine-tuning: learning rate from ``low`` to ``high``, at most ``epochs`` epochs."""

    kind: str
    low: float
    high: float
    epochs: float
    too_high: str = field(repr=False, default="")


_FULL = Practice(
    "full fine-tuning of a model of this size",
    3e-6,
    2e-5,
    10,
    "so large a step overwrites what the model knew, and the loss may jump or stay high",
)
_ADAPTERS = Practice(
    "LoRA",
    2e-5,
    5e-4,
    20,
    "so large a step makes the adapters unstable",
)


def unusual(learning_rate: float, epochs: float, *, lora: bool) -> list[str]:
    """What lies far outside common practice for a pretrained model, and why it matters: one line each.

    >>> unusual(1e-5, 3, lora=False)
    []
    >>> unusual(5e-4, 3, lora=False)[0][:72]
    'learning_rate 0.0005 is above the 3e-06 to 2e-05 that is common for full'
    """
    practice = _ADAPTERS if lora else _FULL
    span = f"the {practice.low:g} to {practice.high:g} that is common for {practice.kind}"
    found = []
    if learning_rate > practice.high:
        found.append(f"learning_rate {learning_rate:g} is above {span}: {practice.too_high}")
    elif learning_rate < practice.low:
        found.append(f"learning_rate {learning_rate:g} is below {span}: the model may not learn the answers at all")
    if epochs > practice.epochs:
        found.append(
            f"num_train_epochs {epochs:g} is above the {practice.epochs:g} that are common for {practice.kind}: "
            "on rows learnt by heart more epochs cost time and general ability"
        )
    return found
