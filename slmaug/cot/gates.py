"""Checks on a rationale that a language model wrote; each raises :class:`Unusable` with a reason a person understands.

A gate that turns away what is good costs money, one that lets through what is bad costs the trained model; each of
these says in its docstring what it forgives.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from slmaug.cot.answer_lock import ANALYSIS, ANSWER, CODE_SAMPLE
from slmaug.cot.answer_parts import parts_of
from slmaug.cot.names import names_in, unknown_links, unknown_names, without_code_spans
from slmaug.cot.shape import SpokenLanguage, bodies, three_parts
from slmaug.cot.talk import answer_mentioned, asker_mentioned, left_over, refusal, said_again
from slmaug.language import detect_language
from slmaug.llm.prompting import plain
from slmaug.llm.resampling import Unusable
from slmaug.locks import HAN
from slmaug.quantities import unknown_numbers

Length = Literal["short", "long"]

BOUNDS: dict[Length, tuple[int, int]] = {"short": (12, 130), "long": (40, 400)}
"""The fewest and the most words of a rationale, titles left out; a Chinese character counts as half a word."""

_HAN = re.compile(f"[{HAN}]")
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z'\u2019-]*")
_FENCE = re.compile(r"(?:^|\s)(?:`{3,}|~{3,})", re.MULTILINE)
_CODE_LINE = re.compile(
    r".*[;{}]$|\}.*|(?:def|class|import|from|return|using|public|private|var|let|const|func|SELECT|INSERT|UPDATE)\b.*[:=({;,*]"
    r"|[\w.\[\]]+ *[-+*/]?= *\S.*|[\w.]+\(.*\)"
)

_TRADITIONAL = frozenset(
    "這個們來時會對為說過還將開關與從應該請設讀寫輸檔訊網頁點選擇類變數據實現處傳發複製陣轉換雙語標準執長區間題問無電機門見東書學國圖體結構"
    "義隨單檢測試運連線緒記憶錄樣項確認務員響啟動進後內當號碼錯誤證於麼嗎讓給經則並兩條幾種資兒須頭裡邊萬億"
)
"""Signs that only Traditional Chinese has; about one in four of its running text."""
_CALLED = re.compile(r"(?<![\w.])[\w.]+ = [\w.]+\(")


@dataclass(frozen=True)
class Asked:
    """What a rationale was asked to be, and what for."""

    question: str
    answer: str
    language: SpokenLanguage
    length: Length

    @cached_property
    def code(self) -> tuple[str, ...]:
        """The blocks of code of the answer."""
        return tuple(part.code for part in parts_of(self.answer) if part.code.strip())

    @property
    def source(self) -> str:
        """All that a rationale may draw on."""
        return f"{self.question}\n{self.answer}"


def steps_read(text: str, wanted: Asked) -> str:
    """The steps in their one shape, if the reply passes every gate; raises :class:`Unusable` at the first it fails."""
    text = plain(text)
    no_fence(text)
    steps = three_parts(text, wanted.language, bool(wanted.code))
    no_indented_code(text)
    for gate in GATES:
        gate(steps, wanted)
    return steps


def no_fence(text: str) -> None:
    """No fenced block and no ``<pre>``."""
    if _FENCE.search(text) or re.search(r"<pre\b", text, re.IGNORECASE):
        raise Unusable("a code block in the rationale: a fence")


def no_indented_code(text: str) -> None:
    """No line that is set in by four spaces and reads as code; prose and bullets may be set in as they like."""
    for line in text.splitlines():
        if line.startswith(("    ", "\t")) and _CODE_LINE.fullmatch(line.strip()):
            raise Unusable(f"a code block in the rationale: {line.strip()[:60]}")


def no_copied_code(steps: str, wanted: Asked) -> None:
    """Not three lines of the answer's code one after the other, however they are laid out, and none without backticks.

    A single line in backticks is a quote.
    """
    said = _run_together(steps)
    for code in wanted.code:
        lines = [bare for line in code.splitlines() if re.search(r"\w", bare := _run_together(line))]
        for at in range(len(lines) - 2):
            if " ".join(lines[at : at + 3]) in said:
                raise Unusable(f"a code block in the rationale: lines of the answer, {lines[at][:60]}")
    prose = " ".join(without_code_spans("\n".join(bodies(steps))).split())
    for line in (" ".join(line.split()) for code in wanted.code for line in code.splitlines()):
        if len(line.split()) > 3 and re.search(r"[^\w\s,.'-]", line) and line in prose:
            raise Unusable(f"a code block in the rationale: a line without backticks, {line[:60]}")
    called = _CALLED.search(prose)
    if called:
        raise Unusable(f"a code block in the rationale: code without backticks, {called.group()}")


def no_marker(steps: str, wanted: Asked) -> None:
    """None of the lines by which an answer is found again behind its analysis."""
    for marker in (ANALYSIS, CODE_SAMPLE, ANSWER):
        if marker in steps:
            raise Unusable(f"a heading of the row: {marker}")


def no_mention(steps: str, wanted: Asked) -> None:
    """No word of an answer that was given, of the one who asks, or of being a machine; words of the seed are free."""
    found = answer_mentioned(steps, wanted.source, bool(wanted.code))
    if found:
        raise Unusable(f"talk of a given answer: {found!r}")
    found = asker_mentioned(steps, wanted.source)
    if found:
        raise Unusable(f"talk of who asks or answers: {found!r}")


def no_refusal(steps: str, wanted: Asked) -> None:
    """No apology and no "I cannot help", in any part."""
    found = refusal(steps, wanted.source)
    if found:
        raise Unusable(f"a refusal: {found!r}")


def nothing_left_over(steps: str, wanted: Asked) -> None:
    """No blank to fill in, no tag and no web address that the seed does not have."""
    found = left_over(steps, wanted.source)
    if found:
        raise Unusable(f"a blank or a tag: {found!r}")
    links = unknown_links(steps, wanted.source)
    if links:
        raise Unusable(f"a link that is in neither question nor answer: {links[0]}")


def no_loop(steps: str, wanted: Asked) -> None:
    """No sentence again and no words in a loop; a short sentence may stand twice."""
    found = said_again(bodies(steps))
    if found:
        raise Unusable(f"said over and over: {found[:60]!r}")


def known_names(steps: str, wanted: Asked) -> None:
    """Every name stands in the question or the answer; a plural s, true, false and null, and the names of the languages
    of the answer's code are forgiven."""
    unknown = unknown_names("\n".join(bodies(steps)), wanted.source, _language_names(wanted.answer))
    if unknown:
        raise Unusable(f"a name that is in neither question nor answer: {', '.join(unknown[:5])}")


def known_numbers(steps: str, wanted: Asked) -> None:
    """Every number above ten, and every one before a unit of time, money or data, stands in the question or the answer
    and counts the same unit there; an amount may be said in a larger unit."""
    unknown = unknown_numbers("\n".join(bodies(steps)), wanted.source)
    if unknown:
        raise Unusable(f"a number that is in neither question nor answer: {', '.join(unknown[:5])}")


def asked_language(steps: str, wanted: Asked) -> None:
    """Each part in the language that was asked for; names in Chinese text may be Latin, quoted words in English text
    Chinese. Chinese is Simplified but for the words of a seed that is not."""
    signs = _HAN.findall("".join(bodies(steps)))
    traditional = [sign for sign in signs if sign in _TRADITIONAL and sign not in wanted.source]
    if len(set(traditional)) >= 3 and len(traditional) > 0.05 * len(signs):
        raise Unusable("another language: Traditional Chinese, expected Simplified")
    for number, body in enumerate(bodies(steps), 1):
        prose = without_code_spans(body)
        for name in names_in(prose):
            prose = prose.replace(name, " ")
        han, latin = len(_HAN.findall(prose)), len(_LATIN_WORD.findall(prose))
        if wanted.language == "zh":
            fits = han >= 2 * latin and detect_language(prose) == "zh"
        else:
            fits = han <= 0.2 * latin and detect_language(_HAN.sub("", prose)) == "en"
        if not fits and han + latin >= 3:
            raise Unusable(f"another language: part {number} is not in {_SPOKEN[wanted.language]}")


def fitting_length(steps: str, wanted: Asked) -> None:
    """Between the bounds of what was asked for, which are wide."""
    prose = " ".join(bodies(steps))
    size = len(re.findall(r"\w+", _HAN.sub(" ", prose))) + len(_HAN.findall(prose)) // 2
    fewest, most = BOUNDS[wanted.length]
    if not fewest <= size <= most:
        what = "short" if size < fewest else "long"
        raise Unusable(f"too {what}: {size} words, expected {fewest} to {most}")


Gate = Callable[[str, Asked], None]
GATES: tuple[Gate, ...] = (
    no_marker,
    no_copied_code,
    no_refusal,
    no_mention,
    nothing_left_over,
    no_loop,
    asked_language,
    known_names,
    known_numbers,
    fitting_length,
)
"""What the shaped steps must pass, in this order."""

_SPOKEN: dict[SpokenLanguage, str] = {"en": "English", "zh": "Chinese"}
_OF_LANGUAGE = {
    "javascript": ("JavaScript", "Node", "js"),
    "typescript": ("TypeScript", "JavaScript", "Node", "js"),
    "tsx": ("TypeScript", "JavaScript", "js"),
    "csharp": ("NET", "CSharp"),
    "powershell": ("PowerShell",),
}


def _language_names(answer: str) -> tuple[str, ...]:
    return tuple(name for part in parts_of(answer) for name in _OF_LANGUAGE.get(part.language or "", ()))


def _run_together(text: str) -> str:
    """The text on one line, without backticks and bullets."""
    return " ".join(re.sub(r"^\s*(?:-|\d\.)\s", " ", text, flags=re.MULTILINE).replace("`", " ").split())
