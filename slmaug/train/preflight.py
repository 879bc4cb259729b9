"""A look at one row as the model will see it, before the training begins, and proof that it is what it should be.

What is looked at is the trainer's own batch, not our idea of it: whatever a library changes on the way shows up here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slmaug.errors import SlmaugError
from slmaug.train.encoding import IGNORED, ChatTokens
from slmaug.train.example import Example

if TYPE_CHECKING:
    from trl import SFTTrainer

_TRAINED, _PLAIN = "\x1b[32m", "\x1b[0m"


@dataclass(frozen=True)
class Preflight:
    """One row as the model sees it.

    ``pieces`` are its text in order, each with whether it is trained. ``loss`` is the mean over the ``trained`` tokens
    of the ``tokens`` in nats, computed from the logits; None where the model is sharded and was not run.
    """

    pieces: tuple[tuple[str, bool], ...]
    tokens: int
    trained: int
    loss: float | None

    def text(self, *, colour: bool) -> str:
        """The row for a terminal: the trained part in green, or between ⟦ and ⟧ where there are no colours."""
        start, end = (_TRAINED, _PLAIN) if colour else ("⟦", "⟧")
        return "".join(f"{start}{text}{end}" if trained else text for text, trained in self.pieces)

    def lines(self, *, colour: bool) -> list[str]:
        how = "green" if colour else "between ⟦ and ⟧"
        loss = "" if self.loss is None else f", loss {self.loss:.3f} before training"
        head = f"one row as the model sees it; what is trained is {how} ({self.trained} of {self.tokens} tokens{loss})"
        return [head, *(f"  | {line}" for line in self.text(colour=colour).split("\n"))]


def preflight(trainer: SFTTrainer, chat: ChatTokens, example: Example, place: int) -> Preflight:
    """Check row ``place`` of the trainer's training data against the example it was made of, and show it.

    Raises :class:`SlmaugError` where a label stands on a prompt's token or on padding, where the completion or its end
    is not trained whole, where the tokens do not spell the example, where the model has no embedding for a token, and
    where the trainer's loss is not the mean over the completion's tokens.
    """
    rows = [trainer.train_dataset[place]]
    batch = _collated(trainer, rows)
    ids, labels = batch["input_ids"][0].tolist(), batch["labels"][0].tolist()
    length = len(rows[0]["input_ids"])
    padded = [label for label in labels[length:] if label != IGNORED]
    ids, labels = ids[:length], labels[:length]
    wanted_ids, wanted_labels = _row(chat, example)
    start = len(wanted_labels) - sum(each != IGNORED for each in wanted_labels)
    kept = [each for each in labels if each != IGNORED]
    problems = {
        "its padding is trained": bool(padded),
        "part of its prompt is trained": any(each != IGNORED for each in labels[:start]),
        "it was cut": len(ids) < len(wanted_ids),
        "its tokens are not those of the chat template and the completion": ids != wanted_ids,
        "its completion is not trained whole": kept != wanted_ids[start:],
        "the token that ends it is not trained": not kept or kept[-1] not in chat.stops,
        "its prompt is not what a question is asked with": ids[:start] != chat.prompt_ids(example.prompt),
        "its completion does not come out as it went in": chat.text_of(ids[start:]) != example.completion,
        "the model has no embedding for one of its tokens": max(ids) >= _embeddings(trainer),
    }
    for problem, found in problems.items():
        if found:
            raise _failed(example, problem)
    sharded = trainer.accelerator.num_processes > 1 or trainer.is_fsdp_enabled or trainer.is_deepspeed_enabled
    loss = None if sharded else _loss(trainer, batch, example)
    decode = chat.tokenizer.decode
    pieces = tuple(
        (str(decode(part, skip_special_tokens=False, clean_up_tokenization_spaces=False)), trained)
        for part, trained in ((ids[:start], False), (ids[start:], True))
    )
    return Preflight(pieces, len(ids), len(kept), loss)


def _row(chat: ChatTokens, example: Example) -> tuple[list[int], list[int]]:
    encoded = chat.encoded(example)
    return encoded.input_ids, encoded.labels


def _collated(trainer: SFTTrainer, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    # The row stands in a batch with a longer one, so that there is padding to look at.
    longer = {"input_ids": rows[0]["input_ids"] * 2, "labels": rows[0]["labels"] * 2}
    collated: dict[str, Any] = trainer.data_collator([rows[0], longer] if not trainer.padding_free else list(rows))
    return collated


def _embeddings(trainer: SFTTrainer) -> int:
    weight = trainer.model.get_input_embeddings().weight
    return int(getattr(weight, "ds_shape", weight.shape)[0])  # DeepSpeed's ZeRO-3 leaves an empty tensor in its place


def _loss(trainer: SFTTrainer, batch: dict[str, Any], example: Example) -> float:
    """The mean loss over the completion's tokens from the logits themselves, once the trainer's own agrees with it."""
    import torch

    length = int((batch["labels"][0] != IGNORED).nonzero().max()) + 1
    device = trainer.accelerator.device
    ids = batch["input_ids"][:1, :length].to(device)
    labels = batch["labels"][:1, :length].to(device)
    model = trainer.model.to(device)
    was_training = model.training
    model.eval()
    with torch.no_grad(), trainer.compute_loss_context_manager(), trainer.accelerator.autocast():
        logits = model(input_ids=ids, use_cache=False).logits.float()
        whole = torch.nn.functional.cross_entropy(logits[0, :-1], labels[0, 1:], ignore_index=IGNORED).item()
        mask = torch.ones_like(ids)
        own = float(trainer.compute_loss(model, {"input_ids": ids, "labels": labels, "attention_mask": mask}))
    trainer._metrics["eval"].clear()
    if was_training:
        model.train()
    tolerance = 1e-3 if not (trainer.args.bf16 or trainer.args.fp16) else 3e-2
    if abs(own - whole) > tolerance * max(1.0, whole):
        raise _failed(example, f"the trainer's loss is {own:.4f}, and {whole:.4f} by the logits of its completion")
    return float(whole)


def _failed(example: Example, problem: str) -> SlmaugError:
    where = f"{example.place}: " if example.place else ""
    return SlmaugError(
        f"{where}the row is not trained as it should be: {problem}; a setting of TRL's changes the data or the loss "
        "(such as --loss_type, --label_smoothing_factor); leave it out"
    )
