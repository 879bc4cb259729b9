"""Questions translated into a pivot language and back: what comes back changed and asks the same is a paraphrase.

Sources: Sennrich, Haddow and Birch, "Improving Neural Machine Translation Models with Monolingual Data" (ACL 2016), for
back-translation; Xie et al., "Unsupervised Data Augmentation for Consistency Training" (NeurIPS 2020), for sampling on
the way and its temperature.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slmaug.paraphrase import NotTheSame, Protect, same_question
from slmaug.text import Text
from slmaug.translate.masking import STYLES, Lost, Masked, masked, restored
from slmaug.translate.translator import GREEDY, Decoding, Translator

HOME = Decoding(candidates=2, beams=4)
"""How the way back is decoded: the two best of a beam search, which read better than words that are drawn."""
_TOP_K = 10
_TEMPERATURE = 0.8
_MOST_WORDS = 2.0
_LEAST_WORDS = 0.4
UNCHANGED = "came back as it was"


@dataclass(frozen=True)
class RoundTrips:
    """What came back for each question, and what became of the rest."""

    found: Mapping[str, tuple[tuple[str, str], ...]]
    """By question, as it is asked: pivot language and wording of each paraphrase. Wordings differ."""
    returned: int
    """Sentences that came back, good or not."""
    discarded: Mapping[str, int]
    """How many were turned down, there or back, by reason, the commonest first."""


def decoding_for(samples: int) -> Decoding:
    """How the way to the pivot is decoded: words are drawn where several translations are wanted."""
    return GREEDY if samples == 1 else Decoding(candidates=samples, top_k=_TOP_K, temperature=_TEMPERATURE)


def round_trips(
    texts: Sequence[Text],
    source: str,
    via: Sequence[str],
    translator: Translator,
    decoding: Decoding,
    protect: Protect = (),
) -> RoundTrips:
    """Paraphrases of the texts, all in the language ``source``, by way of each pivot language of ``via``.

    For each pivot there is one pass forth for all texts, several translations of each as ``decoding`` says, and one
    pass back for all of these, by beam search. Locked spans travel as placeholders; where every translation of a text
    lost one, the text goes once more with placeholders of the next kind.

    Raises :class:`slmaug.errors.SlmaugError` where a pair cannot be translated; all are checked before the first pass.
    """
    for pivot in via:
        translator.check(source, pivot)
        translator.check(pivot, source)
    trips = _Trips(translator, source, decoding, protect)
    for pivot in via:
        waiting = list({str(text): text for text in texts}.values())
        for style in STYLES:
            waiting = trips.make(waiting, pivot, style) if waiting else []
    found = {question: tuple((pivot, new) for new, pivot in each.items()) for question, each in trips.found.items()}
    return RoundTrips(found, trips.returned, dict(trips.discarded.most_common()))


class _Trips:
    """Gathers what round after round brings."""

    def __init__(self, translator: Translator, source: str, decoding: Decoding, protect: Protect) -> None:
        self.found: dict[str, dict[str, str]] = {}
        self.returned = 0
        self.discarded: Counter[str] = Counter()
        self._keys: dict[str, set[str]] = {}
        self._translator, self._source, self._decoding, self._protect = translator, source, decoding, protect

    def make(self, texts: Sequence[Text], pivot: str, style: str) -> list[Text]:
        """One trip there and back; returns the texts that lost a locked span in every translation."""
        lost: list[Text] = []
        sent: list[tuple[Text, Masked]] = []
        for text in texts:
            try:
                mask = masked(text, style)
            except ValueError:  # something in it looks like such a placeholder
                lost.append(text)
                continue
            if mask.has_words:
                sent.append((text, mask))
            else:
                self.discarded["nothing to translate"] += 1
        forth = self._translator.translate([mask.text for _, mask in sent], self._source, pivot, self._decoding)
        abroad = [self._intact(mask, translations) for (_, mask), translations in zip(sent, forth, strict=True)]
        distinct = list(dict.fromkeys(sentence for sentences in abroad for sentence in sentences))
        back = dict(zip(distinct, self._translator.translate(distinct, pivot, self._source, HOME), strict=True))
        for (text, mask), translations, sentences in zip(sent, forth, abroad, strict=True):
            if not translations:
                self.discarded["could not be translated"] += 1
                continue
            kept = [self._take(text, mask, each, pivot) for sentence in sentences for each in back[sentence]]
            if mask.spans and not any(kept):
                lost.append(text)
        return lost

    def _intact(self, mask: Masked, translations: Sequence[str]) -> list[str]:
        """The translations that hold each placeholder once."""
        good = []
        for translation in translations:
            try:
                restored(translation, mask)
            except Lost as loss:
                self._discard(str(loss))
            else:
                good.append(translation)
        return good

    def _take(self, text: Text, mask: Masked, sentence: str, pivot: str) -> bool:
        """Keep what came back if it asks the same in other words; returns whether its locked spans are whole."""
        self.returned += 1
        try:
            wording = restored(sentence, mask)
        except Lost as loss:
            self._discard(str(loss))
            return False
        try:
            new = same_question(text, wording, self._protect)
        except NotTheSame as fault:
            self._discard(fault.reason)
            return True
        keys = self._keys.setdefault(str(text), {text.key})
        if new.key == text.key:
            self._discard(UNCHANGED)
        elif new.key in keys:
            self._discard("the same wording again")
        elif not _LEAST_WORDS * len(text) <= len(new) <= _MOST_WORDS * len(text) + 2:
            self._discard(f"another length: {len(new)} words for {len(text)}")
        else:
            keys.add(new.key)
            self.found.setdefault(str(text), {})[wording] = pivot
        return True

    def _discard(self, reason: str) -> None:
        self.discarded[reason.split(": ", 1)[0]] += 1
