"""The grammar that other wordings of an English question need: signs for words, verbs, -ing forms, passives.

Where it is unsure it leaves a part out, and the wordings that need it are not made.
"""

from __future__ import annotations

from itertools import pairwise

from slmaug.augment.lexicon import English
from slmaug.augment.lexicon.morphology import gerund, lemmas, past, past_participle, third_person
from slmaug.function_words import DETERMINERS, FUNCTION_WORDS, LIGHT_VERBS, PARTICLES, PREPOSITIONS
from slmaug.templates import filled
from slmaug.text import KEPT, LOCKED, Text

LOCK = "\u25c6"
LEXICON = English()
_FIRST_PERSON = frozenset("i me my mine myself we us our ours ourselves".split())


def signs_of(text: Text) -> str:
    """The words in lower case, a locked span as one sign."""
    return " ".join(
        LOCK if status == LOCKED else word.lower().replace("\u2019", "'")
        for word, status in zip(text.words, text.status, strict=True)
    )


def is_verb(word: str) -> bool:
    """Whether the word is known as a verb in its base form."""
    if word in LIGHT_VERBS | {"do", "be", "have"}:
        return True
    return "verb" in LEXICON.parts_of_speech(word) and not any(
        lemma != word and "verb" in LEXICON.parts_of_speech(lemma) for lemma in lemmas(word, "verb")
    )


def is_finite(word: str) -> bool:
    """Whether the word can be the verb of a clause: "needs", "need", "went"; not "needing" or "gone"."""
    return any(word in (base, third_person(base), past(base)) for base in lemmas(word, "verb") if is_verb(base))


def action_parts(action: Text) -> dict[str, Text]:
    """An action with the forms that other wordings need: -ing, and the passive's object, participle and rest."""
    slots = {"action": action}
    words = signs_of(action).split(" ")
    if not _FIRST_PERSON & set(words):
        slots["deed"] = action  # "how do you renew my passport" would ask about someone else
    if action.status[0] == LOCKED or not is_verb(words[0]) or _has_second_verb(words):
        return slots
    slots["theme"] = slots["gerund"] = action.reworded(0, gerund(words[0]))
    end = _object_end(words)
    if end:
        slots["object"] = action.slice(1, end)
        slots["participle"] = Text(["", past_participle(words[0]), ""], (KEPT,), "en")
        slots["rest"] = (
            filled(" {rest}", {"rest": action.slice(end, len(action))}, "en")
            if end < len(action)
            else Text([""], (), "en")
        )
    return slots


def _has_second_verb(words: list[str]) -> bool:
    return any(a in ("and", "or", "then", "but") and is_verb(b) for a, b in pairwise(words[1:]))


def _object_end(words: list[str]) -> int:
    """Where the object of a transitive verb at 0 ends; 0 where that is not sure."""
    if len(words) < 3 or words[0] in LIGHT_VERBS | {"do", "be", "have", "know", "like", "find"}:
        return 0
    if words[1] not in DETERMINERS or words[1] in ("what", "which", "that", "this", "whatever"):
        return 0
    i = 2
    while i < len(words) and (words[i] == LOCK or words[i] not in FUNCTION_WORDS):
        if words[i] != LOCK and words[i].endswith("ing"):
            return 0
        i += 1
    if (
        i == 2
        or (i < len(words) and words[i] not in PREPOSITIONS - {"of"})
        or (i < len(words) and words[i] in PARTICLES - {"in", "on"})
    ):
        return 0
    return i
