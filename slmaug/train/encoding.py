"""A chat as token ids, the same in training and in asking.

The prompt is the model's own chat template, up to and with what opens the assistant's turn. The completion is
tokenised apart from it and put behind it. Tokenised in one go, a special token that strips what follows it
(``<|assistant|>`` of Phi-3.5, whose tokens have ``rstrip``) would eat the indentation of code an answer starts with,
and an answer that speaks of ``<|end|>`` would hold the real token. Behind the completion comes what the template
writes there, up to and with the first token that ends generation, and that token is trained: a model that never saw
it in its loss starts right and never stops.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slmaug.errors import SlmaugError
from slmaug.train.example import Example, Message

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

IGNORED = -100
"""The label of a token that has no part in the loss."""

_PROBE = "slmaugprobe"


@dataclass(frozen=True)
class Encoded:
    """One example as token ids: the first ``prompt_length`` of ``input_ids`` are the prompt, all others are trained."""

    input_ids: list[int]
    prompt_length: int

    @property
    def labels(self) -> list[int]:
        """The ids the loss is computed on, :data:`IGNORED` for the prompt's; as many as ``input_ids``."""
        return [IGNORED] * self.prompt_length + self.input_ids[self.prompt_length :]


@dataclass(frozen=True)
class ChatTokens:
    """A tokenizer with its chat template, and where a turn ends in it. Made by :func:`chat_tokens`.

    ``end`` is what stands behind a completion, one token or more, whose last is in ``stops``; ``stops`` are the ids
    at which generation ends.
    """

    tokenizer: PreTrainedTokenizerBase
    end: tuple[int, ...]
    stops: tuple[int, ...]

    def prompt_ids(self, prompt: Sequence[Message]) -> list[int]:
        """The ids of the turns so far, up to and with what opens the assistant's turn."""
        ids = self.tokenizer.apply_chat_template(
            [dict(turn) for turn in prompt], add_generation_prompt=True, tokenize=True, return_dict=False
        )
        return [int(each) for each in ids]

    def completion_ids(self, completion: str) -> list[int]:
        """The ids of a completion and of what ends it; names of special tokens in it are plain text."""
        ids = self.tokenizer(completion, add_special_tokens=False, split_special_tokens=True)["input_ids"]
        return [*ids, *self.end]

    def encoded(self, example: Example) -> Encoded:
        """The example as it is trained on."""
        prompt = self.prompt_ids(example.prompt)
        return Encoded([*prompt, *self.completion_ids(example.completion)], len(prompt))

    def text_of(self, ids: Sequence[int]) -> str:
        """The text of generated ids, up to the first that ends generation: the inverse of :meth:`completion_ids`."""
        kept = list(ids[: self.length_of(ids)])
        # What the template writes in front of the stop token belongs to the end, not to the text.
        before = list(self.end[:-1])
        if before and len(kept) < len(ids) and kept[-len(before) :] == before:
            kept = kept[: -len(before)]
        return str(self.tokenizer.decode(kept, skip_special_tokens=False, clean_up_tokenization_spaces=False))

    def length_of(self, ids: Sequence[int]) -> int:
        """How many ids come before the first that ends generation; all of them where none does."""
        return next((place for place, each in enumerate(ids) if each in self.stops), len(ids))


def chat_tokens(tokenizer: PreTrainedTokenizerBase, stops: Iterable[int] = (), name: str = "the model") -> ChatTokens:
    """Find out how the tokenizer's chat template ends a turn.

    ``stops`` are the ids at which the model's generation ends (its ``generation_config.eos_token_id``); ``name``
    is what an error calls the model. Raises :class:`SlmaugError` where there is no chat template, and where the
    template writes something between the assistant's opening and the answer, which no generation would hold.
    """
    if not getattr(tokenizer, "chat_template", None):
        raise SlmaugError(f"{name}: its tokenizer has no chat template; expected an instruct or chat model")
    prompt: list[dict[str, str]] = [{"role": "user", "content": "?"}]
    opened = _rendered(tokenizer, prompt, opening=True)
    whole = _rendered(tokenizer, [*prompt, {"role": "assistant", "content": _PROBE}], opening=False)
    before, found, after = whole.partition(_PROBE)
    if not found or not before.startswith(opened) or before[len(opened) :].strip():
        between = before[len(opened) :] if before.startswith(opened) else before
        raise SlmaugError(
            f"{name}: its chat template writes {between!r} where an answer should follow {opened!r} at once; "
            "expected a template whose generation prompt is what stands in front of an answer"
        )
    ids = [int(each) for each in tokenizer(after, add_special_tokens=False)["input_ids"]] if after else []
    special = set(tokenizer.all_special_ids) | set(stops) | _added(tokenizer)
    last = next((place for place, each in enumerate(ids) if each in special), None)
    if last is not None:
        end = tuple(ids[: last + 1])
    elif tokenizer.eos_token_id is not None:
        end = (int(tokenizer.eos_token_id),)  # a template that leaves the end to whoever trains
    else:
        raise SlmaugError(f"{name}: neither its chat template nor its tokenizer says how a turn ends (no eos token)")
    also = () if tokenizer.eos_token_id is None else (int(tokenizer.eos_token_id),)
    return ChatTokens(tokenizer, end, tuple(dict.fromkeys((end[-1], *map(int, stops), *also))))


def _rendered(tokenizer: PreTrainedTokenizerBase, messages: list[dict[str, str]], *, opening: bool) -> str:
    text: Any = tokenizer.apply_chat_template(messages, add_generation_prompt=opening, tokenize=False)
    return str(text)


def _added(tokenizer: PreTrainedTokenizerBase) -> set[int]:
    return {number for number, token in tokenizer.added_tokens_decoder.items() if token.special}
