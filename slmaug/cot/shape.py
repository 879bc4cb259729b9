"""The three-part shape of a rationale, and the harmless ways in which models deviate from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from slmaug.llm.resampling import Unusable

SpokenLanguage = Literal["en", "zh"]

TITLES: dict[tuple[SpokenLanguage, bool], tuple[str, str, str]] = {
    ("en", True): ("Define Purpose", "Code Structure", "Data Handling"),
    ("en", False): ("Define Purpose", "Key Facts", "Conclusion"),
    ("zh", True): ("明确目的", "代码结构", "数据处理"),
    ("zh", False): ("明确目的", "关键事实", "结论"),
}
"""The titles of the three parts, by the language and by whether the answer holds code."""

_COLON = "[:\uff1a]"
_HEADING = re.compile(
    rf"[#*_\s]*(?:step[- ]by[- ]step (?:analysis|rationale|reasoning)|analysis|rationale"
    rf"|(?:逐步|分步|步骤)分析|分析)[*_\s]*{_COLON}?[*_\s]*",
    re.IGNORECASE,
)
_TAIL = re.compile(
    rf"[#*_\s]*(?:code sample|sample code|answer|final answer|code|代码示例|示例代码"
    rf"|答案)[*_\s]*{_COLON}?[*_\s]*",
    re.IGNORECASE,
)
_CHATTER = re.compile(
    r"(?:let me know|i hope|hope this|feel free|please let|if you (?:have|need)|this (?:analysis|breakdown|rationale)"
    r"|these (?:three )?(?:steps|parts)|希望|如有|如果你还|以上分析)",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s*(?:-{3,}|\*{3,}|_{3,})\s*$")
_BULLET = re.compile("\\s*(?:[-*+\u2022\u2013]|\\d{1,2}[.)]|[a-z][.)])\\s+(?=\\S)")

_NUMBER = re.compile("[#*_\\s]{0,8}(?:step\\s+|part\\s+)?([1-9])\\s*[.)\u3001:\uff1a\uff0e]\\s*", re.IGNORECASE)
# After the number: a bold title with its colon inside, outside or missing; or a bare one with a colon.
_TITLE = re.compile(
    rf"[*_]{{0,3}}\s*(?P<title>[^*_:\uff1a\n]{{1,60}}?)\s*"
    rf"(?:{_COLON}\s*[*_]{{2,3}}\s*{_COLON}?|[*_]{{2,3}}(?:\s*{_COLON}|\s+[-\u2013\u2014]\s)?|{_COLON})\s*(?P<text>.*)"
)
_DASHED = re.compile(r"(?P<title>[^*_\n]{1,60}?)\s[-\u2013\u2014]\s(?P<text>.*)")
_SMALL_WORDS = frozenset("the a an and of for its & step part".split())


@dataclass
class _Part:
    number: str
    title: str
    lines: list[str]


def three_parts(text: str, language: SpokenLanguage, has_code: bool) -> str:
    """The rationale in the one shape that rows have: ``1. **Title**: text``, sub-bullets indented by three spaces.

    Cut off are a heading or one line of announcement in front, and behind it an empty ``**Code Sample**:`` and a
    closing remark. Numbers, bold and titles are put right where it is plain what they should be. Raises
    :class:`Unusable` where there are not three parts, or something else stands in front or behind.
    """
    titles = TITLES[language, has_code]
    parts = _parts(_lines(text), titles)
    found = [part.title for part in parts]
    if len(parts) != 3:
        raise Unusable(f"not three parts: {len(parts)} found{_listed(found)}, expected {', '.join(titles)}")
    shaped = []
    for number, (part, title) in enumerate(zip(parts, titles, strict=True), 1):
        position = number - 1
        if not any(_same_title(part.title, known[position]) for key, known in TITLES.items() if key[1] == has_code):
            raise Unusable(f"another title: part {number} is {part.title!r}, expected {title!r}")
        body = _body(part.lines)
        if not re.search(r"\w", body):
            raise Unusable(f"an empty part: {number}. {title}")
        shaped.append(f"{number}. **{title}**:{'' if body.startswith(chr(10)) else ' '}{body}")
    return "\n".join(shaped)


def bodies(steps: str) -> list[str]:
    """The texts of the parts of a rationale in the shape of :func:`three_parts`, without numbers and titles."""
    return [re.sub(r"^\d\. \*\*[^*]*\*\*:\s*", "", part) for part in re.split(r"\n(?=\d\. \*\*)", steps)]


def _lines(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.split("\n") if not _RULE.match(line)]
    for at, line in enumerate(lines):
        if _TAIL.fullmatch(line) and line.strip() and any(lines[:at]) and not line.lstrip()[0].isdigit():
            if any(rest.strip() for rest in lines[at + 1 :]):
                raise Unusable("the answer written again: something stands behind the heading of the answer")
            return lines[:at]
    return lines


def _parts(lines: list[str], titles: tuple[str, ...]) -> list[_Part]:
    parts: list[_Part] = []
    before: list[str] = []
    for line in lines:
        opened = _opened(line, len(parts), titles)
        if opened is not None:
            parts.append(opened)
        elif parts:
            parts[-1].lines.append(line)
        elif line.strip() and not _HEADING.fullmatch(line):
            before.append(line.strip())
    if parts and (
        len(before) > 1 or any(len(line) > 200 or line[-1] not in ":.!\uff1a\u3002\uff01*" for line in before)
    ):
        raise Unusable(f"something in front of the first part: {before[0][:60]!r}")
    return parts


def _opened(line: str, count: int, titles: tuple[str, ...]) -> _Part | None:
    """The part that a line opens, the ``count`` + 1st; None where the line belongs to the part before."""
    if line.startswith(("    ", "\t")):
        return None
    number = _NUMBER.match(line)
    rest = line[number.end() :] if number else line.lstrip("#* _")
    dashed = _DASHED.fullmatch(rest)
    if dashed and any(_same_title(dashed["title"], known, exactly=True) for known in titles):
        return _Part(number[1] if number else "", dashed["title"], [dashed["text"]])
    title = _TITLE.fullmatch(rest)
    if title is None:
        bare = rest.strip("#*_ ")
        # A title alone on its line; the text follows below.
        if any(_same_title(bare, known, exactly=True) for known in titles):
            return _Part(number[1] if number else "", bare, [])
        return None
    name, text = title["title"].strip(" .\"'"), title["text"]
    if any(_same_title(name, known, exactly=True) for known in titles):
        return _Part(number[1] if number else "", name, [text])
    bold = "*" in line[: line.find(text) if text else len(line)]
    indented = line[:1] == " "
    if number is None or indented or (not bold and int(number[1]) != count + 1):
        return None
    return _Part(number[1], name, [text])


def _same_title(found: str, known: str, exactly: bool = False) -> bool:
    if found.casefold() == known.casefold():
        return True
    if exactly:
        return False
    if not known.isascii():
        return len(found) >= 2 and (found in known or known in found)
    ours, theirs = (set(re.findall(r"\w+", t.casefold())) - _SMALL_WORDS for t in (known, found))
    return bool(theirs) and (theirs <= ours or ours <= theirs)


def _body(lines: list[str]) -> str:
    """One paragraph and the bullets below it; a closing remark after a blank line is cut."""
    pieces: list[str] = []
    blank = False
    for line in lines:
        bare = line.strip()
        if not bare:
            blank = True
            continue
        if blank and pieces and not line.startswith(" ") and _CHATTER.match(bare):
            break
        bullet = _BULLET.match(line)
        if bullet:
            pieces.append(f"\n   - {line[bullet.end() :].strip()}")
        else:
            pieces.append((" " if pieces else "") + bare)
        blank = False
    return "".join(pieces).lstrip(" ")


def _listed(titles: list[str]) -> str:
    return f" ({', '.join(titles)})" if titles else ""
