"""What is known before a model is loaded: the rows and their split, the base model, settings that fit the machine."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slmaug.errors import SlmaugError, printable
from slmaug.train import checkpoints
from slmaug.train.dataset import Encodings, encodings, length_limit
from slmaug.train.encoding import ChatTokens, chat_tokens
from slmaug.train.loading import load_tokenizer, local_model, needed, quietly
from slmaug.train.reading import Examples, Questions, known_answers, read_examples, read_questions
from slmaug.train.recipes import unusual
from slmaug.train.settings import Parsed, cuda_at_hand, with_trl
from slmaug.train.split import Split, check_leaks, find_leaks, split, without

if TYPE_CHECKING:
    from transformers import PretrainedConfig
    from trl import ModelConfig, SFTConfig

    from slmaug.train.capacity import Fit


@dataclass(frozen=True)
class Data:
    """What a run trains and tests on.

    ``leaked`` counts rows left out because they ask a real question; ``near`` real questions that are nearly a row's,
    which is no leak.
    """

    rows: Examples
    encoded: Encodings
    split: Split
    questions: tuple[Questions, ...]
    leaked: int
    near: int

    @property
    def answers(self) -> dict[int, str]:
        """The answers by seed id, for rows that have one."""
        return known_answers(self.rows.examples)

    @property
    def system(self) -> str | None:
        """The system prompt, where all rows have the same; else None."""
        found = {each.system for each in self.rows.examples}
        return found.pop() if len(found) == 1 else None


@dataclass(frozen=True)
class Base:
    """The model to start from: ``place`` is what ``from_pretrained`` takes, ``name`` what the user calls it."""

    place: str | Path
    name: str
    made_here: bool
    config: PretrainedConfig
    chat: ChatTokens


@dataclass(frozen=True)
class Prepared:
    """All that is known before the model is loaded."""

    parsed: Parsed
    folder: Path
    data: Data
    base: Base
    config: SFTConfig
    model: ModelConfig
    fit: Fit

    @property
    def max_new_tokens(self) -> int:
        """Room for the longest completion that was trained on, and a quarter more."""
        return self.data.encoded.longest_completion * 5 // 4 + 8

    @property
    def fingerprint(self) -> dict[str, Any]:
        """What must be equal for a run to go on from another's checkpoint."""
        own = self.parsed.own
        return {
            "rows": self.data.rows.sha256,
            "base": self.base.name,
            "held_out": held_out(self.parsed),
            "too_long": own.too_long,
            "patience": patience(self.parsed),
            "watch_rows": own.watch_rows,
            **{f"model.{name}": value for name, value in checkpoints.told_apart(vars(self.model)).items()},
            **checkpoints.told_apart(self.config.to_dict()),
        }


def held_out(parsed: Parsed) -> float:
    """The share of the rows kept from training."""
    return parsed.recipe.held_out if parsed.own.held_out is None else parsed.own.held_out


def patience(parsed: Parsed) -> int:
    return parsed.recipe.patience if parsed.own.patience is None else parsed.own.patience


def prepare(parsed: Parsed) -> Prepared:
    """Read the rows, find the model, split, and choose what fits the machine; nothing is trained yet."""
    own = parsed.own
    folder = Path(own.output_dir)
    rows = read_examples(own.rows)
    answers = known_answers(rows.examples)
    questions = tuple(read_questions(each, answers) for each in own.questions)
    asked = [each for file in questions for each in file.examples]
    if own.leaks == "error":
        check_leaks(rows.examples, asked)
    usable = without(rows.examples, asked)  # never trained on, however the case, the punctuation or the order
    _check_folder(folder)
    needed("torch"), needed("trl")
    cpu = not cuda_at_hand()
    config, model = with_trl(parsed, cpu=cpu)
    _quiet_libraries()
    base = _base(parsed, folder, rows, model)
    limit = config.max_length or length_limit(base.config)
    encoded = encodings(usable, base.chat, limit, keep_long=own.too_long == "keep")
    parts = split(encoded.examples, held_out(parsed), random_seed=config.seed)
    near = find_leaks(usable, asked).near
    data = Data(rows, encoded, parts, questions, len(rows.examples) - len(usable), near)
    if not config.packing:
        config.max_length = None  # nothing is left that is longer, and TRL would cut it
    fit = _fit(parsed, config, model, base, encoded, cpu)
    return Prepared(parsed, folder, data, base, _chosen(parsed, config, fit, bool(parts.held_out)), model, fit)


def _check_folder(folder: Path) -> None:
    place = folder
    while not place.exists() and place.parent != place:
        place = place.parent
    if not place.is_dir():
        raise SlmaugError(f"{printable(place)}: a file; expected a folder for the run (--output-dir)")
    if not os.access(place, os.W_OK):
        raise SlmaugError(f"{printable(place)}: no permission to write there; give another --output-dir")


def _quiet_libraries() -> None:
    """Their own bars and notes would stand between ours; warnings of theirs that matter are errors of ours."""
    import warnings

    import datasets
    import transformers

    datasets.disable_progress_bars()
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    warnings.filterwarnings("ignore", category=FutureWarning, module="trl")


def _base(parsed: Parsed, folder: Path, rows: Examples, model: ModelConfig) -> Base:
    from transformers import AutoConfig, GenerationConfig

    name = parsed.own.model or model.model_name_or_path or parsed.recipe.model
    made_here = name is None
    if name is None:
        place: str | Path = _made_here(folder / "base", rows)
        name = "a small Phi-3 made here"
    else:
        place = local_model(name)
    with quietly():
        config = AutoConfig.from_pretrained(place, trust_remote_code=False)
        try:
            stops = GenerationConfig.from_pretrained(place).eos_token_id
        except (OSError, ValueError):  # a model without generation settings
            stops = getattr(config, "eos_token_id", None)
    ends = () if stops is None else tuple(stops) if isinstance(stops, (list, tuple)) else (int(stops),)
    return Base(place, name, made_here, config, chat_tokens(load_tokenizer(place), ends, str(name)))


def _made_here(folder: Path, rows: Examples) -> Path:
    """A small model of these rows' words, made once; several processes wait for the first."""
    from accelerate import PartialState

    from slmaug.train.tiny import make_small_phi3

    with PartialState().main_process_first():
        if not (folder / "tokenizer_config.json").is_file():
            folder.mkdir(parents=True, exist_ok=True)
            texts = [text for each in rows.examples for text in (each.question, each.completion)]
            make_small_phi3(texts, folder, vocabulary=4096)
    return folder


def _fit(parsed: Parsed, config: SFTConfig, model: ModelConfig, base: Base, encoded: Encodings, cpu: bool) -> Fit:
    from importlib.util import find_spec

    from slmaug.train.capacity import Launch, device_memory, plan_fit
    from slmaug.train.model_shape import ModelShape

    launch = Launch.of(os.environ)
    names = {"per_device_train_batch_size", "gradient_accumulation_steps", "gradient_checkpointing", "optim"}
    fixed = {name: getattr(config, name) for name in names & parsed.given}
    if "activation_checkpointing" in parsed.given:
        fixed["gradient_checkpointing"] = config.activation_checkpointing
    return plan_fit(
        ModelShape.of(base.config),
        mode="lora" if model.use_peft else "full",
        device_bytes=None if cpu else device_memory(),
        lengths=[len(each.input_ids) for each in encoded.encoded],
        wanted_batch=parsed.own.batch or parsed.recipe.batch,
        processes=config.world_size,
        sharding=launch.sharding,
        eight_bit_available=find_spec("bitsandbytes") is not None,
        padding_free=config.padding_free,
        autocast=config.bf16 or config.fp16,
        lora_rank=model.lora_r,
        fixed=fixed,
    )


def _chosen(parsed: Parsed, config: SFTConfig, fit: Fit, evaluates: bool) -> SFTConfig:
    """The settings with what the machine allows, and what our own flags mean in TRL's terms."""
    config.per_device_train_batch_size = fit.per_device_batch
    config.gradient_accumulation_steps = fit.accumulation
    config.gradient_checkpointing = config.activation_checkpointing = fit.checkpointing
    config.optim = fit.optimiser
    if "per_device_eval_batch_size" not in parsed.given:
        config.per_device_eval_batch_size = max(fit.per_device_batch, 1)
    chosen: dict[str, Any] = {"save_strategy": "epoch", "eval_strategy": "epoch" if evaluates else "no"}
    if evaluates:
        chosen |= {"load_best_model_at_end": True, "metric_for_best_model": "eval_rank", "greater_is_better": True}
    changed = {name: value for name, value in chosen.items() if name not in parsed.given}
    return replace(config, **changed)


def warnings_of(prepared: Prepared) -> list[str]:
    """What the user should know before the training begins, one line each."""
    found = []
    if not prepared.base.made_here:
        found += unusual(
            prepared.config.learning_rate, prepared.config.num_train_epochs, lora=bool(prepared.model.use_peft)
        )
    if prepared.data.leaked:
        found.append(
            f"{prepared.data.leaked:,} rows ask a real question but for case, punctuation or word order and were left out"
        )
    refused = prepared.data.encoded.refused
    if refused:
        found.append(
            f"{len(refused):,} rows are longer than {prepared.data.encoded.limit:,} tokens and were left out, the "
            f"first at {printable(refused[0].place)}; --too-long keep trains on them whole"
        )
    return found


def plan_lines(prepared: Prepared) -> list[str]:
    """What is going to happen: model, rows, settings, memory."""
    data, config, fit = prepared.data, prepared.config, prepared.fit
    steps = -(-len(data.split.training) // (fit.per_device_batch * fit.accumulation * config.world_size))
    asked = "".join(f"; {len(each.examples):,} real questions of {each.name}" for each in data.questions)
    return [
        f"recipe     {prepared.parsed.recipe.name}: {prepared.parsed.recipe.about}",
        f"model      {prepared.base.name}",
        f"rows       {len(data.split.training):,} to train on, {len(data.split.held_out):,} held out, "
        f"{len({each.answer for each in data.split.training}):,} answers{asked}",
        f"length     at most {data.encoded.longest:,} tokens a row; none is cut",
        f"steps      about {steps:,} an epoch, at most {config.num_train_epochs:g} epochs, "
        f"learning rate {config.learning_rate:g}",
        *(f"           {reason}" for reason in fit.reasons),
    ]
