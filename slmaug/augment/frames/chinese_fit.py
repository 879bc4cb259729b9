"""Which Chinese templates fit a question: those of its kind, less those that would sound odd around its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from slmaug.augment.frames import chinese_templates as t
from slmaug.augment.frames.chinese_parts import Ask, Kind
from slmaug.augment.frames.chinese_places import LANGUAGE, RUNTIME

_TABLES: Mapping[Kind, tuple[t.Templates, ...]] = {
    "trouble": (t.TROUBLE,),
    "why": (t.CLAUSE, t.WHY),
    "what": (t.CLAUSE, t.WHAT),
    "meaning": (t.CLAUSE, t.MEANING),
    "difference": (t.CLAUSE, t.DIFFERENCE),
    "can": (t.CLAUSE, t.CAN),
    "ask": (t.CLAUSE, t.ASK),
    "yes": (t.YES,),
    "task": (t.TASK,),
    "fault": (t.FAULT,),
    "statement": (),
    "opaque": (t.OPAQUE,),
}
_EVENT_TABLES: Mapping[Kind, t.Templates] = {"trouble": t.TROUBLE_EVENT, "why": t.WHY_EVENT}

_STEPS = (
    "准备|打算|第一次|没试过|入手|操作|步骤|弄|搞|指南|学会|尝试|试试|试着|卡住|咋弄|不会|没能|不太会|不成功"
    "|最近要|最近需要|手头|教我\\{|指导我|成功"
)
_HAS_STEPS = re.compile(_STEPS)
_DOES_STEPS = re.compile(rf"^(?=.*\{{w\}}).*(?:{_STEPS})")
_DOES_HANDLING = re.compile(r"^(?=.*\{w\}).*(?:弄|搞|操作|怎么写|实现)")
_FOR_OTHERS = re.compile("朋友|身边的人|好奇|琢磨|在了解|科普|没听说")
_NOT_TO_THEIR_FACE = re.compile(
    "人|谁|朋友|好奇|琢磨|查|研究|搜|找|了解|难住|卡在|想明白|弄明白|搞懂|这方面|这块|一直|正在|说说|讲讲|解释|大佬|求"
)
_GREETING = re.compile("^(?:您好|你好|不好意思|打扰|劳驾)")
_I_TWICE = re.compile(r"我(?:这里|这边|现在)?\{")
_EXPLAINING = re.compile("解释|详细|具体说|简单说|讲")
_BEFORE_A_CONDITION = re.compile(r"学\{f\}|学会|在了解|好奇|琢磨|正在查")
_AIM = re.compile(
    "避免|防止|减少|降低|提高|提升|缓解|预防|改善|判断|区分|选择|挑选|理解|看待|保持|保证|确保|增加|增强|应对"
    "|优化|学好|快速|改掉|养成|改变"
)


def templates(ask: Ask, form: str) -> tuple[str, ...]:
    """The templates of ``form`` that fit this question."""
    unfit = tuple(_unfit(ask))
    return tuple(option for option in _of_kind(ask, form) if not any(pattern.search(option) for pattern in unfit))


def _unfit(ask: Ask) -> Iterator[re.Pattern[str]]:
    """What a template around this question must not say."""
    content = str(ask.clause)
    if ask.lead:
        yield _GREETING
    if "我" in content:
        yield _FOR_OTHERS
    if content.startswith("我"):
        yield _I_TWICE
    if content.startswith(("你", "您", "贵")):
        yield _NOT_TO_THEIR_FACE
    if ask.when is not None:
        yield _BEFORE_A_CONDITION
    if ask.kind in ("can", "ask"):
        yield _EXPLAINING
    if ask.kind == "why" and str(ask.second).endswith("的"):
        yield re.compile(r"\{s\}的")
    if ask.kind == "trouble" and str(ask.first).endswith("了"):
        yield re.compile(r"\{x\}的(?!话)")
    if ask.kind == "how" and _AIM.match(str(ask.goal if ask.tool is not None else ask.action)):
        yield _DOES_STEPS
    if ask.kind == "topic" and not ask.nominal:
        yield re.compile(r"\{a\}方法")
    if ask.kind == "topic" and len(str(ask.action)) == 1:
        yield _DOES_HANDLING


def _of_kind(ask: Ask, form: str) -> tuple[str, ...]:
    if ask.kind not in ("how", "topic"):
        tables = _TABLES[ask.kind]
        if ask.event and ask.kind in _EVENT_TABLES:
            tables += (_EVENT_TABLES[ask.kind],)
    elif ask.whole and ask.timed:
        front = (option for option in t.HOW[form] if option.startswith("{w}") and not _HAS_STEPS.search(option))
        return (*front, *t.CLAUSE[form], *t.HOW_CLAUSE[form])
    elif ask.whole and ask.when is None:
        tables = (t.HOW, t.HOW_CODE if ask.code else t.HOW_LIFE)
        name = str(ask.place)
        if ask.code and (LANGUAGE.fullmatch(name) or RUNTIME.fullmatch(name)):
            tables += (t.HOW_PLACE,)
    else:
        tables = (t.CLAUSE, t.HOW_CLAUSE)
        if ask.kind == "topic" and ask.when is None:
            tables += (t.TOPIC,)
    return tuple(option for table in tables for option in table[form])
