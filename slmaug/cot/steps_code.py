"""The three steps in front of an answer that holds code."""

from __future__ import annotations

import re

from slmaug.cot.answer_parts import Part, has_analysis, without_markers
from slmaug.cot.code.facts import Program
from slmaug.cot.code.languages import spoken
from slmaug.cot.code.reading import read_program
from slmaug.cot.steps_handling import handling, nothing_handled
from slmaug.cot.steps_structure import structure
from slmaug.cot.voice import Slot, Voice
from slmaug.language import detect_language
from slmaug.sentences import CLOSERS, ENDS, PAUSES, sentences

_LONGEST_QUESTION = 400
"""Characters of a question that is restated whole; of a longer one the first sentences are."""
_LONGEST_SENTENCE = 300
_WORDS = 104
"""Words of all steps, about; the third takes what the others leave."""
_MOST_WORDS = 122
_WORDS_OF_A_THING = 6
_LEAST_ROOM, _ROOM = 5, 16
"""Things done that the third step tells, at least and at most; several blocks share them."""
_HAN = re.compile("[\u4e00-\u9fff]")
_QUOTED = re.compile(r"`[^`]*`")
_POINTS = re.compile(
    r"(?:this|that|these|those|it|its|they|here|such|both)\b|(?:[\u8fd9\u90a3\u6b64\u5176\u5b83]|\u4ed6)", re.IGNORECASE
)
"""Words that a sentence opens with and that point at what stands in front of it."""
_MOST = 5
"""Names in one list."""


def question_slot(question: str, voice: Voice) -> Slot:
    """The question restated on one line."""
    text = " ".join(question.split())
    if len(text) > _LONGEST_QUESTION or "```" in text or "~~~" in text:
        kept = ""
        for sentence in sentences(question.split("```")[0].split("~~~")[0]):
            if len(kept) + len(sentence) > _LONGEST_QUESTION:
                break
            kept = f"{kept} {sentence}".strip()
        text = " ".join(kept.split())
    if not text:
        return voice.say("question_long")
    end = "" if text[-1] in ENDS else voice.stop
    kind = next((kind for kind, marks in voice.quotes if not any(mark in text for mark in marks)), "question_plain")
    return tuple(each + end for each in voice.say(kind, (text,), quote=False))


def code_steps(question: str, parts: tuple[Part, ...], voice: Voice) -> list[list[Slot]]:
    """The slots of the three steps: purpose, structure, data handling."""
    blocks = [part for part in parts if part.code.strip()]
    purpose = _purpose(question, parts, blocks, voice)
    return [purpose, *_told(blocks, voice, _words(purpose))]


def _purpose(question: str, parts: tuple[Part, ...], blocks: list[Part], voice: Voice) -> list[Slot]:
    found = [question_slot(question, voice), (voice.space,)]
    said = _first_sentence(parts, voice)
    if said:
        told = voice.say("said", (said,), quote=False) if _POINTS.match(said) else (said,)
        found += [told, (voice.space,)]
    names = tuple(dict.fromkeys(_spoken(part.language, voice) for part in blocks if part.language))
    found.append(voice.say("in_language", names, quote=False) if names else voice.say("no_language"))
    return found


def _first_sentence(parts: tuple[Part, ...], voice: Voice) -> str:
    """The sentence that opens the answer, where that is prose in front of the code."""
    if parts[0].kind != "prose":
        return ""
    prose = parts[0].raw
    said = "" if has_analysis(prose) else next(iter(sentences(without_markers(prose))), "")
    if not said or detect_language(_QUOTED.sub("", said)) != ("en" if voice.space else "zh"):
        return ""
    if len(said) > _LONGEST_SENTENCE or said.count("`") % 2 or "~~~" in said:
        return ""
    if said and said[-1] in PAUSES:
        said = said[:-1].rstrip() + voice.stop
    return said if said[-1] in ENDS | CLOSERS else said + voice.stop


def _spoken(language: str, voice: Voice) -> str:
    name = spoken(language)
    return voice.templates.get(f"word_{name}", (name,))[0]


def _words(slots: list[Slot]) -> float:
    """About how many words the slots make; what stands between backticks is one, and so are two Chinese characters."""
    text = _QUOTED.sub("x", "".join(slot[0] for slot in slots))
    return len(text.split()) + (0 if text.isascii() else len(_HAN.findall(text)) / 2)


def _told(blocks: list[Part], voice: Voice, said: float) -> list[list[Slot]]:
    built: list[Slot] = []
    programs = [read_program(part.code, part.language) for part in blocks]
    most = _MOST if len(blocks) == 1 else 3
    for number, (part, program) in enumerate(zip(blocks, programs, strict=True), 1):
        if len(blocks) > 1:
            named = (str(number), _spoken(part.language, voice)) if part.language else (str(number),)
            lead = voice.say("block" if part.language else "block_unknown", named, quote=False)
            built += [lead, (voice.space,)]
        for slot in structure(program, voice, part.language, most):
            built += [voice.capital(slot), (voice.space,)]
    said += _words(built)
    room = min(_ROOM, max(_LEAST_ROOM, (_WORDS - said) / _WORDS_OF_A_THING))
    done = _done(programs, voice, room, most)
    while room > _LEAST_ROOM and said + _words(done) > _MOST_WORDS:
        room = max(_LEAST_ROOM, room * 0.8)
        done = _done(programs, voice, room, most)
    return [built, done or [voice.say("as_it_stands")]]


def _done(programs: list[Program], voice: Voice, room: float, most: int) -> list[Slot]:
    """The third step; its blocks share the room."""
    done: list[Slot] = []
    for number, program in enumerate(programs, 1):
        told = handling(program, voice, room / len(programs), most)
        if told and len(programs) > 1:
            told = [voice.say("block_does", (str(number),), quote=False), *told]
        if told or len(programs) == 1:
            done += [*(told or [nothing_handled(program, voice)]), (voice.space,)]
    return done
