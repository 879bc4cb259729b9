"""Whether a translation says what its source says, as far as a program can see it in two languages.

Placeholders are counted by :mod:`slmaug.translate.masking`. Here are numbers, negation, script and length. Between
English and Chinese numbers are compared by value, in words and with their units, and so is negation; elsewhere digits
have to agree.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from slmaug.negation import is_negated, keeps_negation
from slmaug.quantities import unknown_numbers
from slmaug.translate.agreement_chinese import keeps_negation_across
from slmaug.translate.foreign_locks import NON_LATIN, has_foreign_letter

_READ = frozenset({"en", "zh"})
_DIGITS = re.compile(r"\d+")
_LETTER = re.compile(r"[^\W\d_]")
_FOREIGN_WORD = re.compile(r"[^\W\d_]+")
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CHARACTERS_OF_A_SIGN = 8
"""English characters that one Chinese, Japanese or Korean sign may become, rather too many than too few."""


class NotTheSame(ValueError):
    """A translation that cannot be used; the message is the kind of fault, and after a colon the particulars."""


def check_words(new: str, target: str) -> None:
    """Raises :class:`NotTheSame` unless ``new``, its locked spans taken out, has words, and in the target's script."""
    if not _LETTER.search(new):
        raise NotTheSame("an empty translation")
    if target not in NON_LATIN and has_foreign_letter(new):
        left = next(word for word in _FOREIGN_WORD.findall(new) if has_foreign_letter(word))
        raise NotTheSame(f"words of another script were left: {left[:40]}")


def check_sense(new: str, old: str, source: str, target: str) -> None:
    """Raises :class:`NotTheSame` where ``new`` has other numbers than ``old``, another negation or another length."""
    longest = 3 * len(old) + _CHARACTERS_OF_A_SIGN * len(_DENSE.findall(old)) + 80
    if len(new) > longest:
        raise NotTheSame(f"too long: {len(new)} characters for {len(old)}")
    if {source, target} <= _READ:
        _check_values(new, old)
        same = keeps_negation(new, old) if source == target else keeps_negation_across(new, old, source)
        if not same:
            raise NotTheSame("a negation is new" if is_negated(new) else "the negation is lost")
    else:
        _check_digits(new, old)


def _check_values(new: str, old: str) -> None:
    lost, added = unknown_numbers(old, new), unknown_numbers(new, old)
    told = [f"{', '.join(lost)} lost"] * bool(lost) + [f"{', '.join(added)} added"] * bool(added)
    if told:
        raise NotTheSame(f"other numbers: {'; '.join(told)}")


def _check_digits(new: str, old: str) -> None:
    has, had = (Counter(map(_western, _DIGITS.findall(text))) for text in (new, old))
    for kind, numbers in (("lost", had - has), ("added", has - had)):
        if numbers:
            raise NotTheSame(f"other numbers: {', '.join(numbers)} {kind}")


def _western(digits: str) -> str:
    """Digits of any script as 0 to 9, without zeros in front."""
    return "".join(str(unicodedata.digit(digit)) for digit in digits).lstrip("0") or "0"
