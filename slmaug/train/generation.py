"""Asking a model: greedy, repeatable, one by one or in batches.

Prompts of a batch are padded on the left, and the padding is masked, so that positions count from a prompt's own first
token and each answer is what it would be alone. A model whose position embedding changes with the longest row of a
batch (longrope: Phi-3.5 above 4096 positions) gets the prompts that could reach that far one by one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from slmaug.errors import SlmaugError, printable
from slmaug.train.encoding import ChatTokens, chat_tokens
from slmaug.train.example import Message
from slmaug.train.sampling import Sampling

if TYPE_CHECKING:
    from pathlib import Path

    import torch
    from transformers import GenerationConfig, PreTrainedModel

NEW_TOKENS = 1024
"""The most tokens generated for an answer where the model says nothing of it."""
_UNLIMITED = 2**31


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said to one prompt.

    ``text`` is all of it, up to the token that ended it; ``stopped`` is False where the limit of new tokens was reached
    before such a token came. ``tokens`` counts what was generated, the end token included.
    """

    text: str
    stopped: bool
    tokens: int


def greedy_config(chat: ChatTokens, max_new_tokens: int = NEW_TOKENS) -> GenerationConfig:
    """The generation settings of greedy decoding that ends at every stop token; ``save_pretrained`` accepts them.

    It refuses a temperature of 0.0, and settings of sampling beside ``do_sample=False``, so these are None.
    """
    from transformers import GenerationConfig

    return GenerationConfig(
        do_sample=False,
        num_beams=1,
        temperature=None,
        top_p=None,
        top_k=None,
        max_new_tokens=max_new_tokens,
        bos_token_id=chat.tokenizer.bos_token_id,
        eos_token_id=list(chat.stops),
        pad_token_id=_pad_of(chat),
    )


def load_answerer(folder: str | Path, *, device: str | None = None, dtype: str | torch.dtype | None = None) -> Answerer:
    """The model of a run folder, of another model folder, or of that name on the hub, ready to be asked.

    ``device`` is a graphics card's where there is one, and ``dtype`` that of the saved weights unless given. Raises
    :class:`SlmaugError` where :func:`slmaug.model_files.local_model` and its neighbours do.
    """
    from slmaug.model_files import device_for, local_model
    from slmaug.train.loading import load_model, load_tokenizer

    place = local_model(folder)
    where = device_for(device)
    tokenizer = load_tokenizer(place)
    model = load_model(place, dtype=dtype or "auto", device=where)
    return Answerer.of(model, chat_tokens(tokenizer, stops_of(model), str(folder)), str(folder))


def stops_of(model: PreTrainedModel) -> tuple[int, ...]:
    """The ids at which the model's own generation settings end."""
    found = model.generation_config.eos_token_id
    return () if found is None else tuple(found) if isinstance(found, (list, tuple)) else (int(found),)


@dataclass(frozen=True, eq=False)
class Answerer:
    """A model with its chat tokens, to be asked. ``max_new_tokens`` is the limit where a call gives none."""

    model: PreTrainedModel = field(repr=False)
    chat: ChatTokens = field(repr=False)
    name: str = "the model"
    max_new_tokens: int = NEW_TOKENS

    @classmethod
    def of(cls, model: PreTrainedModel, chat: ChatTokens, name: str = "the model") -> Answerer:
        """An answerer with the limit of new tokens that the model's own generation settings give."""
        return cls(model, chat, name, model.generation_config.max_new_tokens or NEW_TOKENS)

    def answer(
        self,
        prompts: Sequence[Sequence[Message]],
        *,
        batch_size: int = 16,
        max_new_tokens: int | None = None,
        sampling: Sampling | None = None,
        progress: Callable[[int], object] | None = None,
    ) -> list[Reply]:
        """Replies in the order of the prompts, greedy unless ``sampling`` is given.

        Prompts of like length share a batch. In float32 a reply does not depend on its batch but for sums that are
        rounded in another order (1e-6 of a logit); in bfloat16 such a difference is a thousand times as large and can
        decide between two tokens the model finds equally likely. A batch for which the memory of the device is too
        small is halved. ``progress`` is called with the number of new replies. Raises :class:`SlmaugError` for a
        prompt longer than the model's positions, and where the memory does not suffice for one prompt alone.
        """
        if batch_size < 1:
            raise ValueError(f"batch_size must be 1 or more, got {batch_size}")
        limit = self._limit(max_new_tokens)
        ids = [self.chat.prompt_ids(each) for each in prompts]
        replies: dict[int, Reply] = {}
        pending = deque(_batches([len(each) for each in ids], batch_size, _common_room(self.model) - limit))
        while pending:
            batch = pending.popleft()
            made = self._tried([ids[place] for place in batch], limit, batch, sampling)
            if made is None:
                pending = deque(_chunks([batch, *pending], (len(batch) + 1) // 2))
                continue
            replies.update(zip(batch, made, strict=True))
            if progress is not None:
                progress(len(batch))
        return [replies[place] for place in range(len(ids))]

    def stream(self, prompt: Sequence[Message], *, max_new_tokens: int | None = None) -> Generator[str, None, Reply]:
        """Yield the greedy reply piece by piece as it comes, and return it; the pieces joined are its text."""
        from slmaug.train.streaming import pieces, tokens_of

        ids, limit = self.chat.prompt_ids(prompt), self._limit(max_new_tokens)

        def generating(streamer: Any, stopping: Any) -> None:
            self._generated([ids], limit, streamer=streamer, stopping_criteria=[stopping])

        return self._reply((yield from pieces(self.chat, tokens_of(generating))))

    def _limit(self, max_new_tokens: int | None) -> int:
        limit = self.max_new_tokens if max_new_tokens is None else max_new_tokens
        if limit < 1:
            raise ValueError(f"max_new_tokens must be 1 or more, got {limit}")
        return limit

    def _tried(
        self, ids: list[list[int]], limit: int, places: Sequence[int], sampling: Sampling | None
    ) -> list[Reply] | None:
        """The replies to one batch, or None where the memory does not suffice and a smaller batch may do."""
        import torch

        more: dict[str, Any] = {}
        if sampling is not None:
            from slmaug.train.sampling import Draw

            more["logits_processor"] = [Draw(sampling, places)]
        try:
            return [self._reply(each) for each in self._generated(ids, limit, **more)]
        except torch.OutOfMemoryError:
            if len(ids) == 1:
                raise SlmaugError(
                    f"{printable(self.name)}: the memory of {self.model.device} does not suffice for one prompt of "
                    f"{len(ids[0])} tokens and {limit} new ones; free some, or ask on another device (--device cpu)"
                ) from None
        # Outside the handler, where the exception no longer holds the tensors of the failed attempt.
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        return None

    def _generated(self, ids: list[list[int]], limit: int, **more: Any) -> list[list[int]]:
        """The new ids of each prompt of one batch, the end token and what fills the row behind it included."""
        import torch

        longest = max(map(len, ids))
        limit = min(limit, self._room(longest))
        pad = _pad_of(self.chat)
        device = self.model.device
        rows = torch.tensor([[pad] * (longest - len(each)) + each for each in ids], device=device)
        mask = torch.tensor([[0] * (longest - len(each)) + [1] * len(each) for each in ids], device=device)
        # generate() tracks no gradients. It is not put into inference mode: what a model keeps from one forward pass
        # to the next, as longrope its frequencies, could then have no part in a training that goes on afterwards.
        with _asked(self.model, greedy_config(self.chat, limit)):
            made = self.model.generate(input_ids=rows, attention_mask=mask, **more)
        new: list[list[int]] = made[:, longest:].tolist()
        return new

    def _room(self, length: int) -> int:
        """The tokens that fit behind a prompt of so many."""
        positions = _positions(self.model)
        if positions is None or length < positions:
            return _UNLIMITED if positions is None else positions - length
        raise SlmaugError(
            f"{printable(self.name)}: a prompt of {length} tokens; expected fewer than the {positions} positions of "
            "the model"
        )

    def _reply(self, ids: Sequence[int]) -> Reply:
        length = self.chat.length_of(ids)
        stopped = length < len(ids)
        return Reply(self.chat.text_of(ids), stopped, length + stopped)


@contextmanager
def _asked(model: PreTrainedModel, config: GenerationConfig) -> Iterator[None]:
    """The model in evaluation, with these generation settings alone.

    ``generate`` fills what a given configuration leaves open from the model's own, such as a penalty on repetition
    that would change answers; so its own is put aside for the while.
    """
    training, own = model.training, model.generation_config
    model.eval()
    model.generation_config = config
    try:
        yield
    finally:
        model.generation_config = own
        model.train(training)


def _batches(lengths: Sequence[int], batch_size: int, room: int) -> list[list[int]]:
    """The places in batches of like length, the longest first; those longer than ``room`` one by one."""
    order = sorted(range(len(lengths)), key=lambda place: (-lengths[place], place))
    alone = [place for place in order if lengths[place] > room]
    rest = order[len(alone) :]
    return [*([place] for place in alone), *_chunks([rest], batch_size)]


def _chunks(batches: Sequence[list[int]], size: int) -> Iterator[list[int]]:
    """The batches, those of more than ``size`` places cut up."""
    for each in batches:
        for start in range(0, len(each), size):
            yield each[start : start + size]


def _positions(model: PreTrainedModel) -> int | None:
    """How many positions the model has; None where it has no such limit."""
    found = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    return found if isinstance(found, int) and found > 0 else None


def _common_room(model: PreTrainedModel) -> int:
    """The positions up to which a row's outcome does not depend on the other rows of its batch."""
    config = model.config.get_text_config()
    parameters = getattr(config, "rope_parameters", None) or {}
    kinds = [parameters, *(each for each in parameters.values() if isinstance(each, dict))]
    limits = [
        int(
            each.get("original_max_position_embeddings")
            or getattr(config, "original_max_position_embeddings", None)
            or 0
        )
        for each in kinds
        if each.get("rope_type") == "longrope"
    ]
    return min([*limits, _positions(model) or _UNLIMITED])


def _pad_of(chat: ChatTokens) -> int:
    """The id that fills rows; a tokenizer without one gets its end of text, which the mask hides all the same."""
    for found in (chat.tokenizer.pad_token_id, chat.tokenizer.eos_token_id):
        if found is not None:
            return int(found)
    return chat.stops[0]
