"""What a Chinese question asks: its kind, and the parts that any other wording must carry.

A how-to question comes down to a place, a tool and an action; a why-question to its clause; a yes-no question to its
subject and predicate. What fits no such frame is opaque: it keeps its wording and is only wrapped (``请问…``).
"""

from __future__ import annotations

import re
from dataclasses import replace

from slmaug.augment.frames.chinese_clauses import SAME
from slmaug.augment.frames.chinese_parts import EMPTY, TRIM, Ask, Masked
from slmaug.augment.frames.chinese_places import is_code
from slmaug.augment.frames.chinese_sentences import ANY_FRAME, HOW, sentences, told_before, without_courtesies
from slmaug.augment.frames.chinese_topics import how_question, how_to
from slmaug.augment.frames.chinese_yes_no import yes_no
from slmaug.templates import filled
from slmaug.text import Text

_HOW = re.compile(HOW)
_WHY = re.compile("(?:究竟|到底)?(?:为什么|为何|为啥|干嘛)")
_ODD = re.compile("怎么(?:会|没|不|还|又|老|总|一直|突然|这么|那么|就|都|变)")
_METHOD = re.compile(
    "(?:(?:请|请你)?(?:给出|列出|说明|介绍|求|写出|提供)(?:一?下|一个|一种)?)?(?P<action>.+?)(?:的)?(?:具体|正确"
    "|详细|最佳|实现)?"
    "(?:方法|步骤|教程|办法|做法|流程)(?:是什么|有哪些|是怎样的|是啥)?"
)
_WAY = re.compile(
    "(?P<place>.*?)(?:有什么|有啥|有没有|有哪些)(?:好的?|什么)?(?:办法|方法|方式)(?:可以|能够|能|来"
    "|去)?(?P<action>.+?)(?:吗)?"
)
_TASK = re.compile(
    "(?:请你|请您|请|麻烦你?|帮忙|帮我|请帮我|请帮忙|给我|替我|能不能帮我|能帮我|可以帮我)+"
    "(?P<action>(?!问|教|告诉|说明|解释|介绍|讲|给出|列出).+?)(?:吗)?"
)
_EVENT = re.compile(
    "报错|失败|错误|异常|慢|卡|崩|无法|超时|丢|黑屏|乱码|疼|痛|晕|痒|肿|不了|不上|不到|不动|不出|不开|没|未|不|老是"
    "|总是|一直|突然|了$|掉线|"
    "断开|闪退|死机|漏|变"
)
_NORM = re.compile("(?:要|需要|应该|必须|得|能|可以|不能|不要|不应该|不建议|推荐|建议|叫|说|有些|有的人|用|使用|选)")
_CAUSE = re.compile("怎么回事|什么原因|什么情况|怎么了$|咋回事")
_CAUSE_OF = re.compile(
    "(?P<told>.+?)[，,]?(?:这)?(?:到底|究竟)?(?:是|的原因是|是因为)?(?:怎么回事|什么原因|什么情况|咋回事)"
    "(?:导致的|造成的|引起的)?"
)
_TROUBLE = re.compile(
    f"(?P<told>.+?)[，,]?(?:我|我们)?(?:应该|该|要|得)?(?:怎么办|咋办|如何是好|{HOW}(?:解决|处理|应对|排查))"
)
_FAULT = re.compile("了|不|没|无法|失败|报错|总是|一直|老是|超时|卡|丢")
_DIFFERENCE = re.compile(
    "(?P<both>.+?)(?:之间)?(?:到底|究竟)?(?:都)?(?:有什么|有啥|有哪些|的)?(?:区别|不同|差别|差异|不一样)"
    "(?:是什么|是啥|有哪些|在哪里?|在哪儿|吗)?"
)
_WHAT = re.compile(
    "(?:什么|啥)(?:是|叫)(?P<x>.+)|(?P<y>.+?)(?:到底|究竟)?(?:是|指)(?:的)?(?:什么|啥)(?:意思|东西)?(?:的)?"
    "|(?P<z>.+?)(?:是)?什么意思"
)
_NO_TERM = re.compile("[，,]|的$|^(?:这|那|你|您)$|区别|原因|的")
_YES_OR_NO = re.compile("能不能|可不可以|可以不可以|会不会|要不要|需不需要|有没有|是不是|该不该|应不应该")
_WISH = re.compile("(?:我|我们)(?:想要|想|需要|打算|准备)(?P<action>[^，,]{3,})")
_NO_ACTION = re.compile("(?:知道|了解|问|请|要|买|退|投诉|一|你|您)")


def read_ask(text: Text) -> Ask | None:
    """The ask of a Chinese text, or None where there is none: the one sentence that asks, the others as its lead."""
    masked = Masked(text)
    chars = masked.chars
    spans = sentences(chars)
    if not spans or not text.status or text.parts[0].strip(TRIM):
        return None
    asking = [span for span in spans if ANY_FRAME.search(chars, *span)]
    code = is_code(masked)
    if len(asking) > 1 or "\n" in chars.strip():
        return Ask("opaque", EMPTY, masked.piece(*without_courtesies(chars, 0, len(chars))), code)
    start, end = asking[0] if asking else spans[-1]
    lead, joint = _around(masked, spans, (start, end)), "。"
    if len(spans) == 1 and (told := told_before(chars, start, end)):
        lead, joint = masked.piece(start, told), "，"
        start = told + 1
    return _read(masked, start, end, Ask("opaque", lead, masked.piece(start, end), code, joint))


def _around(masked: Masked, spans: list[tuple[int, int]], asked: tuple[int, int]) -> Text:
    """The sentences before and behind the one that asks."""
    sides = [span for span in spans if span < asked], [span for span in spans if span > asked]
    pieces = [masked.piece(side[0][0], side[-1][1]) for side in sides if side]
    if len(pieces) == 2:
        return filled("{before}。{behind}", {"before": pieces[0], "behind": pieces[1]}, "zh")
    return pieces[0] if pieces else EMPTY


def _read(m: Masked, start: int, end: int, ask: Ask) -> Ask:
    """The ask of one sentence; ``ask`` as it came where no frame fits."""
    chars = m.chars
    body = chars[start:end]
    hows = _HOW.findall(body)
    frames = ANY_FRAME.findall(body)
    if task := _TASK.fullmatch(chars, start, end):
        asks_for_it = not frames or body.endswith("吗")
        return replace(ask, kind="task", action=m.piece(*task.span("action"))) if asks_for_it else ask
    if way := _WAY.fullmatch(chars, start, end):
        return how_to(m, ask, way.span("action"), way.span("place"))
    method = _METHOD.fullmatch(chars, start, end)
    if method and not hows and len(frames) <= 1 and len(method["action"]) > 3:
        return how_to(m, ask, method.span("action"))
    if len(frames) == 1 and _CAUSE.search(body):
        return _cause(m, start, end, ask)
    if trouble := _TROUBLE.fullmatch(chars, start, end):
        return _trouble(m, trouble, ask) if len(frames) == 1 else ask
    whys = list(_WHY.finditer(chars, start, end))
    if len(frames) == len(whys) == 1:
        return _why(m, (start, end), whys[0].span(), ask)
    if len(frames) == len(hows) == 1 and (odd := _ODD.search(chars, start, end)):
        return _why(m, (start, end), (odd.start(), odd.start() + 2 + (odd[0] == "怎么会")), ask)
    nested = bool(frames) and _HOW.fullmatch(frames[0]) and not re.search("[，,]|吗$", body)
    if len(hows) == 1 and (len(frames) == 1 or nested):
        return how_question(m, start, end, ask)
    if hows:
        return ask
    return _other(m, start, end, frames, ask) if frames else _statement(m, start, end, ask)


def _cause(m: Masked, start: int, end: int, ask: Ask) -> Ask:
    found = _CAUSE_OF.fullmatch(m.chars, start, end)
    if found is None:
        return ask
    return replace(ask, kind="why", second=m.piece(start, found.end("told")), event=bool(_EVENT.search(found["told"])))


def _trouble(m: Masked, found: re.Match[str], ask: Ask) -> Ask:
    told = found["told"].rstrip("，, 我")
    if len(told) < 2 or re.search("[，,]", told):
        return ask
    first = m.piece(found.start(), found.start() + len(told))
    return replace(ask, kind="trouble", first=first, event=bool(_FAULT.search(told)))


def _why(m: Masked, sentence: tuple[int, int], asked: tuple[int, int], ask: Ask) -> Ask:
    """A clause with the words that ask for its reason at ``asked``."""
    (start, end), (at, until) = sentence, asked
    subject, predicate = m.chars[start:at], m.chars[until:end]
    if predicate in ("", "的") or re.search("[，,]", subject):
        return ask
    is_norm = _NORM.match(predicate.lstrip("不还都"))
    event = bool(_EVENT.search(subject + predicate)) and not is_norm and not subject.startswith(("你", "您"))
    return replace(ask, kind="why", first=m.piece(start, at), second=m.piece(until, end), event=event)


def _other(m: Masked, start: int, end: int, frames: list[str], ask: Ask) -> Ask:
    """A difference, a meaning, a yes-no question, or one that only has its question word exchanged (何时, 什么时候)."""
    chars = m.chars
    body = chars[start:end]
    if len(frames) == 1:
        difference = _DIFFERENCE.fullmatch(chars, start, end)
        if difference and re.search("和|与|跟|、", difference["both"]) and not re.search("[，,]", difference["both"]):
            return replace(ask, kind="difference", first=m.piece(*difference.span("both")))
        if what := _WHAT.fullmatch(chars, start, end):
            return _what(m, what, ask)
        if frames == ["吗"] and body.endswith("吗"):
            return yes_no(m, start, end - 1, ask, "吗")
        if frames[0] in ("是否", "能否", "可否"):
            return yes_no(m, start, end, ask, "")
    if body.endswith("吗"):
        return ask
    same = next((word for word in SAME if body.count(word) == 1), "")
    if same and len(frames) == 1:
        at = start + body.index(same)
        ask = replace(ask, asked_with=same, first=m.piece(start, at), second=m.piece(at + len(same), end))
    return replace(ask, kind="ask")


def _what(m: Masked, found: re.Match[str], ask: Ask) -> Ask:
    name = next(name for name in "xyz" if found[name])
    term = found[name].removesuffix("指的").removesuffix("是").rstrip("指")
    if len(term) > 16 or _NO_TERM.search(term):
        return replace(ask, kind="ask")
    first = m.piece(found.start(name), found.start(name) + len(term))
    return replace(ask, kind="meaning" if "意思" in found[0] else "what", first=first)


def _statement(m: Masked, start: int, end: int, ask: Ask) -> Ask:
    """A sentence without a question word: 会不会, 还是, a wish, a fault, or a remark that asks nothing."""
    body = m.chars[start:end]
    if _YES_OR_NO.search(body):
        return yes_no(m, start, end, ask, "")
    if "还是" in body and len(body) < 40 and "，" not in body:
        return replace(ask, kind="ask")
    wish = _WISH.fullmatch(m.chars, start, end)
    if wish and not _NO_ACTION.match(wish["action"]):
        return how_to(m, ask, wish.span("action"))
    return replace(ask, kind="fault" if _FAULT.search(body) else "statement")
