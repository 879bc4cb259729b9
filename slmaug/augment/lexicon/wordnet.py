"""The whole of WordNet through NLTK: far more synonyms than :class:`English` has, and far more wrong ones.

Senses are taken in WordNet's order (most frequent first) and only the first ``senses`` are used, the one remedy that
asks for no further data: Miller et al., "Using a semantic concordance for sense identification" (1994), found the
most frequent sense right 58 to 69 % of the time. Use it where recall matters, or with a WordNet of another language.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from slmaug.augment.lexicon import morphology
from slmaug.augment.lexicon.morphology import Pos
from slmaug.errors import MissingPackage
from slmaug.function_words import FUNCTION_WORDS

_LETTERS: dict[Pos, str] = {"verb": "v", "noun": "n", "adjective": "a", "adverb": "r"}


@lru_cache(maxsize=8)
def _reader(path: str | None) -> Any:
    """NLTK's reader over the given folder, or over the corpus that NLTK has downloaded."""
    try:
        from nltk.corpus.reader.wordnet import WordNetCorpusReader
        from nltk.data import find
        from nltk.data import path as nltk_path
    except ImportError as error:
        raise MissingPackage("WordNet() needs NLTK: pip install nltk") from error

    class _EnglishOnly(WordNetCorpusReader):  # type: ignore[misc]
        def map_wn(self, version: str = "wordnet") -> None:
            """No map to the WordNet of other languages: making it wants NLTK's own download beside ``path``."""

    try:
        root: Any = path
        if path is not None and path not in nltk_path:
            nltk_path.append(path)  # NLTK 3.10 opens no file outside its own search path
        if path is None:
            try:
                root = find("corpora/wordnet")
            except LookupError:
                root = find("corpora/wordnet.zip/wordnet/")
        with warnings.catch_warnings():
            # It warns that other languages are missing; only English is asked for here.
            warnings.simplefilter("ignore", UserWarning)
            return _EnglishOnly(root, None)
    except (LookupError, OSError) as error:
        place = f" in {path}" if path else ""
        raise MissingPackage(f"no WordNet files{place}: python -m nltk.downloader wordnet") from error


@dataclass(frozen=True)
class WordNet:
    """WordNet 3.x, untrimmed, read by NLTK.

    ``path`` is a folder of WordNet's own files (``data.noun``, ``lexnames``, ...); without it NLTK's download is used.
    ``senses`` is how many of a word's senses lend their synonyms, the most frequent first.
    """

    path: str | None = None
    senses: int = 1
    _memory: dict[tuple[str, Pos], tuple[str, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False, hash=False
    )
    _parts: dict[str, tuple[Pos, ...]] = field(default_factory=dict, init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        if self.senses < 1:
            raise ValueError(f"senses must be at least 1, got {self.senses}")
        if self.path is not None and not Path(self.path).is_dir():
            raise MissingPackage(f"no WordNet files in {self.path}: python -m nltk.downloader wordnet")
        _reader(self.path)  # so that a missing package is said when the settings are written, not mid-run

    def synonyms(self, word: str, pos: Pos | None) -> tuple[str, ...]:
        """Members of the word's first senses, in the word's inflection, the most frequent sense first."""
        if pos is None:
            return ()
        known = self._memory.get((word, pos))
        if known is None:
            known = self._memory[word, pos] = self._look_up(word, pos)
        return known

    def _look_up(self, word: str, pos: Pos) -> tuple[str, ...]:
        if word in FUNCTION_WORDS or not word.replace("-", "").isalpha():
            return ()
        reader, letter = _reader(self.path), _LETTERS[pos]
        lemmas = [lemma for lemma in morphology.lemmas(word, pos) if self._entry(lemma, letter)]
        if len(lemmas) != 1:
            return ()
        names = (
            name.replace("_", " ")
            for synset in reader.synsets(lemmas[0], letter)[: self.senses]
            for name in synset.lemma_names()
        )
        # A capital marks a proper name, a digit a code.
        fitting = (name for name in names if name == name.lower() and name.replace(" ", "").replace("-", "").isalpha())
        forms = (morphology.inflect_like(word, lemmas[0], name, pos) for name in fitting)
        return tuple(dict.fromkeys(form for form in forms if form is not None and form != word))

    def _entry(self, lemma: str, letter: str) -> bool:
        # NLTK lemmatises on its own; only an entry under exactly this word counts.
        return any(
            lemma in (name.lower() for name in synset.lemma_names())
            for synset in _reader(self.path).synsets(lemma, letter)
        )

    def parts_of_speech(self, word: str) -> tuple[Pos, ...]:
        """What ``word`` may be, by tagged uses and then by number of senses; () for an unknown word."""
        known = self._parts.get(word)
        if known is None:
            scores = {pos: self._score(word, pos) for pos in _LETTERS}
            # Negated on purpose: reverse=True would also turn round the order of equals.
            found = sorted((pos for pos in scores if any(scores[pos])), key=lambda pos: [-n for n in scores[pos]])
            known = self._parts[word] = tuple(found)
        return known

    def _score(self, word: str, pos: Pos) -> tuple[int, int]:
        found = [
            lemma
            for candidate in morphology.lemmas(word, pos)
            for synset in _reader(self.path).synsets(candidate, _LETTERS[pos])
            for lemma in synset.lemmas()
            if lemma.name().lower() == candidate
        ]
        return sum(lemma.count() for lemma in found), len(found)

    def frequency(self, word: str) -> int:
        """Tagged uses of the word in all its parts of speech; 0 for an unknown word."""
        return sum(self._score(word, pos)[0] for pos in _LETTERS)
