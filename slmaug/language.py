"""Which language a question is written in, as far as augmenting it needs to know."""

from __future__ import annotations

import re
from typing import Literal

from slmaug.function_words import FUNCTION_WORDS
from slmaug.locks import HAN, KANA

Language = Literal["en", "zh", "other"]

_WORD = re.compile(r"[^\W\d_]+")
_HAN = re.compile(f"[{HAN}]")
_KANA = re.compile(f"[{KANA}]")

# Frequent function words of other languages in Latin script; those that English shares are left out.
_ELSEWHERE = (
    frozenset(
        """
    der die das den dem ein eine einen einem ich wie kann mit und ist nicht für auf wird werden von zu zum zur bei
    le la les un une des du je il elle est pas pour dans avec que qui comment puis peux sur sont ce cette mon ma mes
    el los las una unos del como cómo puedo para por con qué es está hacer mi mis se lo yo
    o os um uma da dos das como posso fazer não em com meu minha para é
    il lo gli della come posso fare per con non che è mio mia sono
    de het een hoe kan ik niet voor met van op te zijn
    jak mogę się nie na czy jest do hur jag kan inte är och för att det
    nasıl bir için ve bu
    """.split()
    )
    - FUNCTION_WORDS
)


def detect_language(prose: str) -> Language:
    """The language of ``prose``, a question with its locked spans taken out.

    Chinese is told by its characters, Japanese by its syllables ("other": its words are not
    parsed). Text in another script than Latin, or with more function words of other European
    languages than of English, is "other"; what is left counts as English.

    >>> detect_language("How do I read a file?"), detect_language("Wie kann ich das lesen?")
    ('en', 'other')
    """
    if _KANA.search(prose):
        return "other"
    if _HAN.search(prose):
        return "zh"
    words = [word.lower() for word in _WORD.findall(prose)]
    if not prose.isascii():
        letters = sum(map(len, words))
        if sum(c.isascii() for word in words for c in word) < 0.7 * letters:
            return "other"
    foreign = sum(word in _ELSEWHERE for word in words)
    return "other" if foreign >= 2 and foreign > sum(word in FUNCTION_WORDS for word in words) else "en"
