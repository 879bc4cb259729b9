"""Where an English text can be said otherwise, and how: the entries of an equivalents table found in it.

A verb counts only where it stands as a verb and, if the entry asks for it, with one of its objects; a noun only as the
head of its phrase; an adjective only before its noun. Where that is not sure there is no alternative.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from slmaug.augment.frames.clauses import LEXICON, LOCK, signs_of
from slmaug.augment.lexicon.equivalents import Entry, Equivalents
from slmaug.augment.lexicon.morphology import indefinite_article, inflect_like, lemmas, plural
from slmaug.augment.lexicon.tagging import VERB_PARTICLES, part_of_speech
from slmaug.function_words import (
    AUXILIARIES,
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    DO,
    FUNCTION_WORDS,
    HAVE,
    LIGHT_VERBS,
    MODALS,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
)
from slmaug.templates import plain
from slmaug.text import LOCKED, Text

_BEFORE_BASE = MODALS | frozenset("to please do does did don't doesn't didn't let's and then".split())
_ENDS_OBJECT = (PREPOSITIONS - {"of"}) | CONJUNCTIONS | AUXILIARIES | {"to"}
_GOES_TO = frozenset("add attach append link connect send load deposit".split())  # to something
_NO_ARTICLE = frozenset("cash mail money equipment software information help advice leave post fuel power".split())


@dataclass(frozen=True)
class Alternative:
    """Words ``start`` to ``end`` (exclusive) of a text and the texts that may stand there."""

    start: int
    end: int
    others: tuple[Text, ...]


def alternatives(text: Text, table: Equivalents, about: frozenset[str] = frozenset()) -> list[Alternative]:
    """All places of single words and of fixed groups; ``about`` holds the words of the answer, in lower case."""
    words = signs_of(text).split(" ") if len(text) else []
    return [found for entry, at in entries_at(words, table) if (found := _at(text, words, entry, at, about))]


def entries_at(words: Sequence[str], table: Equivalents, kinds: str = "vinag") -> Iterator[tuple[Entry, int]]:
    for at, word in enumerate(words):
        for key in _keys(word):
            for entry in table.by_word.get(key, ()):
                if entry.kind in kinds:
                    yield entry, at


@lru_cache(maxsize=16384)
def _keys(word: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((word, *lemmas(word, "verb"), *lemmas(word, "noun")))) if word.isalpha() else (word,)


def _at(text: Text, words: Sequence[str], entry: Entry, at: int, about: frozenset[str]) -> Alternative | None:
    end = at + len(entry.words)
    if end > len(words) or any(text.status[at:end]) or interrupted(text, at, end):
        return None
    if entry.kind in "vi":
        others = _verb(words, entry, at, end)
    elif entry.kind == "g":
        others = list(entry.others) if tuple(words[at:end]) == entry.words else []
    elif entry.kind == "n":
        others = _noun(words, entry, at, end, about)
    else:
        others = _adjective(words, entry, at, end)
    return _alternative(text, words, at, end, others) if others else None


def _alternative(text: Text, words: Sequence[str], at: int, end: int, others: Sequence[str]) -> Alternative:
    beside = words[at - 1 : at] if at else [], words[end : end + 1]
    others = [other for other in others if not _doubles(other.lower().split(" "), *beside)]
    has_article = at > 0 and words[at - 1] in ("a", "an") and text.status[at - 1] != LOCKED
    if has_article and not text.parts[2 * at].strip():
        others = [f"{indefinite_article(other)} {other}" for other in others if _takes_article(other)]
        at -= 1
    return Alternative(at, end, tuple(plain(other) for other in others))


def _doubles(other: Sequence[str], before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether a word would stand there twice: "still still open" for "still pending", "charge charges"."""
    return any(other[0] in (word, f"{word}s") for word in before) or other[-1:] == list(after)


def _takes_article(phrase: str) -> bool:
    last = phrase.rsplit(" ", 1)[-1]
    return last not in _NO_ARTICLE and (not last.endswith("s") or last.endswith(("ss", "us", "is", "SMS")))


def interrupted(text: Text, start: int, end: int) -> bool:
    """Whether anything but white space stands between the words."""
    return any(gap.strip() for gap in text.parts[2 * start + 2 : 2 * end : 2])


def _verb(words: Sequence[str], entry: Entry, at: int, end: int) -> list[str]:
    lemma, rest = entry.words[0], entry.words[1:]
    if tuple(words[at + 1 : end]) != rest or lemma not in lemmas(words[at], "verb"):
        return []
    if not rest and end < len(words) and words[end] in VERB_PARTICLES - {"in", "on"}:
        return []
    participle = _after_be(words, at)
    if not _is_verb(words, at, lemma, participle):
        return []
    if entry.when and not entry.when & _companions(words, at, end, participle):
        return []
    has_object = end < len(words) and (words[end] not in FUNCTION_WORDS or words[end] in DETERMINERS)
    if entry.kind == "i" and (has_object or participle):
        return []
    if end < len(words) and words[end] in ("it", "them", "me", "you", "him", "her", "us", "that", "this"):
        # "open it up": the particle of another verb would have to stand behind the pronoun.
        others = [other for other in entry.others if other.split(" ")[-1] not in VERB_PARTICLES]
    elif participle:
        others = [other for other in entry.others if " a " not in f"{other} " and " the " not in f"{other} "]
    else:
        others = list(entry.others)
    if not has_object and entry.kind == "v":
        if participle and _after_have(words, at):
            return []  # "the status has changed": what others change is another verb
        others = [other for other in others if not _wants_object(other)]
    if lemma in _GOES_TO and "to" in words[end:]:
        others = [other for other in others if other.split(" ")[0] in _GOES_TO or other.endswith(" to")]
    found = [_inflected(words[at], lemma, other, participle) for other in others]
    return [other for other in found if other is not None]


def _wants_object(phrase: str) -> bool:
    """Whether a verb ends with a preposition that something must follow: "add money to", not "turn off"."""
    *start, last = phrase.split(" ")
    return last in PREPOSITIONS and (len(start) > 1 or last not in VERB_PARTICLES)


def _inflected(word: str, lemma: str, other: str, participle: bool) -> str | None:
    if participle and word != lemma:
        head, _, rest = other.partition(" ")
        marked = inflect_like("taken", "take", head, "verb")
        return (
            f"{marked} {rest}".strip()
            if marked and not word.endswith("ing")
            else inflect_like(word, lemma, other, "verb")
        )
    return inflect_like(word, lemma, other, "verb")


def _after_be(words: Sequence[str], at: int) -> bool:
    """Whether the word stands as a participle: behind a form of be, have or get, its subject maybe in between."""
    before = words[max(0, at - 6) : at]
    for i in range(len(before) - 1, -1, -1):
        if before[i] in BE | HAVE | {"get", "got", "gets"}:
            return True
        if before[i] in PREPOSITIONS | CONJUNCTIONS | MODALS | DO:
            return False
    return False


def _after_have(words: Sequence[str], at: int) -> bool:
    """Whether the nearest auxiliary before is "have": the verb is no passive."""
    return next((word in HAVE for word in reversed(words[:at]) if word in BE | HAVE | {"get", "got", "gets"}), False)


def _is_verb(words: Sequence[str], at: int, lemma: str, participle: bool) -> bool:
    word, before = words[at], words[at - 1] if at else ""
    if before in DETERMINERS - {"all", "that", "which", "what"}:
        return False
    if word == lemma:
        follows = words[at + 1] if at + 1 < len(words) else ""
        opens = not before and (follows in DETERMINERS | {LOCK} or len(words) > 2)
        known = LEXICON.parts_of_speech(word)
        clear = bool(known) and (known[0] == "verb" or follows in DETERMINERS or "noun" not in known)
        return before in _BEFORE_BASE or before in SUBJECT_PRONOUNS or (opens and clear)
    if word.endswith("s") and not word.endswith("ss"):
        return before in ("it", "he", "she", "which", "who", "that") or part_of_speech(words, at, LEXICON) == "verb"
    if word.endswith("ing"):
        follows = words[at + 1] if at + 1 < len(words) else ""
        return before in BE or before in PREPOSITIONS | {"of", ""} or follows in DETERMINERS
    return participle or before in SUBJECT_PRONOUNS or part_of_speech(words, at, LEXICON) == "verb"


def _companions(words: Sequence[str], at: int, end: int, participle: bool) -> set[str]:
    """The words, as they stand and in the singular, of the verb's object; of its subject where it has no object."""
    after: list[str] = []
    for word in words[end : end + 7]:
        if word in _ENDS_OBJECT:
            break
        after.append(word)
    if not participle and any(word not in FUNCTION_WORDS for word in after):
        region = after
    else:
        region = [word for word in words[max(0, at - 6) : at] if word not in FUNCTION_WORDS]
    return singular(region)


def singular(region: Sequence[str]) -> set[str]:
    return {base for word in region for base in (word, *(lemmas(word, "noun") if word.isalpha() else ()))}


def _noun(words: Sequence[str], entry: Entry, at: int, end: int, about: frozenset[str]) -> list[str]:
    *start, last = entry.words
    if list(words[at : end - 1]) != start or last not in (words[end - 1], *lemmas(words[end - 1], "noun")):
        return []
    if entry.when and not entry.when & ((singular(words) | about) - set(entry.words)):
        return []
    before = words[at - 1] if at else ""
    after, following = [*words[end : end + 2], "", ""][:2]
    if before in PREPOSITIONS and not start and last.endswith("ing"):
        return []  # "after booking": who knows whether this is the noun
    if _nounish(after, following) or (not start and not _opens_head(before, words, at)):
        return []
    if words[end - 1] == last:
        return list(entry.others)
    return [other if other.endswith("s") else _plural_of(other) for other in entry.others if not _is_mass(other)]


def _plural_of(phrase: str) -> str:
    """The plural of a noun phrase's head: "meal of the day" has its head in front of the preposition."""
    words = phrase.split(" ")
    head = next((i - 1 for i, word in enumerate(words) if word in PREPOSITIONS and i), len(words) - 1)
    words[head] = words[head] + "s" if words[head].isupper() else plural(words[head])
    return " ".join(words)


def _is_mass(phrase: str) -> bool:
    return phrase.rsplit(" ", 1)[-1] in _NO_ARTICLE or any(word in LIGHT_VERBS for word in phrase.split(" "))


def _nounish(word: str, following: str = "") -> bool:
    """Whether the word may be a noun that goes on a compound, with another noun behind it if it may be a verb."""
    if not word or word in FUNCTION_WORDS or word == LOCK:
        return False
    parts = LEXICON.parts_of_speech(word)
    return parts[:1] in ((), ("noun",)) or ("noun" in parts and _nounish(following))


def _opens_head(before: str, words: Sequence[str], at: int) -> bool:
    """Whether a noun may be the whole phrase behind ``before``: not the second half of a compound, nor a verb."""
    if before in ("what", "who") and _verbs_of(words[at]):
        return False  # "what causes it"
    if before in DETERMINERS or before in PREPOSITIONS or before in BE:
        return before != "to"
    if not before or before in FUNCTION_WORDS or before == LOCK:
        return False
    parts = LEXICON.parts_of_speech(before)
    if parts[:1] == ("verb",):
        return part_of_speech(words, at, LEXICON) == "noun" or words[at] not in _verbs_of(words[at])
    return parts[:1] == ("adjective",)


def _verbs_of(word: str) -> tuple[str, ...]:
    return tuple(lemma for lemma in lemmas(word, "verb") if "verb" in LEXICON.parts_of_speech(lemma))


def _adjective(words: Sequence[str], entry: Entry, at: int, end: int) -> list[str]:
    if tuple(words[at:end]) != entry.words:
        return []
    following = words[end : end + 3]
    stop = next((i for i, word in enumerate(following) if word in FUNCTION_WORDS), len(following))
    before = words[at - 1] if at else ""
    if singular(following[:stop]) & entry.when:
        return [other for other in entry.others if len(other.split(" ")) == 1 or before in BE]
    is_predicate = before in BE or (stop == 0 and _after_be(words, at))
    return list(entry.others) if is_predicate and singular(words[max(0, at - 6) : at]) & entry.when else []
