"""What is known before a model is loaded: the rows and their split, the base model, settings that fit the machine."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slmaug.errors import MissingPackage, SlmaugError, printable
from slmaug.model_files import local_model, needed, quietly
from slmaug.terminal import is_terminal, say
from slmaug.train import checkpoints
from slmaug.train.dataset import Encodings, encodings, length_limit
from slmaug.train.encoding import ChatTokens, chat_tokens
from slmaug.train.loading import load_tokenizer
from slmaug.train.options import evaluated
from slmaug.train.reading import Examples, Questions, known_answers, read_examples, read_questions
from slmaug.train.run_folder import MANIFEST
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
            "processes": self.config.world_size,
            "batch": own.batch or self.parsed.recipe.batch,
            "too_long": own.too_long,
            "longest_allowed": self.data.encoded.limit,
            "leaked_rows": self.data.leaked,
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
    if not own.quiet and is_terminal(sys.stderr):
        say("loading PyTorch and TRL ...")
    _check_packages()
    place = _named(parsed)
    needed("torch"), needed("trl")
    config, model = with_trl(parsed, cpu=not cuda_at_hand())
    cpu = config.use_cpu or not cuda_at_hand()
    _quiet_libraries()
    base = _base(parsed, folder, rows, place, model)
    limit = config.max_length or length_limit(base.config)
    encoded = encodings(usable, base.chat, limit, keep_long=own.too_long == "keep")
    parts = split(encoded.examples, held_out(parsed), random_seed=config.seed)
    near = find_leaks(usable, asked).near
    data = Data(rows, encoded, parts, questions, len(rows.examples) - len(usable), near)
    config.max_length = None  # nothing is left that is longer, and TRL would cut it
    fit = _fit(parsed, config, model, base, encoded, cpu)
    config.per_device_train_batch_size = fit.per_device_batch
    config.gradient_accumulation_steps = fit.accumulation
    config.gradient_checkpointing = config.activation_checkpointing = fit.checkpointing
    config.optim = fit.optimiser
    if "per_device_eval_batch_size" not in parsed.given:
        config.per_device_eval_batch_size = fit.per_device_batch
    config = evaluated(config, parsed.given, evaluates=bool(parts.held_out and own.watch_rows))
    return Prepared(parsed, folder, data, base, config, model, fit)


def _check_packages() -> None:
    """Raise :class:`MissingPackage` for a package that is missing, before any of the heavy ones is imported."""
    for each in ("torch", "transformers", "trl", "datasets", "accelerate", "peft"):
        if find_spec(each) is None:
            older = " (TRL needs Python 3.11 or later)" if sys.version_info < (3, 11) else ""
            raise MissingPackage(f'training needs {each}: pip install "slmaug[train]"{older}')


def _named(parsed: Parsed) -> str | Path | None:
    """Where the base model is, once that is sure; None where it is made here or TRL's own setting names it."""
    named_there = "model_name_or_path" in parsed.given
    name = parsed.own.model or (None if named_there else parsed.recipe.model)
    try:
        return None if name is None else local_model(name)
    except SlmaugError as error:
        if parsed.own.model or isinstance(error, MissingPackage):
            raise
        raise SlmaugError(f"{error}; --recipe smoke needs no download") from None


def _check_folder(folder: Path) -> None:
    place = folder
    while not place.exists() and place.parent != place:
        place = place.parent
    if not place.is_dir():
        raise SlmaugError(f"{printable(place)}: a file; expected a folder for the run (--output-dir)")
    if not os.access(place, os.W_OK):
        raise SlmaugError(f"{printable(place)}: no permission to write there; give another --output-dir")
    ours = any((folder / each).exists() for each in ("checkpoints", "base", MANIFEST))
    foreign = [] if ours or not folder.is_dir() else sorted(each.name for each in folder.iterdir())
    if foreign:
        raise SlmaugError(
            f"{printable(folder)}: holds {printable(foreign[0])} and no run of slmaug, which would write its own files "
            "there; give another --output-dir"
        )


def _quiet_libraries() -> None:
    """Their own bars and notes would stand between ours; warnings of theirs that matter are errors of ours."""
    import warnings

    import datasets
    import transformers

    datasets.disable_progress_bars()
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    for each in ("trl", "transformers", "dataclasses"):  # what they will do otherwise some day
        warnings.filterwarnings("ignore", category=FutureWarning, module=each)


def _base(parsed: Parsed, folder: Path, rows: Examples, place: str | Path | None, model: ModelConfig) -> Base:
    from transformers import AutoConfig, GenerationConfig

    name = parsed.own.model or model.model_name_or_path or parsed.recipe.model
    made_here = name is None
    if name is None:
        place, name = _made_here(parsed, folder, rows), "a small Phi-3 made here"
    elif place is None:
        place = local_model(name)
    with quietly():
        try:
            config = AutoConfig.from_pretrained(place, trust_remote_code=False)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise SlmaugError(
                f"{printable(place)}: its config.json describes no model that transformers knows: "
                f"{str(error).strip().partition(chr(10))[0]}"
            ) from None
        try:
            stops = GenerationConfig.from_pretrained(place).eos_token_id
        except (OSError, ValueError):  # a model without generation settings
            stops = getattr(config, "eos_token_id", None)
    ends = () if stops is None else tuple(stops) if isinstance(stops, (list, tuple)) else (int(stops),)
    return Base(place or name, name, made_here, config, chat_tokens(load_tokenizer(place or name), ends, name))


def _made_here(parsed: Parsed, folder: Path, rows: Examples) -> Path:
    """A small model of these rows' words, made once; several processes wait for the first."""
    from accelerate import PartialState

    base, mark = folder / "base", folder / "base" / "rows.sha256"
    with PartialState().main_process_first():
        if PartialState().is_main_process and not (mark.is_file() and mark.read_text() == rows.sha256):
            checkpoints.check_free(folder, "other rows", restart=parsed.own.restart)
            _make(base, rows)
    return base


def _make(base: Path, rows: Examples) -> None:
    """Write the small model beside its place, then put it there: it is whole or it is not there."""
    from slmaug.train.tiny import make_small_phi3

    draft = base.with_name(".base.tmp")
    for each in (draft, base):
        shutil.rmtree(each, ignore_errors=True)
    draft.mkdir(parents=True)
    texts = [text for each in rows.examples for text in (each.question, each.completion)]
    make_small_phi3(texts, draft, vocabulary=4096)
    (draft / "rows.sha256").write_text(rows.sha256)
    draft.rename(base)


_FITTED = ("per_device_train_batch_size", "gradient_accumulation_steps", "gradient_checkpointing", "optim")


def _fit(parsed: Parsed, config: SFTConfig, model: ModelConfig, base: Base, encoded: Encodings, cpu: bool) -> Fit:
    """Settings that fit the machine, the same in every process; those of the run that is gone on with, if one is."""
    from slmaug.train.capacity import Launch, device_memory, plan_fit
    from slmaug.train.model_shape import ModelShape

    given = {name: getattr(config, name) for name in set(_FITTED) & parsed.given}
    if "activation_checkpointing" in parsed.given:
        given["gradient_checkpointing"] = config.activation_checkpointing
    wanted = parsed.own.batch or parsed.recipe.batch
    earlier = _fitted_earlier(parsed, config, given, wanted)

    def planned() -> Fit:
        return plan_fit(
            ModelShape.of(base.config),
            mode="lora" if model.use_peft else "full",
            device_bytes=None if cpu else device_memory(),
            lengths=[len(each.input_ids) for each in encoded.encoded],
            wanted_batch=wanted,
            processes=config.world_size,
            sharding=Launch.of(os.environ).sharding,
            eight_bit_available=find_spec("bitsandbytes") is not None,
            padding_free=config.padding_free,
            autocast=config.bf16 or config.fp16,
            lora_rank=model.lora_r,
            fixed=earlier or given,
        )

    fit = _agreed(planned) if config.world_size > 1 else planned()
    if earlier and earlier != given:
        return replace(fit, reasons=("micro-batches, checkpointing and optimiser as the run has them so far",))
    return fit


def _fitted_earlier(parsed: Parsed, config: SFTConfig, given: dict[str, Any], wanted: int) -> dict[str, Any]:
    """What an unfinished run of these settings was found to fit with; memory that is free changes from day to day."""
    run = {} if parsed.own.restart else checkpoints.earlier(Path(parsed.own.output_dir) / "checkpoints")
    found = {name: run[name] for name in _FITTED if name in run}
    if len(found) < len(_FITTED) or run.get("batch") != wanted or run.get("processes") != config.world_size:
        return {}
    same = all(getattr(value, "value", value) == found[name] for name, value in given.items())
    return found if same else {}


def _agreed(planned: Callable[[], Fit]) -> Fit:
    """What fits everywhere: the plan of the process whose plan has the smallest micro-batch."""
    from accelerate.utils import gather_object

    plans: list[Fit] = gather_object([planned()])
    return min(plans, key=lambda each: (each.per_device_batch, not each.checkpointing))
