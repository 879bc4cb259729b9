"""Which translator to take: by name, or the best one at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from slmaug.errors import SlmaugError
from slmaug.translate.translator import Translator

Engine = Literal["auto", "marian", "ctranslate2", "apertium", "llm"]
Models = str | Path | Mapping[str, str] | None
"""Where models lie: None is the Hugging Face hub; see :class:`slmaug.translate.marian.Marian`."""
AUTO_VIA: Mapping[str, tuple[str, ...]] = {"en": ("de", "fr")}
"""The pivot languages that "auto" tries, by the language of the questions; English for all others."""


def default_translator(engine: Engine = "auto", models: Models = None, device: str = "auto") -> Translator:
    """The translator of that name. "auto" is CTranslate2 on a processor and transformers on a graphics card.

    Raises :class:`slmaug.errors.MissingPackage` where the package is not installed.
    """
    if engine == "llm":
        raise ValueError('engine "llm" is LanguageModel(model): it needs a model')
    if engine == "apertium":
        from slmaug.translate.apertium import Apertium

        return Apertium()
    if engine == "ctranslate2" or (engine == "auto" and find_spec("ctranslate2") and not _on_graphics_card(device)):
        from slmaug.translate.ctranslate2 import CTranslate2

        return CTranslate2(models, device=device)
    from slmaug.translate.marian import Marian

    return Marian(models, device=device)


def _on_graphics_card(device: str) -> bool:
    if device != "auto" or not find_spec("torch"):
        return not device.startswith(("auto", "cpu"))
    from slmaug.model_files import device_for

    return device_for() != "cpu"


@dataclass(frozen=True)
class AtHand:
    """The pivot languages that can be gone through now; where there are none, why not and what to do, in one line."""

    via: tuple[str, ...]
    reason: str = ""


def at_hand(translator: Translator, languages: Sequence[str]) -> AtHand:
    """Which of the pivots of :data:`AUTO_VIA` the translator has for questions in all of these languages.

    A pivot is there if its models are on this machine or can be downloaded; nothing is loaded or downloaded here.
    """
    wanted = dict.fromkeys(pivot for language in languages for pivot in AUTO_VIA.get(language, ("en",)))
    via: list[str] = []
    reasons: list[str] = []
    for pivot in wanted:
        try:
            for language in languages:
                if language != pivot:
                    translator.check(language, pivot)
                    translator.check(pivot, language)
        except SlmaugError as error:
            reasons.append(str(error))
        else:
            via.append(pivot)
    return AtHand(tuple(via), "" if via else (reasons or ["the language of no question could be told"])[0])
