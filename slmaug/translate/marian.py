"""MarianMT models in transformers, on the processor or a graphics card."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from slmaug.errors import SlmaugError, printable
from slmaug.model_files import device_for, needed, one_line, quietly
from slmaug.rng import Random, stream_key
from slmaug.translate.marian_model import Source, Vocabulary, code_for, different, each_translated
from slmaug.translate.marian_place import Models, check_installed, find, settings_of, stamp, version
from slmaug.translate.translator import GREEDY, Decoding

if TYPE_CHECKING:
    import torch

Dtype = Literal["auto", "float32", "float16", "bfloat16"]

_FORM = 1
"""Part of the identity: to be raised when equal settings give other translations."""
_OURS = {"do_sample": False, "early_stopping": False, "max_length": None, "max_new_tokens": None, "num_beams": 1}
"""Of a model's own generation settings those that :class:`Decoding` decides; all others are honoured."""


@dataclass(frozen=True)
class Marian:
    """The OPUS-MT models of Helsinki-NLP, or any other MarianMT model, in transformers.

    Sentences are sorted by length and go through in batches of about ``tokens_per_batch``; the encoder reads each
    sentence once however many candidates are wanted; a batch for which memory runs out is halved. Where words are
    drawn, what is drawn for a sentence depends on that sentence alone.

    >>> Marian(models="models", device="cpu")
    Marian(models='models', device='cpu', dtype='auto', tokens_per_batch=4096, codes={})
    """

    models: Models = field(default=None, hash=False)
    """None for Helsinki-NLP's models on the Hugging Face Hub, downloaded once; a folder that holds folders named as
    there, such as ``opus-mt-en-de``; or a name or folder for each pair: ``{"en-de": "models/mine"}``."""
    device: str = "auto"
    """"auto" takes the graphics card where there is one."""
    dtype: Dtype = "auto"
    """"auto" is bfloat16 or else float16 on a graphics card, and float32 elsewhere."""
    tokens_per_batch: int = 4096
    """Rows times the longest source's tokens, a sentence having as many rows as candidates or beams."""
    codes: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The target language of a model with several, where it is not to be found out: ``{"zh": "cmn_Hant"}``."""
    _memory: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        models, codes = settings_of(self.models, self.codes)
        object.__setattr__(self, "models", models)
        object.__setattr__(self, "codes", codes)
        if self.dtype not in get_args(Dtype):
            raise ValueError(f"dtype must be one of {', '.join(get_args(Dtype))}, got {self.dtype!r}")
        if not isinstance(self.tokens_per_batch, int) or self.tokens_per_batch < 1:
            raise ValueError(f"tokens_per_batch must be a whole number from 1, got {self.tokens_per_batch!r}")

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_memory": {}}

    @property
    def alone(self) -> bool:
        return True

    def check(self, source: str, target: str) -> None:
        check_installed("torch", "transformers", "sentencepiece")
        found = find(self.models, source, target)
        if found.folder is not None:
            code_for(found.folder, target, self.codes, found.name)
        if self.device not in ("auto", "cpu"):
            device_for(self.device)

    def identity(self, source: str, target: str) -> str:
        parts = [f"marian-{_FORM}", version(find(self.models, source, target), self._memory), self.dtype]
        return " ".join([*parts, *([self.codes[target]] if target in self.codes else [])])

    def translate(
        self, texts: Sequence[str], source: str, target: str, decoding: Decoding = GREEDY
    ) -> list[tuple[str, ...]]:
        if not texts:
            return []
        check_installed("torch", "transformers", "sentencepiece")
        found = find(self.models, source, target)
        folder = found.downloaded()
        code = code_for(folder, target, self.codes, found.name)
        key = ("model", folder, stamp(folder))
        if key not in self._memory:
            self._memory[key] = _Loaded(folder, found.name, self.device, self.dtype)
        loaded: _Loaded = self._memory[key]
        return each_translated(
            texts,
            partial(loaded.vocabulary.encode, code=code),
            loaded.positions,
            partial(loaded.translations, decoding=decoding),
            rows_per_text=decoding.candidates if decoding.samples else decoding.beams,
            tokens_per_batch=self.tokens_per_batch,
            release=loaded.release,
        )


def read_model(folder: Path, name: str, dtype: Dtype) -> Any:
    """A ``MarianMTModel`` on the processor, in ``dtype`` or for "auto" in that of its weights.

    Raises :class:`SlmaugError`, also where the weights lack a tensor, which transformers would fill with noise.
    """
    transformers: Any = needed("transformers", "translate")
    with one_line(name, "model"), silently():
        model, report = transformers.MarianMTModel.from_pretrained(folder, dtype=dtype, output_loading_info=True)
    missing = sorted(report["missing_keys"])
    if missing:
        raise SlmaugError(
            f"{printable(name)}: its weights lack {len(missing)} tensors of the model, such as {missing[0]}; get the "
            "model again"
        )
    for key, value in _OURS.items():
        setattr(model.generation_config, key, value)
    return model.eval()


class _Loaded:
    """A model and its vocabulary, ready to translate batches of sources of nearly one length."""

    def __init__(self, folder: Path, name: str, device: str, dtype: Dtype) -> None:
        self._torch: Any = needed("torch", "translate")
        self._transformers: Any = needed("transformers", "translate")
        self.vocabulary = Vocabulary(folder, name)
        self._device = device_for(None if device == "auto" else device)
        with one_line(name, "model"):
            model = read_model(folder, name, self._best_dtype() if dtype == "auto" else dtype)
            self._model = model.to(self._device)
        # The start token is no word. Models of Helsinki-NLP say so themselves, others may not.
        own = model.generation_config
        own.bad_words_ids = [*(own.bad_words_ids or []), [self.vocabulary.pad]]
        self.positions: int = self._model.config.max_position_embeddings

    def _best_dtype(self) -> Dtype:
        if not self._device.startswith("cuda"):
            return "float32"
        ampere = self._torch.cuda.get_device_capability(self._device)[0] >= 8
        return "bfloat16" if ampere else "float16"

    def release(self) -> None:
        """Memory that is no longer used, given back to the graphics card."""
        if self._device.startswith("cuda"):
            self._torch.cuda.empty_cache()

    def translations(self, sources: list[Source], longest: int, decoding: Decoding) -> list[tuple[str, ...]]:
        """Of each source the different translations that come to their end within ``longest`` tokens."""
        torch = self._torch
        length = max(len(source.ids) for source in sources)
        ids = torch.full((len(sources), length), self.vocabulary.pad)
        for row, source in zip(ids, sources, strict=True):
            row[: len(source.ids)] = torch.tensor(source.ids)
        ids = ids.to(self._device)
        mask = (torch.arange(length) < torch.tensor([[len(source.ids)] for source in sources])).long().to(self._device)
        with torch.inference_mode(), silently():
            if decoding.samples:
                rows = self._drawn(ids, mask, sources, longest, decoding)
            else:
                rows = self._model.generate(
                    input_ids=ids,
                    attention_mask=mask,
                    max_new_tokens=longest,
                    num_beams=decoding.beams,
                    num_return_sequences=decoding.candidates,
                ).tolist()
        count = decoding.candidates
        return [different(map(self._text(longest), rows[i : i + count])) for i in range(0, len(rows), count)]

    def _drawn(
        self, ids: torch.Tensor, mask: torch.Tensor, sources: list[Source], longest: int, decoding: Decoding
    ) -> list[list[int]]:
        """The rows of all candidates of the first source, the likeliest first, then of the second and so on."""
        count = decoding.candidates
        states = self._model.get_encoder()(input_ids=ids, attention_mask=mask).last_hidden_state
        encoded = self._transformers.modeling_outputs.BaseModelOutput(states.repeat_interleave(count, dim=0))
        draw = _Draw(self._torch, sources, longest, decoding, self._device, self.vocabulary.end)
        rows = self._model.generate(
            encoder_outputs=encoded,
            attention_mask=mask.repeat_interleave(count, dim=0),
            max_new_tokens=longest,
            logits_processor=self._transformers.LogitsProcessorList([draw]),
        ).tolist()
        likelihood = draw.likelihood.tolist()
        places = range(len(rows))
        return [rows[place] for place in sorted(places, key=lambda place: (place // count, -likelihood[place]))]

    def _text(self, longest: int) -> Callable[[list[int]], str]:
        def of(row: list[int]) -> str:
            """The text of generated ids behind their start token; "" where only the bound brought it to its end."""
            ids = row[1:longest]
            return self.vocabulary.decode(ids[: ids.index(self.vocabulary.end)]) if self.vocabulary.end in ids else ""

        return of


class _Draw:
    """Leaves each row one next token, drawn among the likeliest with a number of the row's own.

    A row's numbers depend on its source text, its place among the candidates and the seed; torch's own generator would
    tie them to the batch. As a processor of logits it acts behind those of the model's own settings.
    """

    def __init__(
        self, torch: Any, sources: list[Source], longest: int, decoding: Decoding, device: str, end: int
    ) -> None:
        self._torch = torch
        self._decoding = decoding
        self._end = end
        streams = [
            Random(stream_key(decoding.random_seed, source.text, candidate))
            for source in sources
            for candidate in range(decoding.candidates)
        ]
        numbers = torch.tensor([[stream.random() for _ in range(longest)] for stream in streams])
        # In single precision the largest of them would be 1, which is none of the range.
        self._numbers = numbers.clamp(max=1 - 2**-24).to(device)
        self._open = torch.ones(len(streams), dtype=torch.bool, device=device)
        self.likelihood = torch.zeros(len(streams), device=device)
        """The logarithm of each row's probability up to its end, each token's among those it was drawn from."""

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        step = input_ids.shape[1] - 1
        best, tokens = scores.topk(min(self._decoding.top_k, scores.shape[-1]), dim=-1)
        # In the order of the vocabulary, so that two tokens of nearly the same score may change places unnoticed.
        tokens, order = tokens.sort(dim=-1)
        best = best.gather(-1, order)
        bounds = (best / self._decoding.temperature).softmax(dim=-1).cumsum(dim=-1)
        points = self._numbers[:, step : step + 1] * bounds[:, -1:]
        place = (bounds <= points).sum(dim=-1, keepdim=True)
        chosen = tokens.gather(-1, place)
        gained = best.log_softmax(dim=-1).gather(-1, place).squeeze(-1)
        self.likelihood += gained.where(self._open, self._torch.zeros_like(gained))
        self._open &= chosen.squeeze(-1) != self._end
        # In place: with the vocabulary of a real model a copy would cost as much as drawing.
        return scores.fill_(float("-inf")).scatter_(-1, chosen, 0.0)


@contextmanager
def silently() -> Iterator[None]:
    """Without what transformers writes to stderr about a model's own settings, or about sacremoses."""
    with quietly(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
