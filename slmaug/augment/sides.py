"""The words of an answer as its asker says them: "your" of the answer is "my", "we" is "you"."""

from __future__ import annotations

import re

from slmaug.augment.frames.clauses import LEXICON, is_finite, is_verb
from slmaug.function_words import AUXILIARIES, CONJUNCTIONS, OPERATOR_ADVERBS, PREPOSITIONS

TOKEN = re.compile(r"[A-Za-z]+(?:['\u2019-][A-Za-z]+)*")
OTHERS = dict(
    pair.split("/")
    for pair in """
    your/my yours/mine yourself/myself our/your ours/yours us/you we/you ourselves/yourselves
    we're/you're we've/you've we'll/you'll we'd/you'd you're/I'm you've/I've you'll/I'll you'd/I'd
    """.split()
)
_AGREES = {"are": "am", "were": "was", "aren't": "am not", "weren't": "wasn't"}
_TAKES_ME = frozenset("let lets make makes help helps have see sees watch hear".split())
_MAY_TAKE_ME = frozenset("cost costs charge charges text texts email emails mail mails hand hands rate rates".split())


def lowered(said: str) -> list[str]:
    """The words of a sentence in small letters, with straight apostrophes."""
    return [word.lower().replace("\u2019", "'") for word in TOKEN.findall(said)]


def other_side(said: str) -> str:
    """The words as the asker says them; empty where it is not sure whether "you" does something."""
    tokens = list(TOKEN.finditer(said))
    words = lowered(said)
    new, at, agrees = [], 0, False
    for i, token in enumerate(tokens):
        word, turned = words[i], ""
        if word == "you":
            turned = _you(words, i)
            if not turned:
                return ""
        elif agrees and word in _AGREES:
            turned = _AGREES[word]
        elif not token.group().isupper():  # "US dollars"
            turned = OTHERS.get(word, "")
        agrees = turned == "I"
        new += [said[at : token.start()], turned or token.group()]
        at = token.end()
    return "".join([*new, said[at:]])


def _is_adverb(word: str) -> bool:
    return word in OPERATOR_ADVERBS or (word.endswith("ly") and not is_verb(word))


def _you(words: list[str], at: int) -> str:
    """What "you" is to who says it: I ("once you confirm") or me ("shows you the fee"); empty where that is unsure."""
    after = [word for word in words[at + 1 : at + 3] if not _is_adverb(word)]
    before, before_that = words[at - 1] if at else "", words[at - 2] if at > 1 else ""
    if before in PREPOSITIONS and before not in CONJUNCTIONS:
        return "me"
    if not after or not (after[0] in AUXILIARIES or is_finite(after[0])):
        return "me"
    if not before or before in CONJUNCTIONS | {"which", "what", "how"}:
        return "I"
    if before in _TAKES_ME and is_verb(after[0]):
        return "me"
    governs = LEXICON.parts_of_speech(before)[:1] == ("verb",) or before in _TAKES_ME | _MAY_TAKE_ME | AUXILIARIES
    return "" if governs or before_that in ("who", "that", "which") else "I"
