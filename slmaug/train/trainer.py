"""TRL's trainer, which at each evaluation also asks the model held-out questions and counts the right answers.

This module imports torch and trl; it is itself imported when a training begins.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from transformers import PreTrainedModel, TrainerCallback
from transformers.trainer_callback import PrinterCallback, ProgressCallback
from transformers.trainer_utils import PREFIX_CHECKPOINT_DIR
from trl import SFTTrainer

from slmaug.errors import SlmaugError
from slmaug.formats import replacing
from slmaug.terminal import in_notebook, is_terminal, say
from slmaug.train.encoding import ChatTokens
from slmaug.train.example import Example
from slmaug.train.generation import Answerer
from slmaug.train.scoring import judge


class AnsweringTrainer(SFTTrainer):
    """An ``SFTTrainer`` whose evaluation has ``eval_accuracy`` beside ``eval_loss``.

    It is the share of the ``watched`` questions that are answered exactly, with an end, by greedy generation. Loss
    alone would go on falling where the answers are right already, or rise where they still get better. ``eval_rank``
    orders checkpoints by accuracy, then by loss.
    """

    def __init__(self, *, chat: ChatTokens, watched: Sequence[Example], max_new_tokens: int, **more: Any) -> None:
        super().__init__(**more)
        self.chat = chat
        self.watched = watched
        self.max_new_tokens = max_new_tokens
        for default in (ProgressCallback, PrinterCallback):
            self.remove_callback(default)

    def evaluation_loop(self, *args: Any, metric_key_prefix: str = "eval", **more: Any) -> Any:
        output = super().evaluation_loop(*args, metric_key_prefix=metric_key_prefix, **more)
        if self.watched and metric_key_prefix == "eval":
            loss = float(output.metrics.get("eval_loss", 0.0))
            check_number(loss, self.args.learning_rate, self.state.global_step)
            accuracy = self.watched_accuracy()
            # One question more is worth more than any loss: 1/len(watched) is far above 100/1e6.
            output.metrics.update({"eval_accuracy": accuracy, "eval_rank": accuracy - min(loss, 100.0) / 1e6})
        return output

    def _save_checkpoint(self, *args: Any, **more: Any) -> None:
        # transformers asks in each process whether the best checkpoint's folder is there yet. Where the weights are
        # sharded nothing has made it by then, so that processes would part over which weights are the best.
        folder = Path(self.args.output_dir) / f"{PREFIX_CHECKPOINT_DIR}-{self.state.global_step}"
        folder.mkdir(parents=True, exist_ok=True)
        self.accelerator.wait_for_everyone()
        super()._save_checkpoint(*args, **more)

    def watched_accuracy(self) -> float:
        """The share of the watched questions that are right, 0 to 1. Every process asks them all."""
        with self._whole_model() as model:
            model.eval()
            replies = Answerer(model, self.chat).answer(
                [each.prompt for each in self.watched],
                batch_size=32 if self.args.device.type != "cpu" else 64,
                max_new_tokens=self.max_new_tokens,
            )
        verdicts = [judge(reply, each.answer) for reply, each in zip(replies, self.watched, strict=True)]
        return sum(each.right for each in verdicts) / len(verdicts)

    @contextmanager
    def _whole_model(self) -> Iterator[PreTrainedModel]:
        """The model to generate with, its parameters gathered where they are sharded over processes."""
        if self.accelerator.num_processes == 1 and not (self.is_fsdp_enabled or self.is_deepspeed_enabled):
            yield self.accelerator.unwrap_model(self.model)
            return
        from torch.distributed.fsdp import register_fsdp_forward_method
        from trl.distributed import DistributedBackend
        from trl.models import unwrap_model_for_generation

        if getattr(self.accelerator, "is_fsdp2", False) and "generate" not in vars(self.model_wrapped):
            # Around a LoRA model generate() goes past the root's forward, whose weights then stay divided.
            register_fsdp_forward_method(self.model_wrapped, "generate")
        kwargs = self.args.gradient_checkpointing_kwargs
        whole = DistributedBackend(self.accelerator).summon_full_params(self.model_wrapped, recurse=False)
        with (
            unwrap_model_for_generation(
                self.model_wrapped, self.accelerator, gradient_checkpointing_kwargs=kwargs
            ) as model,
            whole,
        ):
            yield model


def check_number(loss: float, learning_rate: float, step: int) -> None:
    """Raise :class:`SlmaugError` for a loss that is no number: nothing that comes after it can be right."""
    if not math.isfinite(loss):
        raise SlmaugError(
            f"the loss is {loss} at step {step}, so the training has come apart; start again with a lower "
            f"--learning_rate (it is {learning_rate:g}) and --restart"
        )


def numbers(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of the trainer's log as JSON can hold it: None for a norm or a loss that is no number."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in entry.items()
    }


class History(TrainerCallback):
    """Keeps the trainer's log in a file, one JSON object a line, as it grows."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **more: Any) -> None:
        check_number(float((logs or {}).get("loss", 0.0)), args.learning_rate, state.global_step)
        if state.is_world_process_zero:
            with replacing(self.path) as file:
                file.write("".join(json.dumps(numbers(each)) + "\n" for each in state.log_history).encode())


class Progress(TrainerCallback):
    """A bar on the terminal, and one line for each evaluation."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet
        self.bar: Any = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        if state.is_world_process_zero and not self.quiet and (is_terminal(sys.stderr) or in_notebook()):
            from tqdm import tqdm

            self.bar = tqdm(total=state.max_steps, initial=state.global_step, unit=" steps", leave=False)

    def on_step_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        if self.bar is not None:
            self.bar.update(state.global_step - self.bar.n)

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **more: Any) -> None:
        if self.bar is not None and logs and "loss" in logs:
            self.bar.set_postfix(loss=f"{float(logs['loss']):.3f}")

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Any = None, **more: Any) -> None:
        if not state.is_world_process_zero or self.quiet or not metrics:
            return
        line = f"  epoch {state.epoch:.1f}  step {state.global_step:,} of {state.max_steps:,}"
        if "eval_loss" in metrics:
            line += f"  held-out loss {metrics['eval_loss']:.3f}"
        if "eval_accuracy" in metrics:
            line += f"  answers right {metrics['eval_accuracy']:.1%}"
        if self.bar is None:
            say(line)
        else:
            self.bar.write(line, file=sys.stderr)

    def on_train_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        if self.bar is not None:
            self.bar.close()
            self.bar = None


class StopWhenAsked(TrainerCallback):
    """Ends the training after the step under way, with a checkpoint, once ``asked`` holds a signal's number."""

    def __init__(self) -> None:
        self.asked: int | None = None

    def on_step_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        if self.asked is not None:
            control.should_training_stop = True

    def on_epoch_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Also called where the training stops in the midst of an epoch; then there is only something to save.

        Evaluating there would draw from the random state that the checkpoint keeps, which no run does that is not
        interrupted. At the end of an epoch what is due is done, and the checkpoint comes after it.
        """
        if self.asked is None:
            return
        control.should_save = True
        if abs(state.epoch - round(state.epoch)) > 1e-6:
            control.should_evaluate = control.should_log = False
