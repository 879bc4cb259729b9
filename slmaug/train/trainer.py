"""TRL's trainer, which at each evaluation also asks the model held-out questions and counts the right answers.

This module imports torch and trl; it is itself imported when a training begins.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from transformers import PreTrainedModel, TrainerCallback
from transformers.trainer_callback import PrinterCallback, ProgressCallback
from trl import SFTTrainer

from slmaug.formats import replacing
from slmaug.terminal import in_notebook, is_terminal, say
from slmaug.train.encoding import ChatTokens
from slmaug.train.example import Example
from slmaug.train.generation import Answerer
from slmaug.train.scoring import judge

RANK = "rank"
"""The metric that the best checkpoint has most of: accuracy, and among equals the lower loss."""


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
            accuracy = self.watched_accuracy()
            loss = float(output.metrics.get("eval_loss", 0.0))
            # One question more is worth more than any loss: 1/len(watched) is far above 100/1e6.
            output.metrics.update({"eval_accuracy": accuracy, "eval_rank": accuracy - min(loss, 100.0) / 1e6})
        return output

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
        if self.accelerator.num_processes == 1:
            yield self.accelerator.unwrap_model(self.model)
            return
        from torch.distributed.fsdp import FullyShardedDataParallel
        from trl.models import unwrap_model_for_generation

        gathered = (
            FullyShardedDataParallel.summon_full_params(self.model_wrapped, recurse=False)
            if isinstance(self.model_wrapped, FullyShardedDataParallel)
            else nullcontext()
        )
        with unwrap_model_for_generation(self.model_wrapped, self.accelerator) as model, gathered:
            yield model


class History(TrainerCallback):
    """Keeps the trainer's log in a file, one JSON object a line, as it grows."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def on_log(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        if state.is_world_process_zero:
            with replacing(self.path) as file:
                file.write("".join(json.dumps(each) + "\n" for each in state.log_history).encode())


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
            control.should_save = True
            control.should_training_stop = True

    def on_epoch_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        # In the midst of an epoch nothing is to be evaluated: it would draw from the random state that the checkpoint
        # keeps, and no run that is not interrupted does so there.
        if self.asked is not None and abs(state.epoch - round(state.epoch)) > 1e-6:
            control.should_save = control.should_evaluate = control.should_log = False
