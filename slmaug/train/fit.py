"""The training itself: the model in TRL's trainer, from the first step or from a checkpoint, and the weights it chose.

What comes before is in :mod:`slmaug.train.prepare`, what comes after in :mod:`slmaug.train.outcome`.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slmaug.errors import SlmaugError
from slmaug.model_files import quietly
from slmaug.terminal import Stopped, has_colour, say
from slmaug.train import checkpoints
from slmaug.train.dataset import dataset_of, spread
from slmaug.train.loading import load_model
from slmaug.train.preflight import Preflight, preflight
from slmaug.train.prepare import Prepared, patience

if TYPE_CHECKING:
    from slmaug.train.trainer import AnsweringTrainer


def train(prepared: Prepared) -> tuple[dict[str, Any], Preflight | None]:
    """Train, or go on where an earlier run of the same settings stopped; return how it went.

    The weights it chose stand in the run's ``checkpoints/trained`` when it returns. Raises
    :class:`slmaug.terminal.Stopped` after a signal, with a checkpoint written.
    """
    from accelerate import PartialState

    from slmaug.train.capacity import check_disk

    folder, config = prepared.folder / "checkpoints", prepared.config
    # Weights alone cannot be gone on from: the optimiser would begin anew, and nobody would see it.
    alone = config.save_only_model and checkpoints.trained(folder) is None
    if PartialState().is_main_process:
        checkpoints.begin(folder, prepared.fingerprint, restart=prepared.parsed.own.restart or alone)
    PartialState().wait_for_everyone()
    done = checkpoints.trained(folder)
    if done is not None:
        return done, None
    last = checkpoints.last_whole(folder, config.world_size)
    check_disk(folder, _disk_needed(prepared))
    trainer = trainer_for(prepared)
    seen = None
    if last is None:
        seen = look(trainer, prepared)
        _say(prepared, seen.lines(colour=_colour()))
    else:
        _say(prepared, [f"going on from {last.name}"])
    return _trained(prepared, trainer, last), seen


def _trained(prepared: Prepared, trainer: AnsweringTrainer, last: Path | None) -> dict[str, Any]:
    from slmaug.train.trainer import StopWhenAsked

    folder = prepared.folder / "checkpoints"
    sizes = _sizes(trainer)
    start = time.monotonic()
    stop = StopWhenAsked()
    trainer.add_callback(stop)
    with _finishing_the_step(stop, trainer.accelerator.num_processes == 1), _one_line(trainer):
        trainer.train(resume_from_checkpoint=None if last is None else str(last))
    if stop.asked is not None:
        raise Stopped(stop.asked)
    _save(trainer, checkpoints.weights(folder))
    facts = _facts(trainer, time.monotonic() - start) | sizes
    if trainer.accelerator.is_main_process:
        checkpoints.mark_trained(folder, facts)
    return facts


def _save(trainer: AnsweringTrainer, folder: Path) -> None:
    """Write the weights whole, gathered from all processes."""
    if trainer.is_fsdp_enabled:
        trainer.accelerator.state.fsdp_plugin.set_state_dict_type("FULL_STATE_DICT")
    trainer.save_model(str(folder))
    trainer.accelerator.wait_for_everyone()


@contextmanager
def _one_line(trainer: AnsweringTrainer) -> Iterator[None]:
    """Memory that does not suffice, and what a library says of a setting before the first step, as one line."""
    import torch

    try:
        yield
    except torch.OutOfMemoryError:
        raise SlmaugError(
            f"the memory of the device does not suffice for {trainer.args.per_device_train_batch_size} rows at once; "
            "run it again with a smaller --per_device_train_batch_size, or with --gradient_checkpointing true"
        ) from None
    except (ImportError, ValueError, RuntimeError) as error:
        if trainer.state.global_step > 0:
            raise
        raise _refused(error) from None


def _refused(error: Exception) -> SlmaugError:
    return SlmaugError(f"training cannot begin with these settings: {' '.join(str(error).split())}")


def leave_processes() -> None:
    """Let the other processes of a distributed training end: what follows is one process's work."""
    import gc

    import torch
    from transformers.integrations import unset_hf_deepspeed_config

    unset_hf_deepspeed_config()  # or from_pretrained would divide the weights over processes that are gone

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        torch.distributed.barrier()
        torch.distributed.destroy_process_group()


def trainer_for(prepared: Prepared) -> AnsweringTrainer:
    """The model, loaded, in a trainer with the rows; this is where the memory is taken."""
    from transformers import EarlyStoppingCallback
    from trl import get_peft_config

    from slmaug.train.trainer import AnsweringTrainer, History, Progress

    own, config, data = prepared.parsed.own, prepared.config, prepared.data
    ids = dict(zip(data.encoded.examples, data.encoded.encoded, strict=True))
    evaluates = config.eval_strategy != "no"
    shown = spread(data.split.held_out, own.watch_rows, config.seed) if evaluates else []
    callbacks: list[Any] = [Progress(own.quiet), History(prepared.folder / "history.jsonl")]
    if evaluates and patience(prepared.parsed) and config.load_best_model_at_end:
        callbacks.append(EarlyStoppingCallback(patience(prepared.parsed)))
    with quietly():
        model = load_model(
            prepared.base.place,
            dtype=_master_dtype(prepared),
            attention=prepared.model.attn_implementation or "sdpa",
        )
    if config.padding_free and prepared.model.attn_implementation is None:
        from slmaug.train.padding_free import register

        model.set_attn_implementation(register())  # where flash-attn is not installed; it needs no mask
    try:
        trainer = AnsweringTrainer(
            model=model,
            args=config,
            processing_class=prepared.base.chat.tokenizer,
            train_dataset=dataset_of(ids[each] for each in data.split.training),
            eval_dataset=dataset_of(ids[each] for each in shown) if evaluates else None,
            peft_config=get_peft_config(prepared.model),
            callbacks=callbacks,
            chat=prepared.base.chat,
            watched=shown,
            max_new_tokens=prepared.max_new_tokens,
        )
    except (ImportError, ValueError, RuntimeError, OSError) as error:  # a target of LoRA, a target of --report_to
        raise _refused(error) from None
    plugin = getattr(trainer.accelerator.state, "deepspeed_plugin", None)
    if plugin is not None and plugin.zero_stage == 3:
        # Else the weights that are saved are none that from_pretrained can load.
        plugin.deepspeed_config["zero_optimization"]["stage3_gather_16bit_weights_on_model_save"] = True
    return trainer


def _master_dtype(prepared: Prepared) -> str:
    """Full fine-tuning keeps float32 weights, in which small steps do not round away; LoRA's frozen base need not."""
    if "dtype" in prepared.parsed.given:
        return str(prepared.model.dtype)
    return "bfloat16" if prepared.model.use_peft and (prepared.config.bf16 or prepared.config.fp16) else "float32"


def look(trainer: AnsweringTrainer, prepared: Prepared) -> Preflight:
    """The preflight: the training row with the longest completion that is still short enough to be read."""
    training: Sequence[Any] = prepared.data.split.training
    place = min(range(len(training)), key=lambda i: (len(training[i].completion) > 1500, -len(training[i].completion)))
    return preflight(trainer, prepared.base.chat, training[place], place)


def _sizes(trainer: AnsweringTrainer) -> dict[str, int]:
    """The parameters, and those trained; asked before they are divided over processes."""
    sizes = [(int(getattr(each, "ds_numel", each.numel())), each.requires_grad) for each in trainer.model.parameters()]
    return {
        "parameters": sum(size for size, _ in sizes),
        "trained_parameters": sum(size for size, trained in sizes if trained),
    }


def _facts(trainer: AnsweringTrainer, seconds: float) -> dict[str, Any]:
    from slmaug.train.trainer import numbers

    state = trainer.state
    best = state.best_global_step if trainer.args.load_best_model_at_end else None
    chosen = best or state.global_step
    accuracies = [
        each["eval_accuracy"] for each in state.log_history if (each["step"], "eval_accuracy" in each) == (chosen, True)
    ]
    return {
        "steps": state.global_step,
        "epochs": round(float(state.epoch or 0), 2),
        "best_step": chosen,
        "best_accuracy": accuracies[-1] if accuracies else None,
        "seconds": round(seconds, 1),
        "stopped_early": state.global_step < state.max_steps,
        "history": [numbers(each) for each in state.log_history],
    }


def _disk_needed(prepared: Prepared) -> int:
    from slmaug.train.capacity import disk_needed
    from slmaug.train.model_shape import ModelShape

    return disk_needed(
        ModelShape.of(prepared.base.config),
        mode="lora" if prepared.model.use_peft else "full",
        optimiser=prepared.config.optim,
        checkpoints=(prepared.config.save_total_limit or 10) + 1,
    )


@contextmanager
def _finishing_the_step(stop: Any, alone: bool) -> Iterator[None]:
    """Within the block a first signal lets the step under way end and be saved; a second one ends at once.

    Only where one process trains: several would stop at different steps and wait for each other for ever.
    """
    if not alone or threading.current_thread() is not threading.main_thread():
        yield
        return
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before: Mapping[Any, Any] = {each: signal.getsignal(each) for each in numbers}

    def ask(number: int, frame: object) -> None:
        stop.asked = number
        say("slmaug: saving a checkpoint, then stopping; once more to stop at once")
        for each, handler in before.items():
            signal.signal(each, handler)

    for each, handler in before.items():
        if handler != signal.SIG_IGN:
            signal.signal(each, ask)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _say(prepared: Prepared, lines: Sequence[str]) -> None:
    from accelerate import PartialState

    if not prepared.parsed.own.quiet and PartialState().is_main_process:
        say("\n".join(lines))


def _colour() -> bool:
    return sys.stderr is not None and has_colour(sys.stderr)
