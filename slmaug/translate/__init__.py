"""Translators: machine translation for back-translation and for bringing seeds into English."""

from __future__ import annotations

from slmaug.lazy import lazily

TYPE_CHECKING = False
if TYPE_CHECKING:
    from slmaug.translate.apertium import Apertium
    from slmaug.translate.ctranslate2 import CTranslate2
    from slmaug.translate.llm import LanguageModel
    from slmaug.translate.marian import Marian
    from slmaug.translate.translator import Decoding, Translator

__all__ = ["Apertium", "CTranslate2", "Decoding", "LanguageModel", "Marian", "Translator"]

_HOMES = {
    "Apertium": "apertium",
    "CTranslate2": "ctranslate2",
    "Decoding": "translator",
    "LanguageModel": "llm",
    "Marian": "marian",
    "Translator": "translator",
}

__getattr__ = lazily(__name__, globals(), _HOMES)


def __dir__() -> list[str]:
    return sorted(__all__)
