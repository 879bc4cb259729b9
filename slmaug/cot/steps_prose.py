"""The steps in front of an answer in plain words: its own sentences, each under a label that says what it is."""

from __future__ import annotations

import re
from itertools import pairwise

from slmaug.cot.sentences import sentences
from slmaug.cot.voice import Slot, Voice

_MOST_STEPS = 7
"""Steps made of the answer; sentences of a longer one share them."""

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "label_condition",
        re.compile(
            r"(?:if|when|whenever|once|unless|until|while|as long as|provided|in case|after|before|where)\b"
            r"|(?:如果|若|当|只要|一旦|除非|要是|假如)|.{0,12}(?:时|之前|之后|以后)[\uff0c,]",
            re.IGNORECASE,
        ),
    ),
    (
        "label_action",
        re.compile(
            r"(?:(?:first|then|next|finally|now|please|also|just|simply|instead|afterwards)[, ]+)*"
            r"(?:accept|add|allow|announce|apply|ask|assign|block|build|buy|call|cancel|change|check|choose|clear|click"
            r"|close|compile|configure|confirm|connect|contact|convert|copy|create|delete|disable|do|download|drag|edit"
            r"|enable|enter|export|fill|find|follow|get|give|go|import|install|keep|leave|let|link|log|look|make|move"
            r"|name|open|order|pack|pass|paste|pay|pick|press|publish|pull|push|put|raise|read|remove|rename|repeat"
            r"|replace|request|reset|restart|return|review|run|save|scan|select|send|set|share|show|sign|split|start"
            r"|stop|store|switch|tag|take|tap|target|tell|test|top|try|turn|type|unlink|unlist|update|upgrade|upload"
            r"|use|verify|visit|wait|withdraw|wrap|write)\b"
            r"|(?:先|再|然后|接着|最后|请|首先)?(?:打开|点击|选择|使用|用|调用|设置|输入|运行|安装|添加|创建|删除|修改"
            r"|检查|确认|联系|把|将|在.{1,15}(?:里|中|上))",
            re.IGNORECASE,
        ),
    ),
    (
        "label_caution",
        re.compile(
            r".*(?:\b(?:never|not|cannot|avoid|careful|beware|neither|nor|without|except|no longer)\b|n't\b"
            r"|不要|不能|不得|不会|不可|切勿|请勿|禁止|避免|注意|别(?!的|人|名)|没有|无法)",
            re.IGNORECASE,
        ),
    ),
    (
        "label_reason",
        re.compile(r".*(?:\b(?:because|since|so that|the reason is)\b|因为|由于|因此|所以)", re.IGNORECASE),
    ),
    (
        "label_time",
        re.compile(
            r".*(?:\b(?:\d+|one|two|three|four|five|six|seven|ten|few|several)[ -](?:working |business )?"
            r"(?:seconds?|minutes?|hours?|days?|weeks?|months?)\b|分钟|小时|工作日|\d天)",
            re.IGNORECASE,
        ),
    ),
)


def prose_steps(answer: str, voice: Voice) -> list[tuple[Slot, str]]:
    """The labels and the texts of the steps, in the order of the answer; nothing of it is left out."""
    said = sentences(answer)
    if len(said) == 1 and len(said[0].split()) == 1 and len(said[0]) < 40:
        return [(voice.say("label_answer"), said[0])]
    return [(voice.say(_kind(group[0])), voice.space.join(group)) for group in _grouped(said)]


def _kind(sentence: str) -> str:
    return next((kind for kind, sign in _KINDS if sign.match(sentence.lstrip("*_\"'“「 "))), "label_fact")


def _grouped(said: list[str]) -> list[list[str]]:
    """Sentences in at most :data:`_MOST_STEPS` groups of neighbours, as even as whole numbers allow."""
    if len(said) <= _MOST_STEPS:
        return [[each] for each in said]
    bounds = [round(len(said) * number / _MOST_STEPS) for number in range(_MOST_STEPS + 1)]
    return [said[start:end] for start, end in pairwise(bounds)]
