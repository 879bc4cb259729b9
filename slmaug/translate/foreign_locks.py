"""What is locked in a sentence of any language before it is translated.

:func:`slmaug.locks.locked_spans` knows the words of English and Chinese. Elsewhere it locks too much: a German noun has
a capital and is no name, "à" and "в" are words of one letter, a word of Hindi or Thai holds signs that are no letters,
and Korean joins its particles to a name. What is a plain word there is released here; what carries exact meaning stays
locked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from slmaug.locks import locked_spans
from slmaug.paraphrase import Protect

NON_LATIN = frozenset(
    """
    zh ja ko ru uk bg be mk el ar fa ur he yi hi mr ne bn pa gu or ta te kn ml si th lo my km ka hy am mn kk ky tg bo
    """.split()
)
"""Languages that are written in another script than Latin, by ISO 639-1 code."""
_WITH_CAPITAL_NOUNS = frozenset({"de", "lb"})
_ONE_LETTER_WORDS = {
    "fr": "ay",
    "es": "yoeua",
    "ca": "aioe",
    "gl": "oae",
    "pt": "aoe",
    "it": "aeoi",
    "ro": "aoi",
    "pl": "wziouak",
    "cs": "aikosuvz",
    "sk": "aikosuvz",
    "sl": "azskvo",
    "hr": "aiosuk",
    "sv": "i",
    "da": "i",
    "no": "i",
    "nb": "i",
    "hu": "as",
    "nl": "u",
}
_ABBREVIATIONS = frozenset(
    "z.b d.h u.a s.o s.u u.u o.\u00e4 i.d.r v.a p.ex p.ej c.-\u00e0-d d.w.z m.a.w b.v t.ex bl.a t.j m.in".split()
)
# A construct, with its own beginning and end, is no word, whatever stands in it.
_CONSTRUCT = re.compile(r"[`\"\u201c-\u201f\u00ab\u00bb\u300c-\u300f\u300a\u300b\[\]<>{}()\\@=|*/]|://")
_QUOTED = re.compile("\u201e[^\u201c-\u201f\n]+[\u201c\u201d]|\u00bb[^\u00ab\u00bb\n]+\u00ab")
_NAME_LIKE = re.compile(r"\.?[A-Z]|[vV]?\d[\w.+-]*$")
_GERMAN_WORD = re.compile("[A-Z\u00c4\u00d6\u00dc][a-z\u00e4\u00f6\u00fc\u00df]{2,}")
_ASCII_RUN = re.compile("[!-~]+")
_ASCII_WORD = re.compile("[A-Za-z]+(?:['-][A-Za-z]+)*")
Span = tuple[int, int]


def spans_in(text: str, language: str, protect: Protect = ()) -> list[Span]:
    """The (start, end) ranges of ``text`` that must come through a translation byte for byte, sorted and apart.

    ``language`` is the ISO 639-1 code of the text's; ``protect`` as in :func:`slmaug.locks.locked_spans`.

    >>> text = "Wie lese ich die JSON-Datei mit HttpClient?"
    >>> [text[start:end] for start, end in spans_in(text, "de")]
    ['JSON', 'HttpClient']
    """
    if language in ("en", "zh"):
        return locked_spans(text, protect)
    # Behind a Spanish opening mark a sentence starts, as it does behind a dash: its capital makes no name.
    spans = locked_spans(re.sub("[\u00bf\u00a1]", "\u2014", text), protect)
    spans = merged([*spans, *(match.span() for match in _QUOTED.finditer(text))])
    kept = [inner for span in spans for inner in _kept(text, span, language, protect)]
    if has_foreign_letter(text):
        # As in Chinese: Latin words in a text of another script are terms.
        kept += [match.span() for match in _ASCII_WORD.finditer(text)]
    return merged(kept)


def merged(spans: Sequence[Span]) -> list[Span]:
    """The spans sorted; those that touch or overlap are one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def has_foreign_letter(text: str) -> bool:
    """Whether a letter of another script than Latin is in it; Greek letters that stand alone are signs."""
    return not text.isascii() and any(map(_is_foreign, re.findall(r"[^\W\d_]+", text)))


def _is_foreign(word: str) -> bool:
    if word.isascii() or (len(word) == 1 and unicodedata.name(word, "").startswith("GREEK")):
        return False
    return any(map(_is_foreign_letter, word))


@lru_cache(maxsize=8192)
def _is_foreign_letter(letter: str) -> bool:
    name = unicodedata.name(letter, "LATIN")
    return letter.isalpha() and not re.search("LATIN|MICRO|MODIFIER|ORDINAL", name)


def _kept(text: str, span: Span, language: str, protect: Protect) -> Iterator[Span]:
    """What stays locked of a span that English would lock whole."""
    start, end = span
    whole = text[start:end]
    pieces = [(start + match.start(), match.group()) for match in re.finditer(r"\S+", whole)]
    joined = len(pieces) > 1 and not all(_NAME_LIKE.match(piece) for _, piece in pieces)
    if joined or _CONSTRUCT.search(whole) or _holds_protected(whole, protect):
        yield span
        return
    last: Span | None = None
    for at, piece in pieces:
        for left, right in _exact_in(piece, language):
            if last is not None and not text[last[1] : at + left].strip():
                last = (last[0], at + right)  # a name of several words stays one
            else:
                if last is not None:
                    yield last
                last = (at + left, at + right)
    if last is not None:
        yield last


def _exact_in(piece: str, language: str) -> Iterator[Span]:
    """The exact parts of a run without spaces."""
    if has_foreign_letter(piece):
        for match in _ASCII_RUN.finditer(piece):
            bare = match.group().strip(".,;:!?'-")
            if any(map(str.isalnum, bare)):
                at = match.start() + match.group().index(bare)
                yield at, at + len(bare)
        return
    core = piece.strip("".join(char for char in piece if not char.isascii() and unicodedata.category(char)[0] == "P"))
    at = piece.index(core)
    exact = _without_german_words(core) if language in _WITH_CAPITAL_NOUNS else core
    if exact and not _is_plain(exact, language):
        yield at, at + len(exact)


def _without_german_words(piece: str) -> str:
    """The part of a compound that is no German word: JSON of JSON-Datei, nothing of Datei and E-Mail-Adresse."""
    parts = piece.split("-")
    while parts and _GERMAN_WORD.fullmatch(parts[-1]):
        parts.pop()
    rest = "-".join(parts)
    return "" if len(rest) == 1 and rest != piece and rest.isalpha() else rest


def _is_plain(word: str, language: str) -> bool:
    if word.lower() in _ABBREVIATIONS:
        return True
    if len(word) == 1:
        return word.isalpha() and (not word.isascii() or word.lower() in _ONE_LETTER_WORDS.get(language, ""))
    letters = all(unicodedata.category(char)[0] in "LM" or char in "'\u2019-\u2010" for char in word)
    return letters and not word.isascii() and not re.search("[^\\W\\d_][A-Z]", word)


def _holds_protected(span: str, protect: Protect) -> bool:
    """Whether a term of the user's own is in it."""
    terms = [term for term in protect if isinstance(term, str)]
    if any(term.search(span) for term in protect if not isinstance(term, str)):
        return True
    small = span.lower()
    return bool(terms) and locked_spans(small, terms) != locked_spans(small)
