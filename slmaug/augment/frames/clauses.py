"""The grammar that other wordings of an English question need: clauses, -ing forms, passives.

One step is beyond patterns: finding the end of the subject, to turn an inverted question into a clause
(Huddleston and Pullum, "The Cambridge Grammar of the English Language", 2002, chapter 10). Where the
grammar is unsure it leaves the part out, and the wordings that need it are not made.
"""

from __future__ import annotations

import re
from itertools import pairwise

from slmaug.augment.lexicon import English
from slmaug.augment.lexicon.morphology import gerund, lemmas, past, past_participle, third_person
from slmaug.function_words import (
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    FUNCTION_WORDS,
    LIGHT_VERBS,
    NEGATIONS,
    OPERATOR_ADVERBS,
    PARTICLES,
    PREPOSITIONS,
)
from slmaug.templates import filled
from slmaug.text import KEPT, LOCKED, Text

LOCK = "\u25c6"
LEXICON = English()
_FIRST_PERSON = frozenset("i me my mine myself we us our ours ourselves".split())
_PRONOUNS = frozenset("i you we they it he she there".split())
_DO = {"do": None, "does": third_person, "did": past}


def signs_of(text: Text) -> str:
    """The words in lower case, a locked span as one sign."""
    return " ".join(
        LOCK if status == LOCKED else word.lower().replace("\u2019", "'")
        for word, status in zip(text.words, text.status, strict=True)
    )


def is_verb(word: str) -> bool:
    """Whether the word is known as a verb in its base form."""
    return word in LIGHT_VERBS | {"do", "be", "have"} or (
        "verb" in LEXICON.parts_of_speech(word) and lemmas(word, "verb")[:1] == (word,)
    )


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


def infinitive(raw: Text, signs: str) -> dict[str, Text]:
    """``get a card`` of ``can I get a card``: "where to get a card" is another way to put it.

    "How many guests can I invite?" is not "how many guests to invite", nor "what do I need" "what to need".
    """
    auxiliary = "do|should|must|would" if signs.startswith("how ") else "do|can|could|should|must|would"
    match = re.match(f"(?:{auxiliary}) (?:i|we) (?!(?:need|have|want|like|be|know|get) )", f"{signs_of(raw)} ")
    return {"infinitive": raw.slice(2, len(raw))} if match else {}


def uninverted(raw: Text) -> Text | None:
    """``is my payment still pending`` as a clause: ``my payment is still pending``."""
    words = signs_of(raw).split(" ")
    aux = words[0]
    end = _subject_end(words, aux)
    if end is None or end >= len(words) or any(gap.strip() for gap in raw.parts[2 : 2 * end + 1 : 2]):
        return None
    subject, rest = raw.slice(1, end), raw.slice(end, len(raw))
    if aux not in _DO or "not" in words[end : end + 2]:  # "why did you not let me": "why you did not let me"
        return filled("{subject} {aux} {rest}", {"subject": subject, "aux": raw.slice(0, 1), "rest": rest}, "en")
    inflect = _DO[aux]
    at = 0
    while inflect and at < len(rest) - 1 and words[end + at] in OPERATOR_ADVERBS | NEGATIONS:
        at += 1
    if inflect and (rest.status[at] == LOCKED or not is_verb(words[end + at]) or words[end + at] in NEGATIONS):
        return None
    if inflect:
        rest = rest.reworded(at, inflect(words[end + at]))
    return filled("{subject} {rest}", {"subject": subject, "rest": rest}, "en")


def _subject_end(words: list[str], aux: str) -> int | None:
    """The index behind the subject that starts at word 1, or None where it is not sure."""
    if len(words) < 3:
        return None
    first, second = words[1], words[2]
    if first in _PRONOUNS or (first in ("this", "that", "these", "those") and second in FUNCTION_WORDS):
        return 2
    i = 2 if first in DETERMINERS else 1
    seen = named = noun_or_verb = verb_or_noun = False
    while i < len(words):
        word, following = words[i], words[i + 1] if i + 1 < len(words) else ""
        if word != LOCK:
            pos = LEXICON.parts_of_speech(word)
            if word in FUNCTION_WORDS or (seen and _opens_predicate(word, following, aux, pos)):
                break
            # "the policy cover water damage": without more grammar nobody knows which of the three is the verb.
            if seen and named and "verb" in pos and is_verb(word) and aux not in BE:
                noun_or_verb, verb_or_noun = True, verb_or_noun or pos[0] == "verb"
            named = named or not pos or pos[0] == "noun"
        else:
            named = True
        seen = True
        i += 1
    if noun_or_verb and i < len(words) and words[i] not in FUNCTION_WORDS | LIGHT_VERBS:
        is_clear = not verb_or_noun and LEXICON.parts_of_speech(words[i])[:1] == ("verb",)
        if not is_clear:
            return None
    if not named or i == len(words) or (words[i] in CONJUNCTIONS | DETERMINERS and aux not in BE):
        return None
    if words[i] in PREPOSITIONS:  # "the balance on my card wrong": the subject goes on
        last = LEXICON.parts_of_speech(words[-1])
        if aux not in BE or last[:1] == ("adjective",) or words[-1].endswith("ed"):
            return None
    return i


def _opens_predicate(word: str, following: str, aux: str, pos: tuple[str, ...]) -> bool:
    if not pos:
        return False
    if aux in _DO or aux not in BE | {"has", "have", "had", "hasn't", "haven't", "hadn't"}:
        ends = not following or following in FUNCTION_WORDS or following == LOCK
        return (
            "verb" in pos and is_verb(word) and (ends or (pos[0] == "verb" and aux in _DO and following in DETERMINERS))
        )
    is_participle = not word.endswith("s") and any(
        lemma != word and "verb" in LEXICON.parts_of_speech(lemma) for lemma in lemmas(word, "verb")
    )
    return pos[0] in ("adverb", "adjective") or is_participle
