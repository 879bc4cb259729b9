"""MarianMT models in CTranslate2, converted once: several times as fast as transformers on a processor.

What it needs at run time is ctranslate2 and sentencepiece; torch and transformers only convert.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Literal, get_args

from slmaug.errors import SlmaugError, printable
from slmaug.model_files import needed
from slmaug.rng import stream_key
from slmaug.translate.conversion import converted
from slmaug.translate.marian_model import Source, Vocabulary, code_for, different, each_translated
from slmaug.translate.marian_place import Models, check_installed, find, read_json, settings_of, stamp, version
from slmaug.translate.translator import GREEDY, Decoding

ComputeType = Literal[
    "auto", "int8", "int8_float32", "int8_float16", "int8_bfloat16", "int16", "float32", "float16", "bfloat16"
]

_FORM = 2
"""Part of the identity: to be raised when equal settings give other translations."""
_MOST_LANES = 16
"""Each lane that draws words holds the weights once more: some 75 MB for an opus-mt model."""
_OPENING = threading.Lock()
_HONOURED = ("length_penalty", "no_repeat_ngram_size", "repetition_penalty")
"""Of a model's own generation settings those that CTranslate2 knows under the same name."""


@dataclass(frozen=True)
class CTranslate2:
    """The models of :class:`slmaug.translate.marian.Marian` in CTranslate2, with weights in 8 bits on a processor.

    A model is converted when it is first used, and kept in the cache folder (:func:`slmaug.cache.cache_folder`). Greedy
    translations in float32 are those of :class:`Marian`; in 8 bits a few differ. Where words are drawn, CTranslate2's
    own generator draws them: a sentence's translations depend on the others in its batch, and equal calls give equal
    results (its seed is global to the process, and set anew for each such batch).

    On a processor each core translates a batch of its own, rather than all of them one batch: waking threads for every
    product of two small matrices costs about half of the time.

    >>> CTranslate2(models="models", threads=2)
    CTranslate2(models='models', device='auto', compute_type='auto', threads=2, tokens_per_batch=2048, codes={})
    """

    models: Models = field(default=None, hash=False)
    """As in :class:`slmaug.translate.marian.Marian`."""
    device: str = "auto"
    """"cpu", "cuda" or "cuda:1"; "auto" takes the graphics card where there is one."""
    compute_type: ComputeType = "auto"
    """In what the weights are kept and computed with; "auto" is int8 on a processor and float16 on a graphics card."""
    threads: int = 0
    """How many batches a processor translates at a time; 0 is one for each core, up to 16. No result depends on it."""
    tokens_per_batch: int = 2048
    """Rows times the longest source's tokens, a sentence having as many rows as candidates or beams."""
    codes: Mapping[str, str] = field(default_factory=dict, hash=False)
    """As in :class:`slmaug.translate.marian.Marian`."""
    _memory: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        models, codes = settings_of(self.models, self.codes)
        object.__setattr__(self, "models", models)
        object.__setattr__(self, "codes", codes)
        if self.compute_type not in get_args(ComputeType):
            raise ValueError(
                f"compute_type must be one of {', '.join(get_args(ComputeType))}, got {self.compute_type!r}"
            )
        for name, least in (("threads", 0), ("tokens_per_batch", 1)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise ValueError(f"{name} must be a whole number from {least}, got {value!r}")

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_memory": {}}

    @property
    def alone(self) -> bool:
        return False

    def check(self, source: str, target: str) -> None:
        check_installed("ctranslate2", "torch", "transformers", "sentencepiece")
        found = find(self.models, source, target)
        if found.folder is not None:
            code_for(found.folder, target, self.codes, found.name)
        if self.device != "cpu" or self.compute_type not in ("auto", "int8", "float32"):
            _Place.of(self.device, self.compute_type)

    def identity(self, source: str, target: str) -> str:
        kind = self.compute_type
        if kind == "auto" and self.device != "auto":
            kind = "int8" if self.device == "cpu" else "float16"
        parts = [f"ctranslate2-{_FORM}", version(find(self.models, source, target), self._memory), kind]
        return " ".join([*parts, *([self.codes[target]] if target in self.codes else [])])

    def translate(
        self, texts: Sequence[str], source: str, target: str, decoding: Decoding = GREEDY
    ) -> list[tuple[str, ...]]:
        if not texts:
            return []
        check_installed("ctranslate2", "sentencepiece")
        found = find(self.models, source, target)
        folder = found.downloaded()
        code = code_for(folder, target, self.codes, found.name)
        key = ("model", folder, stamp(folder))
        if key not in self._memory:
            place = _Place.of(self.device, self.compute_type)
            ready = converted(folder, found.name, version(found, self._memory), place.compute_type)
            self._memory[key] = _Loaded(folder, found.name, ready, place, self.threads)
        loaded: _Loaded = self._memory[key]
        return each_translated(
            texts,
            partial(loaded.vocabulary.encode, code=code),
            loaded.positions,
            partial(loaded.translations, decoding=decoding),
            rows_per_text=decoding.candidates if decoding.samples else decoding.beams,
            tokens_per_batch=self.tokens_per_batch,
            lanes=loaded.lanes,
        )


@dataclass(frozen=True)
class _Place:
    """A device as CTranslate2 names it, and how it computes there."""

    device: str
    index: int
    compute_type: str

    @staticmethod
    def of(device: str, compute_type: str) -> _Place:
        """:class:`SlmaugError` where this device is not there or cannot compute so."""
        engine: Any = needed("ctranslate2", "translate")
        cards = engine.get_cuda_device_count()
        if device == "auto":
            device = "cuda" if cards else "cpu"
        kind, _, index = device.partition(":")
        if kind not in ("cpu", "cuda") or (index and not index.isdecimal()):
            raise SlmaugError(
                f'device is {device!r}; CTranslate2 runs on "cpu" and "cuda", for others use Marian: '
                "--translator marian"
            )
        if kind == "cuda" and int(index or 0) >= cards:
            raise SlmaugError(f"device is {device!r}, and CTranslate2 sees {cards} graphics cards with CUDA here")
        if compute_type == "auto":
            compute_type = "int8" if kind == "cpu" else "float16"
        known = engine.get_supported_compute_types(kind, int(index or 0))
        if compute_type not in known:
            raise SlmaugError(
                f"compute_type is {compute_type!r}, which this {kind} cannot do; it has {', '.join(sorted(known))}"
            )
        return _Place(kind, int(index or 0), compute_type)


def _cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Loaded:
    """A converted model and its vocabulary, ready to translate batches of sources of nearly one length."""

    def __init__(self, folder: Path, name: str, converted: Path, place: _Place, threads: int) -> None:
        self._engine: Any = needed("ctranslate2", "translate")
        self._name, self._converted, self._place = name, converted, place
        self.lanes = 1 if place.device != "cpu" else threads or min(_cores(), _MOST_LANES)
        self.vocabulary = Vocabulary(folder, name)
        config = read_json(folder / "config.json", printable(name))
        self.positions = int(config.get("max_position_embeddings", 1024))
        own = folder / "generation_config.json"
        self._own = read_json(own, printable(name)) if own.is_file() else config

    @cached_property
    def _lasting(self) -> Any:
        return self._opened(self.lanes)

    def _opened(self, lanes: int) -> Any:
        try:
            return self._engine.Translator(
                str(self._converted),
                device=self._place.device,
                device_index=self._place.index,
                compute_type=self._place.compute_type,
                inter_threads=lanes,
                intra_threads=1,
            )
        except (RuntimeError, ValueError) as error:
            raise SlmaugError(
                f"{printable(self._name)}: its conversion cannot be loaded: {printable(str(error)[:240])}; to have it "
                f"converted anew, delete {printable(self._converted)}"
            ) from None

    def _drawing(self, seed: int, source: list[str]) -> Any:
        """A translator of its own, as a thread's generator is seeded once, when the thread first draws a word."""
        with _OPENING:
            self._engine.set_random_seed(seed)
            translator = self._opened(1)
            translator.translate_batch([source], beam_size=1, sampling_topk=2, max_decoding_length=4)
        return translator

    def translations(self, sources: list[Source], longest: int, decoding: Decoding) -> list[tuple[str, ...]]:
        """Of each source the different translations that come to their end within ``longest`` tokens."""
        tokens = self.vocabulary.tokens
        given = [[tokens[number] for number in source.ids] for source in sources]
        drawing: dict[str, Any] = {}
        if not decoding.samples:
            with _OPENING:
                translator = self._lasting
        else:
            seed = stream_key(decoding.random_seed, *(source.text for source in sources)) % 2**32
            translator = self._drawing(seed, given[0])
            drawing = {"sampling_topk": decoding.top_k, "sampling_temperature": decoding.temperature}
        results = translator.translate_batch(
            given,
            beam_size=decoding.beams,
            num_hypotheses=decoding.candidates,
            max_input_length=0,
            max_decoding_length=longest,
            min_decoding_length=0,
            suppress_sequences=self._suppressed(),
            **drawing,
            **{name: self._own[name] for name in _HONOURED if self._own.get(name) is not None},
        )
        return [different(self._texts(result.hypotheses, longest)) for result in results]

    def _texts(self, hypotheses: list[list[str]], longest: int) -> Iterable[str]:
        """The texts of those that ended by themselves; the end is no part of them."""
        ids = self.vocabulary.ids
        ended = (tokens for tokens in hypotheses if len(tokens) < longest - 1)
        return (self.vocabulary.decode([ids[token] for token in tokens]) for tokens in ended)

    def _suppressed(self) -> list[list[str]] | None:
        """The tokens that the model's own settings forbid; its padding is none of the converted vocabulary."""
        single = [[number] for number in self._own.get("suppress_tokens") or []]
        bad = [ids for ids in [*(self._own.get("bad_words_ids") or []), *single] if self.vocabulary.pad not in ids]
        return [[self.vocabulary.tokens[number] for number in ids] for ids in bad] or None
