"""The embedded Chinese lexicon: words that stand for each other in ``chinese.tsv``, slips of the keyboard in
``chinese_slips.tsv``; both are written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from slmaug.augment.lexicon.morphology import Pos
from slmaug.rng import Random

_Table = dict[str, tuple[str, ...]]


def _lines(name: str) -> list[str]:
    text = files(__package__).joinpath(name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def _synonyms() -> _Table:
    found: dict[str, list[str]] = {}
    for line in _lines("chinese.tsv"):
        left, arrow, right = line.partition(">")
        group = left.split()
        targets = right.split() if arrow else group
        for word in group:
            known = found.setdefault(word, [])
            known.extend(target for target in targets if target != word and target not in known)
    return {word: tuple(targets) for word, targets in found.items()}


@lru_cache(maxsize=1)
def _slips() -> _Table:
    return {word: tuple(slips.split()) for word, slips in (line.split("\t") for line in _lines("chinese_slips.tsv"))}


@dataclass(frozen=True)
class Chinese:
    """Chinese synonyms. A word's part of speech is not told apart: only words that need none are in the table.

    >>> Chinese().synonyms("删除")
    ('删掉', '移除', '去掉')
    """

    def synonyms(self, word: str, pos: Pos | None = None) -> tuple[str, ...]:
        """Words that may stand for ``word``, best first; () if none is known."""
        return _synonyms().get(word, ())

    def parts_of_speech(self, word: str) -> tuple[Pos, ...]:
        """Always (): Chinese words are not inflected and the table does not say."""
        return ()

    def frequency(self, word: str) -> int:
        """1 for a word of the table, 0 for any other."""
        return int(word in _synonyms())


def slip(word: str, rng: Random) -> str | None:
    """``word`` as somebody in a hurry types it (的 for 得, 帐号 for 账号), or None where no slip is known.

    >>> slip("账号", Random(1))
    '帐号'
    """
    known = _slips().get(word)
    return rng.choice(known) if known else None


_HOW = frozenset("怎么 如何 怎样 怎么样".split())
_WHY = frozenset("为什么 为何 为啥".split())
_TAKEN = frozenset("该 应该 应当 要 需要 得 具体 到底 究竟 一般 通常 又 都 不知道 是".split())


def fillers(words: Sequence[str]) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Where a question takes a word that adds nothing, and which: (index to insert before, the words).

    What random insertion is in English, natural redundancy, in Chinese comes before the question word; a synonym
    beside a word reads as nonsense there.

    >>> fillers(["红烧肉", "怎么", "做"])
    ((1, ('具体', '到底', '究竟', '应该', '一般')),)
    """
    found: list[tuple[int, tuple[str, ...]]] = []
    for i, word in enumerate(words):
        if i and words[i - 1] in _TAKEN:
            continue
        if word in _HOW and i + 1 < len(words) and words[i + 1] not in ("才能", "会", "没", "不", "了", "回事"):
            found.append((i, ("具体", "到底", "究竟", "应该", "一般")))
        elif word in _WHY:
            found.append((i, ("到底", "究竟")))
    return tuple(found)
