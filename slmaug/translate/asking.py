"""Sentences of one language through a translator: masked, in one call a round, checked, and unmasked.

A sentence whose translations all lost a placeholder goes once more with placeholders of the next kind. What passes no
check is a :class:`Failure`; the caller keeps the text it stands in as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from slmaug.paraphrase import Protect
from slmaug.text import LOCKED, Text
from slmaug.translate.agreement import NotTheSame, check_sense, check_words
from slmaug.translate.foreign_locks import NON_LATIN, Span, has_foreign_letter, merged, spans_in
from slmaug.translate.masking import STYLES, Lost, Masked, masked, restored
from slmaug.translate.punctuation import has_spaces, in_script_of, with_end_of
from slmaug.translate.sentence import link_spans
from slmaug.translate.translator import Decoding, Translator

BEST_OF_FOUR = Decoding(candidates=4, beams=4)
"""Four translations of a sentence: the likeliest that passes the checks is taken."""
UNCHANGED = "came back as it was"
_LETTER = re.compile(r"[^\W\d_]")
_GLUED = re.compile(r"(?<=[^\W_])(?=[\[<]\d{1,3}[\]>])|(?<=\d[\]>])(?=[^\W_])")
_STAND_IN = "\ue000"
_POWERS = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_MYRIADS = re.compile(r"(?<![A-Za-z0-9_.,])(\d{1,9}(?:\.\d{1,4})?) ?([百千万亿])(?![\u4e00-\u9fff]?[分位])")


@dataclass(frozen=True)
class Failure:
    """A sentence that could not be translated: why, and the translation that was turned down, "" where none came."""

    reason: str
    text: str


@dataclass(frozen=True)
class Way:
    """From which language to which one, and what is locked besides what always is."""

    source: str
    target: str
    protect: Protect = ()

    def locks(self, plain: str) -> list[Span]:
        """The locked spans of a plain sentence; a link is one as a whole."""
        return merged([*spans_in(plain, self.source, self.protect), *link_spans(plain)])

    def has_words(self, plain: str) -> bool:
        """Whether there is something to translate; Latin words in a text of another script are not."""
        free = "".join(_outside(plain, self.locks(plain)))
        return bool(_LETTER.search(free)) and (self.source not in NON_LATIN or has_foreign_letter(free))


def asked(
    sentences: Iterable[str],
    way: Way,
    translator: Translator,
    decoding: Decoding = BEST_OF_FOUR,
    progress: Callable[[int], object] | None = None,
) -> dict[str, str | Failure]:
    """What became of each sentence that has words, a translation or a :class:`Failure`.

    ``progress`` is called with the number of sentences that are settled since its last call.
    """
    waiting = [plain for plain in dict.fromkeys(sentences) if way.has_words(plain)]
    done: dict[str, str | Failure] = {}
    for number, style in enumerate(STYLES):
        masks = {plain: _masked(plain, way, style) for plain in waiting}
        texts = list(dict.fromkeys(mask.text for mask in masks.values() if mask is not None))
        if not texts:
            break
        found = dict(zip(texts, translator.translate(texts, way.source, way.target, decoding), strict=True))
        waiting, before = [], waiting
        for plain in before:
            mask = masks[plain]
            result = None if mask is None else _first_good(plain, mask, found[mask.text], way)
            if isinstance(result, str):
                done[plain] = result
                continue
            if result is not None:
                done.setdefault(plain, result)  # what became of it at first is what is reported
            if mask is None or mask.spans:
                waiting.append(plain)
        if progress is not None:
            settled = len(before) - (0 if number == len(STYLES) - 1 else len(waiting))
            progress(settled)
    for plain in waiting:
        done.setdefault(plain, Failure("every kind of placeholder stands in it already", ""))
    return done


def _masked(plain: str, way: Way, style: str) -> Masked | None:
    """The sentence with placeholders of this style, None where it holds what looks like one."""
    text = _in_digits(plain) if way.source == "zh" and way.target not in NON_LATIN else plain
    parts, at = [], 0
    spans = way.locks(text)
    for start, end in spans:
        parts += [text[at:start], text[start:end]]
        at = end
    # Between its locked spans a sentence is nobody's to edit here: the words need not be told apart.
    whole = Text([*parts, text[at:]], (LOCKED,) * len(spans), "other")
    try:
        return masked(whole, style)
    except ValueError:
        return None


def _in_digits(text: str) -> str:
    """With 100万 as 1000000: only the digits would be locked, and a model takes the sign for a million.

    >>> _in_digits("处理100万行")
    '处理1000000行'
    """
    return _MYRIADS.sub(lambda match: f"{float(match[1]) * _POWERS[match[2]]:.4f}".rstrip("0").rstrip("."), text)


def _first_good(plain: str, mask: Masked, translations: Iterable[str], way: Way) -> str | Failure:
    """The likeliest translation that passes, or why the likeliest of all does not."""
    first: Failure | None = None
    for translation in translations:
        try:
            if translation == mask.text:
                return _as_it_was(plain, way)
            return _checked(translation, plain, mask, way)
        except (Lost, NotTheSame) as fault:
            first = first or Failure(str(fault), translation)
    return first or Failure("no translation: the translator gave none", "")


def _as_it_was(plain: str, way: Way) -> str:
    """The sentence itself: names and numbers may come back so, words of another script may not."""
    if way.source in NON_LATIN and way.target not in NON_LATIN:
        raise NotTheSame(UNCHANGED)
    return plain


def _checked(translation: str, plain: str, mask: Masked, way: Way) -> str:
    new = in_script_of(" ".join(translation.split()), way.target)
    new = with_end_of(mask.text, new, way.target)
    if mask.text[0].isupper() and new[:1].islower():
        new = new[0].upper() + new[1:]
    if has_spaces(way.target):
        new = _GLUED.sub(" ", new)
    whole = restored(new, mask)
    check_words(restored(new, Masked(mask.text, (" ",) * len(mask.spans), mask.style)), way.target)
    source = _in_digits(plain) if way.source == "zh" else plain
    check_sense(whole, source, way.source, way.target)
    return whole


def western_outside(plain: str, way: Way) -> str:
    """A sentence without words in the target's punctuation, its locked spans byte for byte."""
    spans = way.locks(plain)
    if _STAND_IN in plain:
        return plain
    parts = in_script_of(_STAND_IN.join(_outside(plain, spans)), way.target).split(_STAND_IN)
    return parts[0] + "".join(plain[start:end] + gap for (start, end), gap in zip(spans, parts[1:], strict=True))


def _outside(text: str, spans: Iterable[Span]) -> list[str]:
    gaps, at = [], 0
    for start, end in spans:
        gaps.append(text[at:start])
        at = end
    return [*gaps, text[at:]]
