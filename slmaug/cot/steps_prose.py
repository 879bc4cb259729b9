"""The steps in front of an answer in plain words: its own sentences, each under a label that says what it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from slmaug.cot.answer_parts import HEADS, Part, without_markers
from slmaug.cot.voice import Slot, Voice
from slmaug.sentences import ENDS, marked_units, split

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
            r"|close|compile|configure|confirm|connect|contact|convert|clean|copy|create|delete|disable|do|download|drag|drop|edit|end"
            r"|enable|enter|export|fill|find|follow|get|give|go|import|install|keep|leave|let|link|log|look|make|move"
            r"|name|open|order|pack|pass|paste|pay|pick|plug|press|print|publish|pull|push|put|raise|read|remove|rename|repeat"
            r"|replace|request|reset|restart|return|review|run|save|scan|select|send|set|share|show|sign|split|start"
            r"|stick|stop|store|switch|tag|take|tap|target|tell|test|top|try|turn|type|unlink|unlist|unplug|update|upgrade|upload"
            r"|use|verify|visit|wait|withdraw|wrap|write)\b"
            r"|(?:先|再|然后|接着|最后|请|首先)?(?:打开|点击|选择|使用|用|调用|设置|输入|运行|安装|添加|创建|删除|修改"
            r"|检查|确认|联系|把|将|在.{1,15}(?:里|中|上))",
            re.IGNORECASE,
        ),
    ),
    (
        "label_caution",
        re.compile(
            r"(?:(?:please|but|so|and),? )*(?:never|avoid|be careful|beware|caution|warning"
            r"|do(?: not|n['\u2019]t) (?!need|have to|worry|hesitate|mind|forget))\b"
            r"|.*(?:\b(?:must|should)(?: not|n['\u2019]t)\b|\byou (?:must )?never\b|不得|切勿|请勿|禁止)"
            r"|(?:请)?(?:不要(?!紧|求)|避免|注意|别(?!的|人|名))",
            re.IGNORECASE,
        ),
    ),
    (
        "label_reason",
        re.compile(r".*(?:\b(?:because|so that|the reason is)\b|因为|由于|因此|所以)", re.IGNORECASE),
    ),
    (
        "label_time",
        re.compile(
            r".*(?:\b(?:takes?|within|lasts?|up to|in|for|than|wait)\b.{0,12}"
            r"\b(?:\d+|one|two|three|four|five|six|seven|ten|few|several)[ -](?:working |business )?"
            r"(?:seconds?|minutes?|hours?|days?|weeks?|months?)\b|分钟|小时|工作日|\d天)",
            re.IGNORECASE,
        ),
    ),
)


_BOLD_START = re.compile(r"\*\*([^*`]{2,40}?)\s*[.:\u3002\uff1a]?\*\*\s*[:\uff1a]?\s*(?=\S)")
"""Words in bold that a paragraph or an item opens with, closed by a full stop or a colon."""
_LONGEST_LABEL = 60
_LONGEST_LIST = 400
_MOST_WORDS = 180
"""Words of an answer that its steps take over; a shorter answer is taken over whole."""
_LONGEST_SENTENCE, _KEPT = 60, 24
"""Words of the longest sentence of a long answer that is taken over whole; words that are kept of a longer one."""
_LOOSE = " ,;:.-\uff0c\uff1b\uff1a\u3001"
_HAN = re.compile("[\u4e00-\u9fff]")
_WIDE = "\u3002\uff01\uff1f\uff1b\uff1a\uff09\u201d\u2026"
_FENCE = re.compile("`{3,}|~{3,}")
_MANY = 60
"""From so many sentences on, steps are made of them by number alone."""


@dataclass
class _Group:
    """Sentences that share a step, the unit that they come from, and the label that the answer itself gives them."""

    unit: int
    said: list[str]
    label: str = ""


def prose_steps(parts: Sequence[Part], voice: Voice) -> list[tuple[Slot, str]]:
    """The labels and the texts of the steps, in the order of the answer.

    A heading, or bold words in front, are the label of what they stand over. Short items share a step. Of an answer of
    more than :data:`_MOST_WORDS` words each step keeps the first sentences.
    """
    text = without_markers("\n\n".join(part.raw for part in parts if part.kind == "prose"))
    groups = _groups(_FENCE.sub("", text), voice)
    if len(groups) == 1 and len(groups[0].said) == 1:
        said = groups[0].said[0]
        if len(said.split()) == 1 and len(said) < 40:
            return [(voice.say("label_answer"), said)]
    found = []
    for group in _short(_few(groups)):
        label = (group.label,) if group.label else voice.say(_kind(group.said[0]))
        found.append((label, _together(group.said)))
    return found


def _together(said: Sequence[str]) -> str:
    """Sentences one after the other; behind a Chinese one there is no space."""
    return "".join(each if each[-1] in _WIDE else f"{each} " for each in said).rstrip()


def _count(text: str) -> int:
    """Words; two Chinese characters are one."""
    return len(text.split()) + len(_HAN.findall(text)) // 2


def _short(groups: list[_Group]) -> list[_Group]:
    """Of a long answer the first sentences of each step; a sentence that is too long by itself ends in dots."""
    if sum(_count(each) for group in groups for each in group.said) <= _MOST_WORDS:
        return groups
    found: list[_Group] = []
    left = _MOST_WORDS
    for group in groups:
        room = _MOST_WORDS // len(groups)
        kept: list[str] = []
        for each in group.said:
            short = _cut(each) if _count(each) > _LONGEST_SENTENCE else each
            size = _count(short)
            if (kept and size > room) or (found and size > left):
                break
            room, left = room - size, left - size
            kept.append(short)
        if kept:
            found.append(_Group(group.unit, kept, group.label))
    return found


def _cut(sentence: str) -> str:
    """The first words of a sentence, without a word between backticks or in bold that is not closed."""
    words = sentence.split()[:_KEPT]
    text = " ".join(words)[: _KEPT * 8]
    if _count(text) > _KEPT:
        text = text[: 2 * _KEPT]
    for mark in ("`", "**"):
        if text.count(mark) % 2:
            text = text[: text.rindex(mark)]
    return f"{text.rstrip(_LOOSE)} \u2026"


def _groups(answer: str, voice: Voice) -> list[_Group]:
    found: list[_Group] = []
    heading = ""
    for number, (mark, text) in enumerate(_with_lists(marked_units(answer), voice)):
        title = text.rstrip("#:\uff1a ").replace("*", "").strip()
        if mark == "#" and title in HEADS:
            continue
        if mark == "#" and title:
            if heading:
                found.append(_Group(number, [heading]))
            heading = title
            continue
        bold = _labels(text) if not heading else None
        if bold and bold[1].strip() in HEADS:
            text, bold = text[bold.end() :], None
        if bold:
            found.append(_Group(number, _sentences(text[bold.end() :]), bold[1].strip()))
        elif heading and len(heading) <= _LONGEST_LABEL and "`" not in heading:
            found.append(_Group(number, _sentences(text), heading))
        else:
            found += [_Group(number, [each]) for each in ([heading] if heading else []) + _sentences(text)]
        heading = ""
    if heading:
        found.append(_Group(-1, [heading]))
    for group in found:
        last = group.said[-1]
        if last[-1] in ":;\uff1a\uff1b" and len(last) > 1:
            group.said[-1] = last[:-1].rstrip() + ("\u3002" if _HAN.search(last) else voice.stop)
    return found


def _sentences(text: str) -> list[str]:
    """The sentences of one unit; what ends with a semicolon stays with what follows it."""
    found: list[str] = []
    for each in split(text):
        if found and found[-1][-1] == "\uff1b":
            found[-1] += each
        else:
            found.append(each)
    return found


def _labels(text: str) -> re.Match[str] | None:
    """The bold words in front of a text, where they stand for themselves and are not the start of a sentence."""
    bold = _BOLD_START.match(text)
    return bold if bold and any(sign in bold[0] for sign in ".:\u3002\uff1a") else None


def _with_lists(marked: list[tuple[str, str]], voice: Voice) -> list[tuple[str, str]]:
    """Items that are no sentences, and the rows of a table, on one line, behind the words that introduce them."""
    found: list[tuple[str, str]] = []
    for kind, run in groupby(marked, key=lambda each: each[0]):
        units = list(run)
        if kind == "-" and not all(_is_short(text) for _, text in units):
            kind = ""
        texts = [text for _, text in units]
        if kind == "|":
            texts = _rows(texts, voice)
        joined = voice.semicolon.join(text.rstrip(";,\uff1b\uff0c ") for text in texts)
        if kind not in ("-", "|") or len(joined) > _LONGEST_LIST:
            found += [(mark, text) for (mark, _), text in zip(units, texts, strict=False)]
            continue
        joined += "" if joined.rstrip("*_")[-1:] in ENDS else voice.stop
        if found and found[-1][0] != "#" and found[-1][1][-1] in ":\uff1a":
            found[-1] = ("", f"{found[-1][1]}{voice.space}{joined}")
        else:
            found.append(("", joined))
    return found


def _is_short(item: str) -> bool:
    return len(item) <= 80 and item.rstrip("*_")[-1:] not in ENDS and not _labels(item)


def _rows(rows: list[str], voice: Voice) -> list[str]:
    """Each row of a table by the names of its columns."""
    cells = [[cell.strip() for cell in row.strip("| ").split("|")] for row in rows]
    if len(cells) < 2:
        return [voice.comma.join(filter(None, each)) for each in cells]
    found = []
    for each in cells[1:]:
        named = [
            f"{name}{voice.colon}{cell}" if name else cell
            for name, cell in zip(cells[0][1:], each[1:], strict=False)
            if cell
        ]
        found.append(
            f"{each[0]} ({voice.comma.join(named)})" if named and each[0] else voice.comma.join(filter(None, each))
        )
    return found


def _kind(sentence: str) -> str:
    return next((kind for kind, sign in _KINDS if sign.match(sentence.lstrip("*_\"'\u201c\u300c "))), "label_fact")


def _few(groups: list[_Group]) -> list[_Group]:
    """At most :data:`_MOST_STEPS` groups: neighbours are joined, those of one unit before others, short before long."""
    if len(groups) > _MANY:
        size = len(groups) / _MOST_STEPS
        bounds = [_start(groups, round(size * number), round(size)) for number in range(_MOST_STEPS + 1)]
        parts = [groups[start:end] for start, end in pairwise(bounds) if start < end]
        return [_Group(part[0].unit, [_labelled(group) for group in part]) for part in parts]
    found = list(groups)
    while len(found) > _MOST_STEPS:
        at = min(range(len(found) - 1), key=lambda i: _cost(found[i], found[i + 1]))
        first, second = found[at], found[at + 1]
        said = [*first.said, _labelled(second)] if second.label else first.said + second.said
        found[at : at + 2] = [_Group(first.unit if first.unit == second.unit else -2, said, first.label)]
    return found


def _start(groups: list[_Group], at: int, within: int) -> int:
    """Where the first unit from ``at`` on starts, if that is near; else ``at``."""
    for place in range(at, min(at + within, len(groups))):
        if place == 0 or groups[place].unit != groups[place - 1].unit:
            return place
    return at


def _labelled(group: _Group) -> str:
    text = " ".join(group.said)
    return f"**{group.label}**: {text}" if group.label else text


def _cost(first: _Group, second: _Group) -> tuple[bool, bool, int]:
    labelled = bool(first.label or second.label)
    return labelled, first.unit != second.unit, sum(map(len, first.said)) + sum(map(len, second.said))
