"""Whether a question asks for something negated: "Why can't I" and "without" do, "I don't know how to" does not."""

from __future__ import annotations

import re

from slmaug.function_words import NEGATIONS

HAN_NEGATION = re.compile("[不没未无别勿非]")
"""The signs by which Chinese negates."""

# "I don't know how to" asks "how do I"; "can't figure out" denies nothing that is asked for.
_IDIOMS = re.compile(
    r"(?:\b(?:do|ca|could|is|am|are)n't|\bcannot|\bnot|\bnever|\bno idea)\s+(?:\w+\s+)?"
    r"(?:know|sure|certain|clear on|understand|figure|familiar|work out"
    r"|(?:find|see|remember|tell) (?:out|how|where|what))\b"
    r"|\bno idea\b|\bwhether or not\b|\bwhy not\b|\bif not\b|\bnot only\b"
    r"|(?:^|[.,;!] ?)(?:is|are|does|do|can|could|would)n't (?:there|it)\b"
    r"|不知道?|不清楚|不确定|不会|不太?懂|不明白|不了解|没搞懂|没弄懂|没找到|找不到"
    r"|能不能|可不可以|会不会|是不是|有没有|要不要|行不行"
    r"|不同|非常|无论|不管|别的|特别|区别|分别|未来|不仅|不错|不好意思|除非"
)
_IMPLIED = re.compile(
    r"\b(?:unable|fail(?:s|ed|ing|ure)?|prevent(?:s|ed|ing)?|refus(?:es?|ed|ing)|avoid(?:ing)?|impossible|missing"
    r"|stop(?:s|ped|ping)?|lack(?:s|ing)?|block(?:s|ed|ing)?|declined?|instead|denied|keep(?:s|ing)? (?:\w+ ){0,4}from"
    r"|hold(?:s|ing)? (?:\w+ ){1,4}back|skip(?:s|ping)?"
    r"|exclud(?:e|es|ing)|except|broken?|disabled?|(?:in|un|dis|non)\w+able|other than|unless|bypass|despite)\b"
    r"|失败|无法|避免|防止|缺少|拒绝|禁止|跳过|排除|除了"
)
# In a report of trouble the trouble may be named; in a condition ("files that do not match") that would lose it.
_REPORT = re.compile(
    r"^\W*why\b|\b(?:i|we|it|(?:my|our) \w+) (?:\w+n't|cannot|(?:\w+ )?(?:not|never))\b|为什么|为何|怎么(?:不|没|无法)"
)
_TROUBLE = re.compile(
    r"\b(?:wrong|incorrect|problems?|trouble|errors?|issues?|struggl(?:e|es|ing)|less|rejected|cancell?ed|stuck|lost"
    r"|crash\w*|freez\w*|hangs?|died|dead|short[- ]?chang\w+|short of"
    r"|shortfall|mismatch|differ\w*|discrepanc\w+|more than|too (?:little|few|low)"
    r"|gone|held up|on hold|turned down|disappeared)\b"
    r"|错|问题|异常|报错|崩溃|卡住|少了|闪退"
)
_CASUAL = frozenset(word.replace("'", "") for word in NEGATIONS if word.endswith("n't"))


def is_negated(question: str) -> bool:
    """Whether a word of the question negates what it asks for; idioms of not knowing and A-not-A do not count.

    >>> is_negated("Why can't I pay?"), is_negated("I don't know how to pay."), is_negated("能不能付款")
    (True, False, False)
    """
    bare = _IDIOMS.sub(" ", question.casefold().replace("\u2019", "'"))
    words = re.findall(r"[a-z']+", bare)
    return any(word in NEGATIONS or word in _CASUAL for word in words) or bool(HAN_NEGATION.search(bare))


def keeps_negation(new: str, old: str) -> bool:
    """Whether ``new`` is negated where ``old`` is, and only there; another word may say it, as "fails to" does."""
    if is_negated(old) == is_negated(new):
        return True
    other = (new if is_negated(old) else old).casefold()
    return bool(_IMPLIED.search(other) or (_REPORT.search(old.casefold()) and _TROUBLE.search(other)))
