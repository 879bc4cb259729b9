"""The embedded English lexicon: WordNet 3.0 trimmed to pairs that are safe, and our own everyday words before it.

``english.tsv`` is written by ``scripts/make_lexicon.py``, which says by what rules; ``everyday.tsv`` is written by
hand, and a word that stands in it takes its synonyms from there alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from slmaug.augment.lexicon import morphology
from slmaug.augment.lexicon.morphology import Pos
from slmaug.function_words import FUNCTION_WORDS

_PARTS: dict[str, Pos] = {"n": "noun", "v": "verb", "a": "adjective", "r": "adverb"}
_ORDER: tuple[Pos, ...] = ("verb", "noun", "adjective", "adverb")

# Rows stay as they are in the file until a word is asked for: parsing all of them takes 80 ms, asking takes few.
_Counts = dict[str, str]
_Synonyms = dict[tuple[str, Pos], tuple[str, ...]]


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


@lru_cache(maxsize=1)
def _tables() -> tuple[_Counts, _Synonyms]:
    """Lemma to its counts as written ("n12 v5", most frequent first); (lemma, part of speech) to its synonyms."""
    counts: _Counts = {}
    found: _Synonyms = {}
    for line in _read("english.tsv").splitlines():
        word, _, rest = line.partition("\t")
        counts[word] = rest
        if "=" in rest:
            counts[word], _, pairs = rest.partition("\t")
            for pair in pairs.split(";"):
                found[word, _PARTS[pair[0]]] = tuple(pair[2:].split(","))
    found.update(_everyday(_read("everyday.tsv").splitlines()))
    return counts, found


@lru_cache(maxsize=65536)
def _counts(lemma: str) -> dict[Pos, int]:
    row = _tables()[0].get(lemma)
    return {_PARTS[part[0]]: int(part[1:]) for part in row.split(" ")} if row else {}


def _everyday(lines: list[str]) -> _Synonyms:
    """``delete = remove`` stands for each other; ``get > obtain`` one way only; ``bank >`` has none at all."""
    found: dict[tuple[str, Pos], list[str]] = {}
    for line in lines:
        if not line or line.startswith("#"):
            continue
        part, _, entry = line.partition("\t")
        pos = _PARTS[part]
        left, arrow, right = entry.partition(" >")
        group = left.split(" = ")
        targets = [word.strip() for word in right.split(",") if word.strip()] if arrow else group
        for word in group:
            known = found.setdefault((word, pos), [])
            known.extend(target for target in targets if target != word and target not in known)
    return {key: tuple(words) for key, words in found.items()}


@lru_cache(maxsize=65536)
def _parts_of_speech(word: str) -> tuple[Pos, ...]:
    scores: dict[Pos, float] = {}
    for pos in _ORDER:
        for lemma in morphology.lemmas(word, pos):
            count = _counts(lemma).get(pos)
            if count is not None:
                # At equal counts the word's own entry stands before one it is an inflection of.
                scores[pos] = max(scores.get(pos, -1.0), count + (0.5 if lemma == word else 0.0))
    return tuple(sorted(scores, key=lambda pos: -scores[pos]))


@lru_cache(maxsize=65536)
def _frequency(word: str) -> int:
    reachable = {lemma for pos in _ORDER for lemma in morphology.lemmas(word, pos)}
    return sum(sum(_counts(lemma).values()) for lemma in reachable)


@lru_cache(maxsize=65536)
def _synonyms(word: str, pos: Pos) -> tuple[str, ...]:
    found = _tables()[1]
    if word in FUNCTION_WORDS:
        return ()
    lemmas = [lemma for lemma in morphology.lemmas(word, pos) if (lemma, pos) in found or pos in _counts(lemma)]
    if pos in ("adjective", "adverb") and len(lemmas) > 1:
        lemmas = lemmas[1:]  # WordNet lists "larger" as a word of its own beside "large"
    if len(lemmas) != 1:
        # "found" is "find" or "found", "leaves" is "leaf" or "leave": whose synonyms are meant is not certain.
        return ()
    lemma = lemmas[0]
    inflected = (morphology.inflect_like(word, lemma, synonym, pos) for synonym in found.get((lemma, pos), ()))
    return tuple(dict.fromkeys(form for form in inflected if form is not None and form != word))


@dataclass(frozen=True)
class English:
    """General English without any download: synonyms for several hundred common words, parts of speech for 18,000.

    >>> English().synonyms("deleting", "verb")[0]
    'removing'
    """

    def synonyms(self, word: str, pos: Pos | None) -> tuple[str, ...]:
        """Words that may stand for ``word``, in the same inflection, best first, in lower case; () if none."""
        return _synonyms(word, pos) if pos else ()

    def parts_of_speech(self, word: str) -> tuple[Pos, ...]:
        """What ``word`` may be, the most frequent first, inflected forms included; () for an unknown word."""
        return _parts_of_speech(word)

    def frequency(self, word: str) -> int:
        """Tagged uses of the word's lemmas in SemCor, all parts of speech together; 0 for an unknown word."""
        return _frequency(word)
