"""Which of TRL's settings a run takes: what has no place here is refused, and evaluating and saving go together.

Nothing that a person sets may go without effect in silence, or change what the rows are once they were checked.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from slmaug.errors import SlmaugError

if TYPE_CHECKING:
    from trl import ModelConfig, SFTConfig

RANK = "eval_rank"
"""The metric that the best checkpoint has most of: accuracy, and among equals the lower loss."""
_METRICS = frozenset({"rank", "accuracy", "loss", "mean_token_accuracy", "entropy"})

# Each with what to do in its place.
_REFUSED: Mapping[str, str] = {
    "packing": "rows are not joined or cut here; --padding_free true spends nothing on padding either",
    "eval_packing": "rows are not joined or cut here; leave it out",
    "assistant_only_loss": "the loss falls on the completions and on nothing else already; leave it out",
    "chat_template_path": "a model is trained with its own chat template; put yours into the model's folder, as "
    "chat_template.jinja",
    "eos_token": "a turn ends as the model's own chat template ends it; leave it out",
    "pad_token": "padding has no part in the loss, whatever its token; leave it out",
    "trust_remote_code": "code that a model brings along is never run; leave it out (transformers has Phi-3.5's own)",
    "load_in_8bit": "weights of 8 bits cannot be trained and merged exactly; use --recipe lora without it",
    "load_in_4bit": "weights of 4 bits cannot be trained and merged exactly; use --recipe lora without it",
    "model_revision": "fetch that revision, hf download NAME --revision REVISION --local-dir FOLDER, and give its "
    "folder as --model",
    "model_init_kwargs": "the model is loaded as --dtype and --attn_implementation say; leave it out",
    "push_to_hub": "it would upload checkpoints, not the model; after the run: hf upload NAME FOLDER",
    "resume_from_checkpoint": "a run goes on from its last checkpoint by itself; give its folder as --output-dir",
}


def check(config: SFTConfig, model: ModelConfig, given: Collection[str]) -> None:
    """Raise :class:`SlmaugError` for a setting that has no place here, and a value that no run can work with.

    ``given`` are the names a person set.
    """
    for name, instead in _REFUSED.items():
        for settings in (config, model):
            if name in given and getattr(settings, name, None) not in (None, False, _default(settings, name)):
                raise SlmaugError(f"--{name} has no place here: {instead}")
    if "completion_only_loss" in given and config.completion_only_loss is False:
        raise SlmaugError("--completion_only_loss false has no place here: the loss falls on completions alone")
    adapters = sorted(each for each in given if each.startswith("lora_") or each in ("use_dora", "use_rslora"))
    if adapters and not model.use_peft:
        raise SlmaugError(f"--{adapters[0]} has no effect on full fine-tuning; add --use_peft, or take --recipe lora")
    wrong = _wrong(config, model)
    if wrong:
        name, expected = wrong
        value = getattr(config, name, getattr(model, name, None))
        raise SlmaugError(f"--{name} is {value}; expected {expected}")


def adapted(model: ModelConfig) -> Any:
    """The modules that LoRA adapts: all linear ones where nothing is said, and a module by its name.

    TRL unpacks a list of one, and PEFT takes what is left for a pattern that the whole path of a module must match.
    """
    found = model.lora_target_modules
    if found is None:
        return "all-linear" if model.use_peft and model.lora_target_parameters is None else None
    single = isinstance(found, str) and found != "all-linear" and found.replace(".", "_").isidentifier()
    return [found] if single else found


def _default(settings: Any, name: str) -> Any:
    return next((each.default for each in fields(settings) if each.name == name), None)


def _wrong(config: SFTConfig, model: ModelConfig) -> tuple[str, str] | None:
    """The first setting whose value cannot be, and what is expected of it."""
    rate, epochs = config.learning_rate, config.num_train_epochs
    metric = (config.metric_for_best_model or RANK).removeprefix("eval_")
    sound = {
        ("learning_rate", "a number above 0, such as 1e-5"): math.isfinite(rate) and rate > 0,
        ("max_steps", "a number of steps from 1, or -1 for as many as the epochs have"): config.max_steps == -1
        or config.max_steps > 0,
        ("num_train_epochs", "a number above 0, such as 3"): config.max_steps > 0
        or (math.isfinite(epochs) and epochs > 0),
        ("per_device_train_batch_size", "1 or more"): config.per_device_train_batch_size >= 1,
        ("per_device_eval_batch_size", "1 or more"): config.per_device_eval_batch_size >= 1,
        ("gradient_accumulation_steps", "1 or more"): config.gradient_accumulation_steps >= 1,
        ("save_total_limit", "1 or more"): (config.save_total_limit or 1) >= 1,
        ("max_length", "a number of tokens from 1"): config.max_length is None or config.max_length >= 1,
        ("weight_decay", "0 or more"): config.weight_decay >= 0,
        ("seed", "a whole number from 0 to 4294967295"): 0 <= config.seed < 2**32,
        ("data_seed", "a whole number from 0 to 4294967295"): 0 <= (config.data_seed or 0) < 2**32,
        ("lora_r", "1 or more"): not model.use_peft or model.lora_r >= 1,
        ("metric_for_best_model", f"one of {', '.join(f'eval_{each}' for each in sorted(_METRICS))}"): metric
        in _METRICS,
    }
    return next((each for each, holds in sound.items() if not holds), None)


def evaluated(config: SFTConfig, given: Collection[str], *, evaluates: bool) -> SFTConfig:
    """The settings with when to evaluate and to save, and whether the best checkpoint is taken at the end.

    Once an epoch unless ``given`` says otherwise; where it speaks of one of the two, the other follows, for the best
    can only be taken if it was saved. Without ``evaluates`` there is nothing to evaluate on.
    """
    asked = _value(config.eval_strategy) if "eval_strategy" in given else None
    if not evaluates and asked not in (None, "no"):
        raise SlmaugError(
            f"--eval_strategy is {asked}, and there is nothing to evaluate on; expected rows held out (--held-out 0.3 "
            "and --watch-rows above 0), or leave it out"
        )
    save = _value(config.save_strategy) if "save_strategy" in given else None
    by_steps = "steps" if {"eval_steps", "save_steps"} & set(given) else None
    evaluation = asked or (save if save in ("epoch", "steps") else None) or by_steps or "epoch"
    changed: dict[str, Any] = {"eval_strategy": evaluation if evaluates else "no"}
    alone = "steps" if "save_steps" in given else "epoch"
    changed["save_strategy"] = save or (alone if changed["eval_strategy"] == "no" else evaluation)
    if "eval_steps" not in given and "save_steps" in given:
        changed["eval_steps"] = config.save_steps
    if "save_steps" not in given and "eval_steps" in given:
        changed["save_steps"] = config.eval_steps
    together = changed["save_strategy"] in (changed["eval_strategy"], "best") and changed["eval_strategy"] != "no"
    if "load_best_model_at_end" not in given:
        changed["load_best_model_at_end"] = together
    if changed["eval_strategy"] != "no":
        metric = config.metric_for_best_model if "metric_for_best_model" in given else RANK
        changed["metric_for_best_model"] = metric
        if "greater_is_better" not in given:
            changed["greater_is_better"] = metric.removeprefix("eval_") not in ("loss", "entropy")
    try:
        return replace(config, **changed)
    except ValueError as error:
        raise SlmaugError(f"settings: {' '.join(str(error).split())}") from None


def _value(strategy: Any) -> str:
    return str(getattr(strategy, "value", strategy))


def check_kind(action: argparse.Action, value: object) -> None:
    """Raise :class:`SlmaugError` for a value of a file that the setting cannot take; argparse looks at texts alone."""
    if value is None or isinstance(value, str) or action.type is None:
        return
    several = action.nargs in ("+", "*") and isinstance(value, (list, tuple))
    try:
        for each in value if several else (value,):  # type: ignore[attr-defined]
            action.type(str(each))  # type: ignore[operator]
    except (ValueError, TypeError, argparse.ArgumentTypeError):
        raise SlmaugError(f"{action.dest} is {value!r}; expected a value as --{action.dest} takes it") from None
