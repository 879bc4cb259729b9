"""Chinese yes-no questions: the word that one turns on (能, 有, 会, 是否), with what stands before and behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from slmaug.augment.frames.chinese_parts import Ask, Masked, last_comma

_SIGNS = {
    "may": "能不能 能不能够 可不可以 可以不可以 能否 可否 是否可以 是否能 是否能够 可以 能够 能",
    "有": "有没有 有 还有",
    "会": "会不会 会",
    "需要": "需不需要 需要 用不用",
    "要": "要不要 要 还要",
    "必须": "必须",
    "该": "该不该 应不应该 应该",
    "是": "是不是 是",
    "属于": "属于",
    "支持": "支持",
    "算": "算",
    "whether": "是否",
}
_OP_OF = {sign: op for op, signs in _SIGNS.items() for sign in signs.split()}
_OPS = re.compile("|".join(sorted(_OP_OF, key=len, reverse=True)))
_LATER = re.compile("可以|能|会|需要|要|应该")


def yes_no(m: Masked, start: int, end: int, ask: Ask, particle: str) -> Ask:
    """The question with its subject and predicate parted where that is sure; ``particle`` is the 吗 behind it."""
    comma = last_comma(m.chars, start, end)
    if comma >= start:
        ask = replace(ask, when=m.piece(start, comma))
        start = comma + 1
    clause = m.piece(start, end)
    ask = replace(ask, kind="yes", clause=clause, asked_with=particle)
    found = _OPS.finditer(m.chars, start, end)
    op = next((op for op in found if _turns_on(m.chars, start, end, op, particle, clause.words)), None)
    if op is None:
        return ask
    first, second = m.piece(start, op.start()), m.piece(op.end(), end)
    return replace(ask, kind="can", op=_OP_OF[op[0]], first=first, second=second)


def _turns_on(chars: str, start: int, end: int, op: re.Match[str], particle: str, words: Sequence[str]) -> bool:
    """Whether a sign such as 有 or 能 is the predicate that the question turns on."""
    sign = op[0]
    before, after = chars[start : op.start()][-1:], chars[op.end() : end][:1]
    if not after or after in "不没了过" or (before and before in "不没未别才就也都还只") or (particle and "不" in sign):
        return False
    if particle and len(sign) == 1 and sign not in words:  # 机会, 只有, 主要, 计算, 智能
        return False
    # 没有…的…可以…吗: behind 的 the predicate comes later.
    return not (particle and sign in ("有", "要", "会", "是") and _LATER.search(chars, op.end(), end))
