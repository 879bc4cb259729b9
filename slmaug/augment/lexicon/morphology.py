"""English inflection in both directions: ``stop`` to ``stopping``, ``stopping`` to ``stop``.

Regular spelling follows Quirk et al., "A Comprehensive Grammar of the English Language" (1985), 3.5-3.10
and 5.79-5.81. What the rules do not give is in ``morphology.tsv``, which ``scripts/make_lexicon.py``
writes from WordNet's exception lists. Everything here is a pure function of its arguments.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import Literal

Pos = Literal["noun", "verb", "adjective", "adverb"]

_VOWELS = "aeiou"
# One vowel between consonants closes the word: "stop" doubles, "rain" and "fix" do not; "qu" is a consonant.
_DOUBLES = re.compile(r"(?:^|[^aeiou]|qu)[aeiouy][bdfgklmnprtvz]$")
_SIBILANT = re.compile(r"(?:s|x|z|ch|sh)$")
# "stomachs", "patriarchs": a hard ch takes a bare s.
_HARD_CH = frozenset({"stomach", "monarch", "epoch", "patriarch", "loch", "eunuch", "tech", "czech"})
# Words that have one form for both numbers or none at all.
_NO_PLURAL = frozenset(
    "information equipment advice software hardware feedback furniture luggage traffic weather progress knowledge "
    "evidence homework money news".split()
)
_PARTICLES = frozenset(
    "up off out in on down over back away through around along apart aside together of for at to "
    "with into about".split()
)

_SLOTS = {"verb": 4, "noun": 1, "adjective": 2, "adverb": 2}


@lru_cache(maxsize=1)
def _irregular() -> dict[tuple[str, str], tuple[tuple[str, ...], ...]]:
    """(part of speech, lemma) to its forms by slot; an empty slot is regular, the first form is the usual one."""
    text = files(__package__).joinpath("morphology.tsv").read_text("utf-8")
    table = {}
    for line in text.splitlines():
        pos, lemma, *slots = line.split("\t")
        table[pos, lemma] = tuple(tuple(slot.split("/")) if slot else () for slot in slots)
    return table


@lru_cache(maxsize=1)
def _irregular_lemmas() -> dict[tuple[str, str], tuple[str, ...]]:
    """(part of speech, inflected form) to its lemmas."""
    table: dict[tuple[str, str], tuple[str, ...]] = {}
    for (pos, lemma), slots in _irregular().items():
        for form in dict.fromkeys(form for slot in slots for form in slot):
            table[pos, form] = (*table.get((pos, form), ()), lemma)
    return table


def _syllables(word: str) -> int:
    spoken = re.sub(r"qu", "q", word)
    count = len(re.findall(r"[aeiouy]+", spoken))
    return count - (count > 1 and bool(re.search(r"[^aeiouyl]e$", spoken)))


def _closes(word: str) -> bool:
    """Whether the final consonant doubles before a vowel. Longer words double only where the table says so."""
    return bool(_DOUBLES.search(word)) and len(re.findall(r"[aeiouy]+", word.replace("qu", "q"))) == 1


def regular_past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return verb[:-1] + "ied"
    if verb.endswith("c") and verb[-2:-1] in _VOWELS:
        return verb + "ked"
    return verb + (verb[-1:] if _closes(verb) else "") + "ed"


def regular_gerund(verb: str) -> str:
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and len(verb) > 2:
        return verb[:-1] + "ing"
    if verb.endswith("c") and verb[-2:-1] in _VOWELS:
        return verb + "king"
    return verb + (verb[-1:] if _closes(verb) else "") + "ing"


def regular_s(word: str, after_o: str) -> str:
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "ies"
    if _SIBILANT.search(word) and word not in _HARD_CH:
        return word + ("zes" if word.endswith("z") and _closes(word) else "es")
    if word.endswith("o") and word[-2:-1] not in _VOWELS:
        return word + after_o
    return word + "s"


def regular_degree(word: str, ending: str) -> str:
    if word.endswith("e"):
        return word + ending[1:]
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "i" + ending
    return word + (word[-1:] if _closes(word) else "") + ending


def _form(pos: str, lemma: str, slot: int) -> str | None:
    slots = _irregular().get((pos, lemma))
    return slots[slot][0] if slots and slots[slot] else None


@lru_cache(maxsize=4096)
def past(verb: str) -> str:
    """``go`` to ``went``, ``stop`` to ``stopped``."""
    return _form("verb", verb, 0) or regular_past(verb)


@lru_cache(maxsize=4096)
def past_participle(verb: str) -> str:
    """``go`` to ``gone``, ``stop`` to ``stopped``."""
    return _form("verb", verb, 1) or regular_past(verb)


@lru_cache(maxsize=4096)
def gerund(verb: str) -> str:
    """``set`` to ``setting``, ``make`` to ``making``, ``tie`` to ``tying``."""
    return _form("verb", verb, 2) or regular_gerund(verb)


@lru_cache(maxsize=4096)
def third_person(verb: str) -> str:
    """``go`` to ``goes``, ``try`` to ``tries``."""
    return _form("verb", verb, 3) or regular_s(verb, "es")


@lru_cache(maxsize=4096)
def plural(noun: str) -> str:
    """``child`` to ``children``, ``query`` to ``queries``."""
    return _form("noun", noun, 0) or regular_s(noun, "s")


def takes_er(word: str) -> bool:
    """Whether the word takes -er: one syllable, or two ending in -y, -le or -ow ("easy", "simple", "narrow")."""
    syllables = _syllables(word)
    return syllables == 1 or (syllables == 2 and word.endswith(("y", "le", "ow")) and not word.endswith("ly"))


def comparative(adjective: str) -> str | None:
    """``big`` to ``bigger``, ``good`` to ``better``; None for a word that is compared with *more*."""
    return _form("adjective", adjective, 0) or (regular_degree(adjective, "er") if takes_er(adjective) else None)


def superlative(adjective: str) -> str | None:
    """``big`` to ``biggest``, ``good`` to ``best``; None for a word that is compared with *most*."""
    return _form("adjective", adjective, 1) or (regular_degree(adjective, "est") if takes_er(adjective) else None)


def indefinite_article(word: str) -> str:
    """``a`` or ``an``, whichever stands before ``word``, by its spelling and the common exceptions."""
    word = word.lower()
    if re.match(r"(?:hour|honest|honou?r|heir)", word):
        return "an"
    if re.match(r"(?:uni(?!n|mp|d)|us[aeiu]|ut[ei]|ub[ie]|ur[aeio]|eu|one\b|once|ewe)", word):
        return "a"
    return "an" if word[:1] in tuple(_VOWELS) else "a"


def _stems(word: str, ending: str, restored: tuple[str, ...]) -> list[str]:
    """What may stand before ``ending``: the bare stem, the stem with a letter back, the stem undoubled."""
    if not word.endswith(ending) or len(word) - len(ending) < 2:
        return []
    stem = word[: -len(ending)]
    found = [stem + letter for letter in restored]
    if stem[-1] == stem[-2] and stem[-1] not in _VOWELS:
        found.append(stem[:-1])
    if stem.endswith("ck"):
        found.append(stem[:-1])
    return found


def _candidates(word: str, pos: Pos) -> list[str]:
    if pos == "noun":
        return [
            *([word[:-3] + "y"] if word.endswith("ies") else []),
            *_stems(word, "es", ("",)),
            *_stems(word, "s", ("",)),
        ]
    if pos == "verb":
        return [
            *([word[:-3] + "y"] if word.endswith(("ies", "ied")) else []),
            *([word[:-4] + "ie"] if word.endswith("ying") else []),
            *_stems(word, "es", ("",)),
            *_stems(word, "s", ("",)),
            *_stems(word, "ed", ("", "e")),
            *_stems(word, "ing", ("", "e")),
        ]
    return [
        *([word[:-3] + "y"] if word.endswith("ier") else []),
        *([word[:-4] + "y"] if word.endswith("iest") else []),
        *_stems(word, "er", ("", "e")),
        *_stems(word, "est", ("", "e")),
    ]


def forms(lemma: str, pos: Pos) -> tuple[tuple[str, ...], ...]:
    """Every inflected form by slot: verb (past, participle, gerund, third person), noun (plural), adjective or
    adverb (comparative, superlative). A slot holds the usual form first and its spelling variants behind it."""
    slots = _irregular().get((pos, lemma), ((),) * _SLOTS[pos])
    if pos == "verb":
        usual: tuple[str | None, ...] = (past(lemma), past_participle(lemma), gerund(lemma), third_person(lemma))
    elif pos == "noun":
        usual = (plural(lemma),)
    else:
        usual = (comparative(lemma), superlative(lemma))
    return tuple(listed or ((form,) if form else ()) for listed, form in zip(slots, usual, strict=True))


@lru_cache(maxsize=65536)
def lemmas(word: str, pos: Pos) -> tuple[str, ...]:
    """What ``word`` may be a form of, itself first: ``lemmas("sets", "verb")`` is ``("sets", "set")``.

    Only stems whose own inflection gives ``word`` back are listed, so ``"using"`` yields ``use`` and not ``us``.
    Whether a candidate is a word at all is the lexicon's to say.
    """
    found = [word, *_irregular_lemmas().get((pos, word), ())]
    for candidate in _candidates(word, pos):
        if candidate.isalpha() and any(word in slot for slot in forms(candidate, pos)):
            found.append(candidate)
    return tuple(dict.fromkeys(found))


def _slot(word: str, lemma: str, pos: Pos) -> int | None:
    """Which form of ``lemma`` the word is: -1 the lemma itself, None where it fits none or two that differ."""
    if pos == "noun" and word == lemma and word in forms(lemma, pos)[0]:
        return None  # "series", "sheep": the number cannot be seen
    if word == lemma:
        # "set", "put", "read": present, past or participle; only the base is common enough in questions, but a
        # synonym in the base form would be wrong after "was", so such words are left alone.
        return None if pos == "verb" and word in forms(lemma, pos)[1] else -1
    hits = [slot for slot, variants in enumerate(forms(lemma, pos)) if word in variants]
    if hits == [0, 1] and pos == "verb":
        return 4  # "stopped" is both: the synonym must have one form for both as well
    return hits[0] if len(hits) == 1 else None


@lru_cache(maxsize=65536)
def inflect_like(word: str, lemma: str, synonym: str, pos: Pos) -> str | None:
    """``synonym`` in the form that ``word`` is of ``lemma``, or None where that is not certain.

    The head is inflected: the first word of a verb phrase, the last of a noun phrase.

    >>> inflect_like("deleting", "delete", "get rid of", "verb")
    'getting rid of'
    >>> inflect_like("errors", "error", "failure", "noun")
    'failures'
    """
    slot = _slot(word, lemma, pos)
    if slot is None:
        return None
    if slot == -1:
        return synonym
    parts = synonym.split(" ")
    if pos == "verb":
        head, rest = parts[0], parts[1:]
        if slot == 4:
            if past(head) != past_participle(head):
                return None  # "changed" may be either; "rewrote" and "rewritten" may not
            slot = 1
        return " ".join([(past, past_participle, gerund, third_person)[slot](head), *rest])
    if pos == "noun":
        if any(part in _PARTICLES for part in parts) or parts[-1] in _NO_PLURAL:
            return None
        return " ".join([*parts[:-1], plural(parts[-1])])
    return None if len(parts) > 1 else (comparative, superlative)[slot](synonym)
