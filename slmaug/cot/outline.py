"""The offline analysis: what an answer's code shows, or the sentences of an answer in words, as numbered steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slmaug.cot.answer_parts import has_code_part, parts_of
from slmaug.cot.rewriter import Analyses, Language
from slmaug.cot.voice import Slot, Voice
from slmaug.cot.wordings import ENGLISH
from slmaug.cot.wordings_chinese import CHINESE
from slmaug.language import detect_language
from slmaug.record import Seed
from slmaug.rng import Random

_LANGUAGES = ("auto", "en", "zh")


@dataclass(frozen=True, slots=True)
class Wordings:
    """An analysis as slots, each a choice of wordings that say the same: what is stated is equal for every choice."""

    slots: tuple[Slot, ...]

    def write(self, rng: Random) -> str:
        """The numbered steps in one wording."""
        return "".join([slot[0] if len(slot) == 1 else rng.choice(slot) for slot in self.slots])


@dataclass(frozen=True)
class Outline:
    """Write the analysis of each answer offline, from the answer alone.

    An answer with code gets three steps: what is asked, how the code is built, what it does. All of it is read from
    the code's syntax tree, so every name between backticks stands in the answer or in the question. An answer in
    plain words gets its own sentences as steps, each under a label. Text varies between draws, what it states does
    not.

    >>> seed = Seed(0, "How do I list a folder?", "```bash\\nls -l /tmp\\n```")
    >>> print(Outline()([seed]).by_seed[0].write(Random(1)))
    1. **Define Purpose**: The task: "How do I list a folder?" The answer uses Bash.
    2. **Code Structure**: It uses the command `ls`.
    3. **Data Handling**: The sample runs `ls -l /tmp`.
    """

    language: Language = "auto"
    """Language of the text; ``"auto"`` is Chinese for a question in Chinese and English for every other."""

    def __post_init__(self) -> None:
        if self.language not in _LANGUAGES:
            raise ValueError(f"language must be one of {', '.join(_LANGUAGES)}, got {self.language!r}")

    def __call__(self, seeds: Sequence[Seed]) -> Analyses:
        return Analyses(tuple(self._wordings(seed) for seed in seeds))

    def _wordings(self, seed: Seed) -> Wordings:
        voice = self._voice(seed.question)
        parts = parts_of(seed.answer)
        if has_code_part(parts):
            from slmaug.cot.steps_code import code_steps

            steps = list(zip(voice.titles, code_steps(seed.question, parts, voice), strict=True))
            titled = [(_title(number, (title,), voice), slots) for number, (title, slots) in enumerate(steps, 1)]
        else:
            from slmaug.cot.steps_code import question_slot
            from slmaug.cot.steps_prose import prose_steps

            asked = (_title(1, voice.titles[:1], voice), [question_slot(seed.question, voice)])
            told = prose_steps(parts, voice)
            titled = [asked] + [(_title(at, labels, voice), [(text,)]) for at, (labels, text) in enumerate(told, 2)]
        return Wordings(_joined(titled))

    def _voice(self, question: str) -> Voice:
        chinese = self.language == "zh" or (self.language == "auto" and detect_language(question) == "zh")
        return CHINESE if chinese else ENGLISH


def _title(number: int, titles: Slot, voice: Voice) -> Slot:
    return tuple(f"{number}. **{title}**{voice.colon}" for title in titles)


def _joined(steps: Sequence[tuple[Slot, Sequence[Slot]]]) -> tuple[Slot, ...]:
    """The slots of all steps, a line each; fixed texts that meet become one."""
    found: list[Slot] = []
    for title, slots in steps:
        text = [slot for slot in slots if slot]
        while text and all(not each.strip() for each in text[-1]):
            text.pop()
        if text:
            text[-1] = tuple(each.rstrip() for each in text[-1])
        for slot in [*([("\n",)] if found else []), title, *text]:
            if found and len(slot) == 1 and len(found[-1]) == 1:
                found[-1] = (found[-1][0] + slot[0],)
            else:
                found.append(slot)
    return tuple(found)
