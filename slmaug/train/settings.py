"""The command line of training: our own few flags, and every field of TRL's SFTConfig and ModelConfig beside them.

TRL's fields are not repeated here. What is not ours goes through TRL's own parser, over the defaults of the recipe; a
YAML file (``--config``) may hold both kinds. A flag wins over the file, the file over the recipe.
"""

from __future__ import annotations

import argparse
import difflib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from slmaug.errors import MissingPackage, SlmaugError, printable
from slmaug.train.options import adapted, check, check_kind
from slmaug.train.recipes import RECIPES, Recipe, recipe_named

if TYPE_CHECKING:
    from trl import ModelConfig, SFTConfig

_ROWS = (".jsonl", ".ndjson", ".json", ".parquet")

HELP = """\
Fine-tune a small language model on built rows, and see whether it answers right.

  python -m slmaug.train out.jsonl                                  full fine-tuning of Phi-3.5-mini-instruct
  python -m slmaug.train out.jsonl --recipe lora                    LoRA, merged at the end
  python -m slmaug.train out.jsonl --recipe smoke                   a small model from scratch, no download, minutes
  accelerate launch --config_file fsdp.yaml -m slmaug.train out.jsonl      several GPUs
"""


# By the annotations below: the types a value may have, and what an error says was expected.
_KINDS: Mapping[Any, tuple[tuple[type, ...], str]] = {
    "str": ((str,), "a text"),
    "str | None": ((str, type(None)), "a text"),
    "tuple[str, ...]": ((tuple,), "names of files"),
    "float | None": ((float, int, type(None)), "a number"),
    "int": ((int,), "a whole number"),
    "int | None": ((int, type(None)), "a whole number"),
    "bool": ((bool,), "true or false"),
}


@dataclass(frozen=True)
class TrainSettings:
    """Our own settings of a training run; those of TRL stand beside them in :class:`Parsed`."""

    rows: str
    recipe: str = "full"
    model: str | None = None
    output_dir: str = ""
    questions: tuple[str, ...] = ()
    held_out: float | None = None
    batch: int | None = None
    patience: int | None = None
    too_long: str = "refuse"
    leaks: str = "error"
    score_rows: int = 300
    watch_rows: int = 90
    repeats: int = 1
    dry_run: bool = False
    restart: bool = False
    keep_checkpoints: bool = False
    quiet: bool = False

    def __post_init__(self) -> None:
        for each in fields(self):  # of a YAML file and of fine_tune() come values of any type
            (kinds, expected), value = _KINDS[each.type], getattr(self, each.name)
            if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
                raise SlmaugError(f"{each.name} is {value!r}; expected {expected}")
        if self.held_out is not None and not 0 <= self.held_out < 1:
            raise SlmaugError(f"--held-out is {self.held_out:g}; expected a share from 0 to below 1, such as 0.3")
        for name, least in (("batch", 1), ("patience", 0), ("score_rows", 0), ("watch_rows", 0), ("repeats", 1)):
            value = getattr(self, name)
            if value is not None and value < least:
                raise SlmaugError(f"--{name.replace('_', '-')} is {value}; expected {least} or more")
        for name, known in (("too_long", ("refuse", "keep")), ("leaks", ("error", "drop"))):
            value = getattr(self, name)
            if value not in known:
                raise SlmaugError(f"--{name.replace('_', '-')} is {value!r}; expected {' or '.join(known)}")


@dataclass(frozen=True)
class Parsed:
    """All settings of a run. ``given`` are the names of TRL's fields that the user set, on the command line or in YAML.

    ``config`` and ``lora`` are None until :func:`with_trl` has read them.
    """

    own: TrainSettings
    recipe: Recipe
    theirs: Sequence[str] = ()
    from_file: Mapping[str, Any] = field(default_factory=dict)

    @property
    def given(self) -> frozenset[str]:
        flags = (each[2:].partition("=")[0].replace("-", "_") for each in self.theirs if each.startswith("--"))
        return frozenset(flags) | frozenset(self.from_file)


def flags_parser() -> argparse.ArgumentParser:
    """The parser of our own flags."""
    parser = _Parser(
        prog="python -m slmaug.train",
        description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
        epilog="Beside these, every field of TRL's SFTConfig and ModelConfig, such as --learning_rate 5e-6,\n"
        "--num_train_epochs 3, --per_device_train_batch_size 4, --report_to tensorboard, --lora_r 64.\n\n"
        "Recipes:\n" + "\n".join(f"  {each.name:8} {each.about}" for each in RECIPES.values()),
    )
    parser.add_argument("rows", nargs="?", metavar="rows.jsonl", help="rows, as python -m slmaug.build writes them")
    parser.add_argument("--recipe", help="a set of settings, listed below (default: full)")
    parser.add_argument("--model", help="base model: a folder, or a name on the Hugging Face Hub")
    parser.add_argument("--output-dir", metavar="FOLDER", help="where the run goes (default: runs/RECIPE)")
    parser.add_argument(
        "--questions", action="append", metavar="FILE", help="real questions to test on, never trained on; repeatable"
    )
    parser.add_argument("--held-out", type=float, metavar="SHARE", help="share of the rows kept from training (0.3)")
    parser.add_argument("--batch", type=int, metavar="ROWS", help="rows behind one step, over all devices")
    parser.add_argument(
        "--patience", type=int, metavar="N", help="end after N evaluations without a better one; 0: never"
    )
    parser.add_argument(
        "--too-long", metavar="refuse|keep", help="rows beyond the model's length: left out, or kept whole"
    )
    parser.add_argument(
        "--leaks", metavar="error|drop", help="rows that ask a real question verbatim: an error, or left out"
    )
    parser.add_argument(
        "--score-rows", type=int, metavar="N", help="training and held-out questions asked at the end (300)"
    )
    parser.add_argument("--watch-rows", type=int, metavar="N", help="held-out questions asked at each evaluation (90)")
    parser.add_argument("--repeats", type=int, metavar="N", help="how often each question is asked at the end (1)")
    parser.add_argument("--config", metavar="FILE", help="YAML with any of all these settings")
    parser.add_argument("--dry-run", action="store_true", help="show split, preflight row and memory; train nothing")
    parser.add_argument("--restart", action="store_true", help="throw away what a run in that folder has done")
    parser.add_argument("--keep-checkpoints", action="store_true", help="keep the checkpoints of a finished run")
    parser.add_argument("--quiet", action="store_true", help="no words but warnings and errors")
    return parser


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise SlmaugError(f"{message} (see python -m slmaug.train --help)")


def parsed(argv: Sequence[str]) -> Parsed:
    """Our own settings, checked, and what is TRL's, not yet read: no heavy package is imported for this.

    Raises :class:`SlmaugError`, and SystemExit for ``--help``.
    """
    parser = flags_parser()
    ours, theirs = _separated(argv, parser)
    flags = vars(parser.parse_args(ours))
    config = flags.pop("config", None)
    file = _read_yaml(config) if config else {}
    return joined(flags, file, theirs)


def joined(flags: Mapping[str, Any], file: Mapping[str, Any], theirs: Sequence[str] = ()) -> Parsed:
    """Our settings from the flags, then from the file, with defaults for the rest; ``theirs`` are TRL's arguments."""
    own_names = {each.name for each in fields(TrainSettings)}
    merged = {name: value for name, value in file.items() if name in own_names} | dict(flags)
    if not merged.get("rows"):
        raise SlmaugError("no rows to train on; expected a file such as out.jsonl, as python -m slmaug.build writes it")
    recipe = recipe_named(str(merged.get("recipe", "full")))
    merged.setdefault("output_dir", str(Path("runs") / recipe.name))
    if merged["output_dir"] == "":
        raise SlmaugError("--output-dir is empty; expected a folder for the run, such as runs/full")
    questions = merged.get("questions", ())
    merged["questions"] = tuple(questions) if isinstance(questions, (list, tuple)) else (questions,)
    if not all(isinstance(each, str) for each in merged["questions"]):
        raise SlmaugError(f"questions is {questions!r}; expected names of files")
    rest = {name: value for name, value in file.items() if name not in own_names}
    return Parsed(TrainSettings(**merged), recipe, tuple(theirs), rest)


def _separated(argv: Sequence[str], parser: argparse.ArgumentParser) -> tuple[list[str], list[str]]:
    """Our arguments and TRL's. The values behind a flag of TRL's are its own, but for the file of rows."""
    actions = {option: action for action in parser._actions for option in action.option_strings}
    ours: list[str] = []
    theirs: list[str] = []
    mine, rows_found = True, False
    takes = 0  # values that the last flag of ours still takes
    for each in argv:
        name = each.partition("=")[0]
        if each.startswith("--") or each == "-h":
            action = actions.get(name) or actions.get(name.replace("_", "-"))
            mine = action is not None
            takes = 0 if action is None or action.nargs == 0 or "=" in each else 1
            (ours if mine else theirs).append(each.replace(name, action.option_strings[-1], 1) if action else each)
        elif takes:
            ours.append(each)
            takes -= 1
        elif not rows_found and (mine or each.lower().endswith(_ROWS)):
            ours.append(each)
            rows_found = True
        else:
            (ours if mine else theirs).append(each)
    return ours, theirs


def _read_yaml(path: str) -> dict[str, Any]:
    import yaml

    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise SlmaugError(f"{printable(path)}: cannot be read: {error.strerror or error}") from None
    except yaml.MarkedYAMLError as error:
        line = "" if error.problem_mark is None else f":{error.problem_mark.line + 1}"
        raise SlmaugError(
            f"{printable(path)}{line}: is not YAML: {error.problem}; expected settings such as 'learning_rate: 1e-5'"
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SlmaugError(f"{printable(path)}: is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise SlmaugError(f"{printable(path)}: expected settings such as 'learning_rate: 1e-5', found none")
    return {str(name).replace("-", "_"): value for name, value in content.items()}


# --- TRL's part --------------------------------------------------------------------------------------------------


def with_trl(parsed: Parsed, *, cpu: bool) -> tuple[SFTConfig, ModelConfig]:
    """TRL's settings: the recipe's defaults, then the file's, then the command line's, read by TRL's own parser.

    ``cpu`` says that there is no accelerator, where bfloat16 would only be slow. Raises :class:`SlmaugError` for a name
    that no field has and a value that does not fit.
    """
    try:
        from trl import ModelConfig, SFTConfig, TrlParser
    except ModuleNotFoundError as error:
        raise MissingPackage(
            f'training needs {error.name}: pip install "slmaug[train]" (Python 3.11 or later)'
        ) from None

    class Parser(TrlParser):
        def error(self, message: str) -> NoReturn:
            raise SlmaugError(f"{message} (a setting of TRL's SFTConfig or ModelConfig)")

    parser = Parser((SFTConfig, ModelConfig), allow_abbrev=False)
    names = {action.dest for action in parser._actions}
    output = Path(parsed.own.output_dir) / "checkpoints"
    defaults = {
        **parsed.recipe.settings,
        "output_dir": str(output),
        "max_length": None,
        "activation_checkpointing": False,
        "bf16": not cpu,
        "tf32": None if cpu else True,
        "restore_callback_states_from_checkpoint": True,
        "dataloader_pin_memory": not cpu,
        "disable_tqdm": True,
        "log_level_replica": "error",
        "ddp_find_unused_parameters": False,  # there are none
        "logging_nan_inf_filter": False,  # a loss that is no number ends the run
    }
    parser.set_defaults_with_config(**defaults)
    unknown = [name for name in parsed.from_file if name not in names and name != "env"]
    if unknown:
        raise _unknown(unknown[0], names)
    environment = parsed.from_file.get("env") or {}
    if not isinstance(environment, Mapping):
        raise SlmaugError(f"env is {environment!r}; expected names with values, such as 'env: {{NAME: value}}'")
    os.environ.update({str(name): str(value) for name, value in environment.items()})
    for action in parser._actions:
        if action.dest in parsed.from_file:
            check_kind(action, parsed.from_file[action.dest])
    parser.set_defaults_with_config(**{name: value for name, value in parsed.from_file.items() if name != "env"})
    for each in parsed.theirs:
        name = each[2:].partition("=")[0].replace("-", "_")
        if each.startswith("--") and name not in names and name.removeprefix("no_") not in names:
            raise _unknown(name, names)
    try:
        config, model, *_ = parser.parse_args_and_config(list(parsed.theirs))
    except SlmaugError:
        raise
    except (ValueError, TypeError, RuntimeError, ImportError, OSError) as error:
        raise SlmaugError(f"settings: {' '.join(str(error).split())}") from None
    model.lora_target_modules = adapted(model)
    check(config, model, parsed.given)
    return config, model


def _unknown(name: str, names: set[str]) -> SlmaugError:
    ours = {each.name for each in fields(TrainSettings)} | {"config"}
    near = difflib.get_close_matches(name, [*names, *ours], n=1)
    hint = f"; did you mean --{near[0]}?" if near else " (see python -m slmaug.train --help)"
    return SlmaugError(f"--{name} is no setting of slmaug, SFTConfig or ModelConfig{hint}")


def cuda_at_hand() -> bool:
    """Whether an accelerator is there to train on."""
    import torch

    return bool(torch.cuda.is_available() or torch.backends.mps.is_available())
