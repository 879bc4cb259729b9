"""Negation between Chinese and English: what a sentence of the one denies, that of the other has to deny, too."""

from __future__ import annotations

import re

from slmaug.negation import HAN_NEGATION, is_negated, keeps_negation

# Words in which a sign of negation denies nothing, or that English says without "not".
_LEXICAL = re.compile(
    r"[级类识个性辨判告鉴派]别|别名|别处|不断|不过|不管|不但|不仅|不论|不妨|不得不|不可避免|不少|不久|不同|不变|不止|不只"
    r"|无论|无线|无穷|无限|非常|未来|没错|没问题|分别|区别|特别|别的|除非|不错|不好意思|不知道?|不清楚|不确定|不太?懂|不明白"
    r"|不了解|没搞懂|没弄懂|没找到|找不到|我(?:还|也|总是)?不会|(\w{1,2})不\1|有没有|是否"
)
# English words that deny without a "not".
_DENIES = re.compile(
    r"\b(?:un(?!til|der|ion|it|ique|ix|icode|ify|ified|iform|zip|pack|do)\w{3,}|in(?:valid|correct|active|complete|accessible"
    r"|consistent|sufficient|visible|accurate|sensitive|capable|frequent|dependent)\w*|im(?:mutable|possible|proper)\w*"
    r"|ir(?:regular|relevant|reversible)\w*|illegal\w*|dis(?:connect|able|allow|card|appear)\w*|\w{3,}less(?:ly)?"
    r"|non-?\w+|no-\w+|otherwise|instead|rather than|few|little|free of|except|apart from|refrain\w*|mis[a-z]+)\b",
    re.IGNORECASE,
)
# Chinese words that English may say with a "not".
_MAY_DENY = re.compile(
    "以免|以防|否则|禁止|只有|才[能会可]|除非|除了|很少|缺少|缺失|失败|避免|防止|拒绝|跳过|排除|错误"
)


def keeps_negation_across(new: str, old: str, source: str) -> bool:
    """Whether ``new`` denies where ``old`` does, one of them Chinese and the other English.

    Words that deny by themselves ("invalid", 无线) may be said with "not" or without.

    >>> keeps_negation_across("There is any access.", "没有访问权限。", "zh")
    False
    """
    chinese, english = (old, new) if source == "zh" else (new, old)
    denied = bool(HAN_NEGATION.search(_LEXICAL.sub(" ", chinese)))
    if is_negated(english):
        return bool(HAN_NEGATION.search(chinese) or _MAY_DENY.search(chinese))
    return not denied or bool(_DENIES.search(english)) or keeps_negation(english, chinese)
