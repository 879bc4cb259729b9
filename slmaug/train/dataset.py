"""Rows as the trainer takes them: token ids and labels, none of them cut; and samples spread over the answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slmaug.errors import SlmaugError, printable
from slmaug.rng import Random, stream_key
from slmaug.train.encoding import ChatTokens, Encoded
from slmaug.train.example import Example

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import PretrainedConfig


@dataclass(frozen=True)
class Encodings:
    """The rows that can be trained on, each with its ids, and those refused because they are longer than ``limit``."""

    examples: tuple[Example, ...]
    encoded: tuple[Encoded, ...]
    refused: tuple[Example, ...]
    limit: int

    @property
    def longest(self) -> int:
        """Tokens of the longest row."""
        return max(len(each.input_ids) for each in self.encoded)

    @property
    def longest_completion(self) -> int:
        """Tokens of the longest completion, the end included."""
        return max(len(each.input_ids) - each.prompt_length for each in self.encoded)


def length_limit(config: PretrainedConfig) -> int:
    """The tokens a row may have for the model to see it as it was trained.

    A model of longrope, such as Phi-3.5, changes the factors of its position embedding for a sequence longer than
    ``original_max_position_embeddings`` (4096), so a longer row is another model's business.
    """
    rope = getattr(config, "rope_parameters", None) or {}
    found = (
        getattr(config, "original_max_position_embeddings", None)
        or (rope.get("original_max_position_embeddings") if isinstance(rope, dict) else None)
        or getattr(config, "max_position_embeddings", None)
    )
    return int(found or 4096)


def encodings(examples: Sequence[Example], chat: ChatTokens, limit: int, *, keep_long: bool = False) -> Encodings:
    """Encode every row; none is cut. Rows longer than ``limit`` tokens are refused, or kept whole by choice.

    Raises :class:`SlmaugError` where an answer would lose all its rows, and where the tokenizer does not give a
    completion back as it was, so that no model could learn to say it.
    """
    pairs = [(each, chat.encoded(each)) for each in examples]
    check_round_trip((each for each, _ in pairs), chat)
    fits = [keep_long or len(encoded.input_ids) <= limit for _, encoded in pairs]
    kept = [pair for pair, fit in zip(pairs, fits, strict=True) if fit]
    refused = tuple(example for (example, _), fit in zip(pairs, fits, strict=True) if not fit)
    lost = {each.answer for each in refused} - {example.answer for example, _ in kept}
    if lost:
        example, encoded = next((each, ids) for each, ids in pairs if each.answer in lost)
        others = f" and of {len(lost) - 1} others" if len(lost) > 1 else ""
        raise SlmaugError(
            f"{printable(example.place)}: {len(encoded.input_ids):,} tokens, more than the {limit:,} a row may have, "
            f"and so has every row of this answer{others}; shorten the answer, or --too-long keep"
        )
    return Encodings(tuple(each for each, _ in kept), tuple(ids for _, ids in kept), refused, limit)


def check_round_trip(examples: Iterable[Example], chat: ChatTokens) -> None:
    """Raise :class:`SlmaugError` unless every completion comes out of its tokens as it went in, the end apart."""
    seen: set[str] = set()
    for example in examples:
        text = example.completion
        if text in seen:
            continue
        seen.add(text)
        back = chat.text_of(chat.completion_ids(text))
        if back != text:
            at = next((i for i, (one, other) in enumerate(zip(text, back, strict=False)) if one != other), len(back))
            raise SlmaugError(
                f"{printable(example.place)}: the model's tokenizer gives {back[at : at + 20]!r} back for "
                f"{text[at : at + 20]!r} at character {at + 1} of the completion, so that no model could say it as it "
                "is; expected text the tokenizer holds, such as without that character"
            )


def dataset_of(encoded: Iterable[Encoded]) -> Dataset:
    """A ``datasets.Dataset`` with the columns ``input_ids`` and ``labels``, which TRL takes as they are."""
    from datasets import Dataset

    rows = list(encoded)
    return Dataset.from_dict({"input_ids": [each.input_ids for each in rows], "labels": [each.labels for each in rows]})


def spread(examples: Sequence[Example], count: int, random_seed: int = 0) -> list[Example]:
    """``count`` of the examples, in their order, as evenly over the answers as there are; all where there are fewer."""
    if count >= len(examples):
        return list(examples)
    groups: dict[str, list[int]] = {}
    for place, each in enumerate(examples):
        groups.setdefault(each.answer, []).append(place)
    rng = Random(stream_key(random_seed, "spread"))
    drawn: list[list[int]] = [rng.sample(places, len(places)) for places in groups.values()]
    rounds: list[Any] = [places[turn] for turn in range(max(map(len, drawn))) for places in drawn if turn < len(places)]
    return [examples[place] for place in sorted(rounds[:count])]
