"""The sentences of a Chinese text, bare of greetings, thanks and particles, and which signs mark one as a question."""

from __future__ import annotations

import re

from slmaug.augment.frames.chinese_parts import bare, last_comma

HOW = "(?:怎么样|怎样|怎么|如何|咋样|咋)"
DO = "(?:做|办到|写|实现|操作|弄|搞|处理|做到|编写|完成)"
WHEN = re.compile(".*(?:时|的时候|时候|后|之后|以后|前|之前|以前|情况下|过程中|期间|的话)")
ANY_FRAME = re.compile(
    f"{HOW}|为什么|为何|为啥|什么|啥|哪|谁|何时|何处|几(?![乎何率])|多少|多久|多长|多大|多远|多高|是否|能否|可否|吗"
)

_STOP = "。．.!！?？;；\n"
_SENTENCE = re.compile(f"[^{_STOP}]+[{_STOP}]*")
_OPENING = re.compile(
    "(?:(?:大家好|各位好|你好|您好|hi|hello|嗨|求助|求教|新手求助|打扰(?:一下|了)?|不好意思|麻烦(?:问)?(?:一?下)?"
    "|劳驾|各位(?:大佬|大神)?|"
    "大佬们?|大神们?|亲|客服你?好?|医生你?好?|律师你?好?)[，,！!。 ~～]+"
    "|(?:请问|请教|敬请)(?:一?下)?(?:各位|大家|大佬们?|大神们?)?[，,：: ]*"
    "|(?:我)?(?:就)?(?:想要?|要)?(?:问|请教|咨询|了解|知道)(?:一?下)(?:大家|各位)?[，,：: ]*"
    "|我?(?:很)?(?:想|希望|需要)(?:要)?(?:知道|了解|弄清楚?|搞清楚|弄明白|搞懂|学(?=怎|如何))(?:一?下)?[，,：: ]*"
    "|我?(?:还)?(?:不知道|不清楚|不太清楚|不懂|不会|不明白|不确定|没搞懂)(?=(?:该|要|应该)?(?:怎|如何|为什么|什么|哪))"
    "|(?:有没有人|有人|谁|有谁|哪位)(?:能|可以)?(?:知道|告诉我|教我|教教我|讲讲|说说|说一下)[，, ]*"
    "|(?:你|您)?(?:能不能|能否|可以|可不可以|能)?(?:请)?(?:麻烦)?(?:你|您)?(?:告诉我|教我|教教我|跟我说|给我讲讲"
    "|讲讲|讲一下|说说|说一下|解释一下)[，, ]*)"
)
_CLOSING = re.compile(
    "(?:[，,。！!？? ]*(?:多谢|谢谢|感谢|谢啦|拜托了?|求助|求解|求解答|求教|急|在线等|跪求|请指教|请指点|求指导"
    "|求大神指点|急急急)(?:您|你|大家|各位|了|啦|指教)*"
    "|呢|啊|呀|哦|嘛|哈)$"
)
_COURTESY = re.compile("(?:你好|您好|大家好|各位好|谢谢[^不没无别]*|多谢|感谢[^不没无别]*|求助|急)")
_CONDITION = re.compile(
    "如果|要是|假如|假设|倘若|若|当|在|对于|对|关于|为了|根据|按|除了|除非|即使|虽然|因为|由于|既然"
)
_ASKS_FOR_HELP = re.compile(f"(?:我|我们)?(?:应该|该|要|得)?{HOW}(?:{DO}|办|解决|处理|应对|排查)")


def without_courtesies(chars: str, start: int, end: int) -> tuple[int, int]:
    """Without courtesies, particles and punctuation at either end."""
    while True:
        before = start, end
        start, end = bare(chars, start, end)
        opening = _OPENING.match(chars, start, end)
        if opening and opening.end() < end - 1:
            start = opening.end()
        closing = _CLOSING.search(chars, start, end)
        if closing and closing.start() > start + 1:
            end = closing.start()
        if before == (start, end):
            return start, end


def sentences(chars: str) -> list[tuple[int, int]]:
    """The sentences that say something, from where to where."""
    spans = (without_courtesies(chars, *match.span()) for match in _SENTENCE.finditer(chars))
    return [span for span in spans if span[0] < span[1] and not _COURTESY.fullmatch(chars, *span)]


def told_before(chars: str, start: int, end: int) -> int:
    """Where a plain statement before the question ends (我要退货，运费谁出), or 0: a condition is no statement."""
    frame = ANY_FRAME.search(chars, start, end)
    comma = last_comma(chars, start, frame.start()) if frame else -1
    if comma <= start or end - comma < 5 or _CONDITION.match(chars, start) or WHEN.fullmatch(chars, start, comma):
        return 0
    return 0 if _ASKS_FOR_HELP.match(chars, comma + 1, end) else comma
