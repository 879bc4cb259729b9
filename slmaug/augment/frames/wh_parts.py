"""What a wh-question lets one say besides: an errand that needs a place, a sort of thing that is looked for, a wait.

"Where do I register my dog?" comes from someone who wants to register a dog, "Which plants need shade?" from someone
who looks for plants that need shade, "How long does it take for a parcel to arrive?" from someone who waits for one.
"""

from __future__ import annotations

import re

from slmaug.augment.frames.clauses import LEXICON, LOCK, is_verb, signs_of
from slmaug.augment.frames.inversion import subject_end
from slmaug.augment.frames.word_classes import is_plural
from slmaug.augment.lexicon.morphology import past_participle
from slmaug.function_words import DETERMINERS, FUNCTION_WORDS, NEGATIONS, PREPOSITIONS
from slmaug.templates import filled
from slmaug.text import KEPT, LOCKED, Text

_HOW = "how (?:long|soon|quickly|fast)"
_THING = r"(?P<thing>(?!it |i |you |me |us |we |there )(?:[^ ]+ ){1,5}?)"
_WAITING = (
    re.compile(rf"{_HOW} (?:does|do|did|will|would|can) it (?:usually )?take for {_THING}to (?P<event>.+)"),
    re.compile(rf"{_HOW} (?:does|do|will|would) {_THING}(?:usually )?take to (?P<event>.+)"),
)
# What happens to somebody, and where somebody is: "what do I win" asks for no advice, "where do I live" for no place.
_HAPPENS = frozenset(
    """
    pay get receive earn owe see hear feel arrive miss lose weigh find qualify win look inherit risk gain save spend
    breathe cause mean sign score
    """.split()
)
_STATES = frozenset("live stand work sit belong come".split())
_AWAITED = frozenset(
    """
    arrive come show appear get reach load update sync clear finish download install complete ship be grow dry heal
    """.split()
)
_NO_SORT = frozenset("of else time times day date kind sort type way ways extent".split())


def wh_parts(sentence: Text, signs: str, slots: dict[str, Text]) -> dict[str, Text]:
    """Further slots of a wh-question, from its ``wh``, ``raw`` and, where it could be turned, ``clause``."""
    more = _infinitive(slots["raw"], signs)
    if "infinitive" in more:
        wh, raw, verb = signs_of(slots["wh"]), signs_of(slots["raw"]), signs_of(more["infinitive"]).split(" ")[0]
        if wh == "where" and verb not in _STATES and not NEGATIONS & set(raw.split(" ")):
            more["errand"] = more["infinitive"]
        if wh.split(" ")[0] in ("what", "which") and raw.startswith(("do i ", "do we ")) and verb not in _HAPPENS:
            # "what do I set" asks what to do: "I don't know what I should set", not "what I set"
            parts = {"subject": slots["raw"].slice(1, 2), "infinitive": more["infinitive"]}
            more["clause"] = filled("{subject} should {infinitive}", parts, "en")
    return {**more, **_sort_of(slots), **_wait_of(sentence, signs)}


def _infinitive(raw: Text, signs: str) -> dict[str, Text]:
    """``get a card`` of ``can I get a card``: "where to get a card" is another way to put it.

    "How many guests can I invite?" is not "how many guests to invite", nor "what do I need" "what to need".
    """
    auxiliary = "do|should|must|would" if signs.startswith("how ") else "do|can|could|should|must|would"
    match = re.match(f"(?:{auxiliary}) (?:i|we) (?!(?:need|have|want|like|be|know|get) )", f"{signs_of(raw)} ")
    return {"infinitive": raw.slice(2, len(raw))} if match else {}


def _sort_of(slots: dict[str, Text]) -> dict[str, Text]:
    """``plants`` and ``need shade`` of "which plants need shade": "plants that need shade"."""
    words = signs_of(slots["wh"]).split(" ")
    if words[0] not in ("which", "what") or len(words) < 2 or "clause" not in slots or _NO_SORT & set(words):
        return {}
    clause = signs_of(slots["clause"]).split(" ")
    if clause[-1] in PREPOSITIONS or words[-1] in FUNCTION_WORDS or (is_verb(words[-1]) and len(words) > 3):
        return {}
    thing = slots["wh"].slice(1, len(slots["wh"]))
    return {"sorts" if words[-1] != LOCK and is_plural(words[-1]) else "sort": thing, "feature": slots["clause"]}


def _wait_of(sentence: Text, signs: str) -> dict[str, Text]:
    """``a parcel`` and ``arrive`` of "how long does it take for a parcel to arrive", and "has arrived"."""
    words = signs.split(" ")
    start, end, event = _wait_at(words, signs)
    thing = words[start:end]
    if not thing or event >= len(words) or words[event] not in _AWAITED or not _is_noun_phrase(thing):
        return {}
    happening = sentence.slice(event, len(sentence))
    if happening.status[0] == LOCKED:
        return {}
    has = "have" if is_plural(thing[-1]) else "has"
    return {
        "awaited": sentence.slice(start, end),
        "event": happening,
        "happened": happening.reworded(0, past_participle(words[event])),
        "has": Text(["", has, ""], (KEPT,), "en"),
    }


def _wait_at(words: list[str], signs: str) -> tuple[int, int, int]:
    """Where what is awaited begins and ends, and where the event begins."""
    if words[:2] == ["when", "will"]:
        end = (subject_end(words[1:], "will") or 0) + 1
        return 2, end, end
    for pattern in _WAITING:
        match = pattern.fullmatch(signs)
        if match:
            start = signs[: match.start("thing")].count(" ")
            return start, start + len(match["thing"].split()), signs[: match.start("event")].count(" ")
    return 0, 0, 0


def _is_noun_phrase(words: list[str]) -> bool:
    inner = words[1:] if words[0] in DETERMINERS else words
    last = LEXICON.parts_of_speech(words[-1])
    return bool(inner) and not FUNCTION_WORDS & set(inner) and (words[-1] == LOCK or not last or "noun" in last)
