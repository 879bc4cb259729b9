"""Reading a list that a language model wrote, in any of the ways in which they write one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from slmaug.llm.prompting import plain

_LABEL = re.compile("\\A\\s*(?:[-*+\u2022\u2013]\\s+|\\(?\\d{1,3}[.)\u3001:\uff0e]\\s*(?!\\d))")
_QUOTES = (
    ('"', '"'),
    ("\u201c", "\u201d"),
    ("'", "'"),
    ("\u2018", "\u2019"),
    ("\u300c", "\u300d"),
    ("`", "`"),
    ("*", "*"),
)
_ANNOUNCEMENT = re.compile(
    r"(?:sure|certainly|of course|absolutely|okay|ok|got it|好的|当然)\b[^?\uff1f\w]*$"
    r"|(?:(?:sure|certainly|of course|absolutely|okay|ok)\b\W+)?"
    r"(?:here(?:'s|\u2019s| is| are)|below (?:is|are)|these are)\b[^?\uff1f]*"
    r"(?:[:.!]|(?:ways?|list|variations?|phrasings?|versions?|rephrasings?|alternatives?|lines?|options?|examples?"
    r"|i would ask it|questions?)\W*)$"
    r"|(?:好的|当然)?[\uff0c,!\uff01\s]*(?:以下是|下面是|这里是)[^?\uff1f]*$",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"(?=.*\b(?:ways?|variations?|phrasings?|versions?|rephras\w+|alternatives?|lines?|options?|examples?|questions?"
    r"|rewordings?|paraphrases?|casual|formal|polite|chat|e-?mail|search|keywords?|beginner|expert|informal)\b)"
    r"[^?\uff1f]{1,80}:[*_]*$|[^?\uff1f]{0,40}[\u4e00-\u9fff][^?\uff1f]{0,40}\uff1a[*_]*$",
    re.IGNORECASE,
)
_GOODBYE = re.compile(
    r"(?:i |we )?hope (?:this|that|these|it|they)\b.*|let me know\b.*|feel free to (?:ask|reach|let|adjust|use)\b.*"
    r"|(?:please )?note(?: that|:).*|(?:these|the|all|each)(?: of these)? (?:above )?"
    r"(?:questions?|phrasings?|variations?|lines|versions?|rephrasings?|are)\b[^?]*(?:ask|keep|are|maintain|preserve|convey)[^?]*[.!]"
    r"|is there anything else\b.*|希望(?:这|以上|对).*|如(?:果|有).{0,8}(?:需要|疑问|问题).*请.*",
    re.IGNORECASE,
)
_MANNER = (
    "casual|formal|polite|friendly|brief|short|concise|direct|informal|neutral|colloquial|conversational|professional"
    "|technical|customer|non-native(?: speaker)?|go-between|hurried|blunt|spoken|matter-of-fact|story|symptom"
    "|chat|e-?mail|search(?: box| engine| query)?|keywords?|beginner|expert|first person|situation|goal|help"
    "|question|rephras\\w+|phrasing|variation|version|option|alternative|正式|口语|礼貌|简短|随意|搜索|关键词|初学者|专家|问题"
)
_MANNERS = rf"(?:an? )?(?:(?:{_MANNER})(?:\s*[,/&-]\s*|\s+)?){{1,3}}(?:\s*(?:style|tone|\d{{1,2}}))?"
_BEFORE = re.compile(
    rf"(?:\*\*|__|\*|_)?\s*[\[(]?{_MANNERS}[\])]?\s*(?:[:\uff1a]\s*(?:\*\*|__|\*|_)?|(?:\*\*|__)\s*[:\uff1a-]?)\s+(?=\S)",
    re.IGNORECASE,
)
_BOLD_BEFORE = re.compile(r"\*\*[^*:\uff1a?\uff1f]{1,40}(?:[:\uff1a]\*\*|\*\*\s*[:\uff1a])\s*(?=\S)")
_BEHIND = re.compile(rf"\s*[-\u2013\u2014]?\s*[(\uff08\[*_]+\s*{_MANNERS}\s*[)\uff09\]*_]+$", re.IGNORECASE)
_TAGS = re.compile(r"<(question|phrasing|line|item|li|q)(?:-\d+)?>\s*(.*?)\s*</\1(?:-\d+)?>", re.IGNORECASE)
_BOX = re.compile(r"\[[ xX]?\]\s+")


def lines_in(text: str) -> list[str]:
    """The items in a reply that was to be a list: a JSON list, or an object that holds one; otherwise one on each line.

    Numbers, bullets, quotes, tags and the name of a manner ("**Casual**:") around a line go, and so do a line that only
    announces the others and a farewell.

    >>> lines_in('Here are two:\\n1. "How is a file read?"\\n- What reads a file?')
    ['How is a file read?', 'What reads a file?']
    """
    text = plain(text).strip()
    fenced = re.fullmatch(r"(`{3,})\w*[ \t]*\n(.*?)\n?\s*\1", text, re.DOTALL)
    text = fenced[2] if fenced else text
    listed = _json_list(text)
    if listed is not None:
        return [bare for each in listed if (bare := " ".join(each.split()))]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and (_ANNOUNCEMENT.match(lines[0]) or _TITLE.match(lines[0])):
        lines = lines[1:]
    return [bare for line in lines if not _GOODBYE.fullmatch(line) and (bare := _bare(line))]


def _json_list(text: str) -> list[str] | None:
    start, end = text.find("["), text.rfind("]")
    if start < 0 or text[:1] not in "[{":
        return None
    try:
        value = json.loads(text[start : end + 1])
    except ValueError:
        return None
    if not isinstance(value, list):
        return None
    return [
        each if isinstance(each, str) else str(next(iter(each.values()), "")) for each in value if _holds_text(each)
    ]


def _holds_text(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, Mapping) and len(value) == 1)


def _bare(line: str) -> str:
    line = _LABEL.sub("", line, count=1).strip().rstrip("\\").strip()
    line = _BOX.sub("", line, count=1) if _BOX.match(line) else line
    for around in (_BEFORE, _BOLD_BEFORE):
        named = around.match(line)
        line = line[named.end() :] if named else line
    line = _unquoted(_BEHIND.sub("", line) or line)
    tagged = _TAGS.fullmatch(line)
    return tagged[2] if tagged else line


def _unquoted(line: str) -> str:
    for opening, closing in _QUOTES:
        text = line.rstrip(",")
        inner = text[1:-1]
        if len(text) > 2 and text[0] == opening and text[-1] == closing and not {opening, closing} & set(inner):
            return inner.strip()
    bold = re.fullmatch(r"\*\*([^*]+)\*\*", line)
    return bold[1].strip() if bold else line
