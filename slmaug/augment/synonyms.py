"""Synonym replacement, and the lookup it shares with random insertion."""

from __future__ import annotations

from dataclasses import dataclass

from slmaug.augment.augmenter import check_share, per_text
from slmaug.augment.lexicon import Lexicon, default_lexicon
from slmaug.augment.lexicon.morphology import indefinite_article
from slmaug.augment.lexicon.tagging import part_of_speech
from slmaug.rng import Random
from slmaug.text import LOCKED, Text

Options = tuple[tuple[int, tuple[str, ...]], ...]


def synonym_options(text: Text, lexicon: Lexicon | None) -> Options:
    """The free words that have synonyms here: (index, synonyms in the word's own inflection), by index."""
    return text.fact(("synonyms", lexicon), lambda text: _find_options(text, lexicon))


def _find_options(text: Text, lexicon: Lexicon | None) -> Options:
    known = lexicon or default_lexicon(text.language)
    if known is None:
        return ()
    words = [word.lower() for word in text.words]
    found = []
    for index in text.free:
        pos = part_of_speech(text.words, index, known) if text.language == "en" else None
        synonyms = known.synonyms(words[index], pos)
        if synonyms:
            found.append((index, synonyms))
    return tuple(found)


@dataclass(frozen=True)
class Synonyms:
    """Replace free words by synonyms in the same inflection (EDA's synonym replacement, Wei and Zou, 2019).

    A word is replaced only where its part of speech is clear from the words around it and the lexicon
    holds a synonym for it in that part of speech, in the common sense of both words.
    """

    rate: float = 0.3
    """Probability with which each word that has synonyms is replaced, 0 to 1; at least one is."""
    lexicon: Lexicon | None = None
    """None takes the embedded lexicon of the text's language; ``WordNet()`` a full WordNet through NLTK."""

    def __post_init__(self) -> None:
        check_share("rate", self.rate)

    @per_text
    def __call__(self, text: Text, rng: Random) -> Text:
        options = synonym_options(text, self.lexicon)
        if not options:
            return text
        chosen = rng.some(options, self.rate) or [rng.choice(options)]
        edits = []
        for index, synonyms in chosen:
            word = rng.choice(synonyms)
            if index and text.parts[2 * index - 1].lower() in ("a", "an") and text.status[index - 1] != LOCKED:
                edits.append((index - 1, indefinite_article(word)))
            edits.append((index, word))
        return text.replaced_all(edits)
