"""What a run has done so far, and whether the next run may go on from it.

A run's folder ``checkpoints/`` holds the trainer's checkpoints and ``run.json``, the settings they came from. The
trainer writes ``trainer_state.json`` last, so a checkpoint without a readable one was cut off while it was written.
When training has ended, ``trained/`` holds the chosen weights and ``trained.json`` says how it went.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from slmaug.errors import SlmaugError, printable
from slmaug.formats import json_bytes, replacing

STATE = "trainer_state.json"
_RUN = "run.json"
_TRAINED = "trained.json"

# Settings of TRL's that have no part in the weights.
_INDIFFERENT = frozenset(
    "output_dir report_to run_name project trackio_space_id logging_dir logging_steps logging_strategy log_level "
    "log_level_replica log_on_each_node logging_first_step logging_nan_inf_filter disable_tqdm save_total_limit "
    "save_on_each_node push_to_hub hub_model_id hub_strategy hub_token hub_private_repo hub_always_push hub_revision "
    "dataloader_num_workers dataloader_pin_memory dataloader_prefetch_factor dataloader_persistent_workers "
    "resume_from_checkpoint local_rank ddp_find_unused_parameters ddp_timeout do_train do_eval do_predict "
    "per_device_eval_batch_size".split()
)


def told_apart(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Of TRL's settings, those that have a part in the weights, in JSON's types."""
    kept = {name: value for name, value in settings.items() if name not in _INDIFFERENT}
    found: dict[str, Any] = json.loads(json.dumps(kept, default=str, sort_keys=True))
    return found


def begin(folder: Path, fingerprint: Mapping[str, Any], *, restart: bool) -> Path | None:
    """Make the folder ready, and return the checkpoint to go on from; None where the run starts from nothing.

    Checkpoints that were cut off are removed. Raises :class:`SlmaugError` where the folder holds another run. One
    process alone may call it.
    """
    if restart and folder.exists():
        shutil.rmtree(folder)
    processes = int(fingerprint.get("processes", 1))
    before = earlier(folder)
    different = [
        f"{name} was {before.get(name)!r} and is {fingerprint.get(name)!r}"
        for name in sorted({*before, *fingerprint} if before else ())
        if before.get(name) != fingerprint.get(name)
    ]
    if different:
        more = f" (and {len(different) - 1} more)" if len(different) > 1 else ""
        raise _occupied(folder.parent, f"other settings: {different[0]}{more}")
    last = last_whole(folder, processes)
    for each in folder.glob("checkpoint-*"):
        if _step_of(each, processes) is None:
            shutil.rmtree(each)
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(folder / _RUN) as file:
        file.write(json_bytes(dict(fingerprint), indent=1))
    return last


def check_free(run: Path, found: str, *, restart: bool) -> None:
    """Raise :class:`SlmaugError` where the folder of a run holds something trained; ``found`` says of which kind."""
    if not restart and earlier(run / "checkpoints"):
        raise _occupied(run, found)


def _occupied(run: Path, found: str) -> SlmaugError:
    return SlmaugError(
        f"{printable(run)}: holds a run with {found}; give another --output-dir, or --restart to throw that run away"
    )


def earlier(folder: Path) -> dict[str, Any]:
    """The settings of the run that has got somewhere in this folder; empty where none has."""
    return (_read(folder / _RUN) or {}) if last_whole(folder) or trained(folder) else {}


def last_whole(folder: Path, processes: int = 1) -> Path | None:
    """The latest checkpoint that each of the ``processes`` has written to its end."""
    found = [(step, each) for each in folder.glob("checkpoint-*") if (step := _step_of(each, processes)) is not None]
    return max(found)[1] if found else None


def _step_of(checkpoint: Path, processes: int) -> int | None:
    """The step a checkpoint was made at; None where it was cut off."""
    state = _read(checkpoint / STATE)
    # The first process writes its state last, the others their random states whenever they come to it.
    if state is None or (processes > 1 and len(list(checkpoint.glob("rng_state_*.pth"))) < processes):
        return None
    return int(state["global_step"])


def standing(run: Path) -> str:
    """How far the run in this folder has come and what the same command would do, in words."""
    folder = run / "checkpoints"
    if trained(folder):
        return "the training is done and kept; the same command exports and scores the model"
    last = last_whole(folder)
    if last is None:
        return "no checkpoint was written yet; the same command starts from the first step"
    state = _read(last / STATE) or {}
    return (
        f"step {state.get('global_step', 0):,} of {state.get('max_steps', 0):,} is kept; the same command goes on from "
        "there"
    )


def trained(folder: Path) -> dict[str, Any] | None:
    """How the training in this folder went, once it has ended; else None."""
    return _read(folder / _TRAINED)


def weights(folder: Path) -> Path:
    """Where the weights of an ended training stand."""
    return folder / "trained"


def mark_trained(folder: Path, facts: Mapping[str, Any]) -> None:
    """Say that :func:`weights` is whole; ``facts`` are returned by :func:`trained`."""
    with replacing(folder / _TRAINED) as file:
        file.write(json_bytes(dict(facts), indent=1))


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def drop_weights(folder: Path) -> None:
    """Remove the checkpoints and the trained weights, once the model is exported; the record of the run stays."""
    gone = folder / ".trained.tmp"
    if weights(folder).exists():
        weights(folder).rename(gone)  # at once: half of them must never look like all of them
    for each in (*folder.glob("checkpoint-*"), gone):
        shutil.rmtree(each, ignore_errors=True)
