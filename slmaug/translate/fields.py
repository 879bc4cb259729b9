"""One question or answer taken apart for translation: what stays, and what is said in which language."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from slmaug.cot.answer_parts import Part, parts_of
from slmaug.cot.code.languages import guessed, is_bare_code
from slmaug.paraphrase import Protect
from slmaug.record import Seed
from slmaug.translate.asking import UNCHANGED, Failure, Way
from slmaug.translate.comments import Comments, Unsafe, comment_text, comments_in, is_readable
from slmaug.translate.foreign_locks import NON_LATIN, has_foreign_letter
from slmaug.translate.prose import Prose, prose_in
from slmaug.translate.sentence import words_of

Tongue = Callable[[str], str | None]
"""The language of a text by its ISO 639-1 code, None where it cannot be told."""
State = Literal["translate", "target", "untold", "wordless"]
Outcomes = Mapping[str, Mapping[str, str | Failure]]
"""What became of each sentence, by language and sentence."""


@dataclass(frozen=True)
class Aim:
    """Into which language, and what the languages of the fields are told by."""

    target: str
    source: str | None
    protect: Protect
    comments: bool
    tongue: Tongue

    def language_of(self, text: str) -> str | None:
        """The language to translate from, the target itself, or None."""
        found = self.tongue(text)
        return found if found == self.target or self.source is None else self.source

    def way_from(self, language: str) -> Way:
        return Way(language, self.target, self.protect)


@dataclass(frozen=True)
class Block:
    """A stretch of a field in one language."""

    way: Way
    content: Prose | Comments
    other: frozenset[str] = frozenset()
    """Plain sentences in it that are in the target language already."""

    @property
    def prose(self) -> Prose:
        return self.content.prose if isinstance(self.content, Comments) else self.content

    @property
    def needed(self) -> list[str]:
        """The sentences that have to be translated."""
        return [plain for plain in self.prose.needed if plain not in self.other and self.way.has_words(plain)]

    @property
    def wanted(self) -> list[str]:
        """The sentences to ask the translator for: besides the needed ones those that help to put marks back."""
        return [*self.needed, *(plain for plain in self.prose.helpful if self.way.has_words(plain))]


@dataclass(frozen=True)
class Field:
    """A question or an answer: what to do with its prose, and its parts in order."""

    seed: Seed
    name: Literal["question", "answer"]
    text: str
    state: State
    language: str | None
    blocks: tuple[str | Block, ...]
    unsafe: tuple[str, ...] = ()
    """Why comments of some blocks of code stay."""
    unread: tuple[str, ...] = ()
    """The languages of the blocks of code whose comments cannot be told from code."""

    @property
    def to_translate(self) -> list[Block]:
        return [block for block in self.blocks if isinstance(block, Block)]


@dataclass
class Told:
    """What came of a field: its new text, or why it stays as it is."""

    text: str
    failures: list[Failure] = field(default_factory=list)
    unsafe: list[Failure] = field(default_factory=list)
    """Blocks of code whose comments stay."""
    comments: int = 0
    """Blocks of code whose comments were translated."""
    emphasis_lost: int = 0


def field_of(seed: Seed, name: Literal["question", "answer"], aim: Aim) -> Field:
    """The seed's question or answer taken apart."""
    text = seed.question if name == "question" else seed.answer
    parts = parts_of(text)
    if name == "question" and len(parts) == 1 and parts[0].raw == parts[0].code:
        parts = (Part("prose", text),)  # "git stash 怎么用" parses as a command, and is none
    words = words_of("\n".join(part.raw for part in parts if part.kind == "prose"))
    language = aim.language_of(words) if any(map(str.isalpha, words)) else None
    state = _state_of(words, language, aim)
    inserted = _language_within(words, aim) if state == "target" else None
    if inserted is not None:
        prose = [_prose_block(part.raw, aim.way_from(inserted), aim) for part in parts if part.kind == "prose"]
        if any(block.needed for block in prose):
            state, language = "translate", inserted
    blocks: list[str | Block] = []
    unsafe: list[str] = []
    unread: list[str] = []
    for part in parts:
        if part.kind == "prose" and state == "translate" and language is not None:
            blocks.append(_prose_block(part.raw, aim.way_from(language), aim))
        elif part.kind == "code" and aim.comments:
            try:
                blocks.append(_code_block(part, language, aim))
            except Unsafe as fault:
                blocks.append(part.raw)
                unsafe.append(str(fault))
            if not is_readable(part):
                unread.append(part.language or "unknown")
        else:
            blocks.append(part.raw)
    if state == "translate" and not any(block.needed for block in blocks if isinstance(block, Block)):
        state = "wordless"
    return Field(seed, name, text, state, language, tuple(blocks), tuple(unsafe), tuple(unread))


def _state_of(words: str, language: str | None, aim: Aim) -> State:
    if not any(map(str.isalpha, words)):
        return "wordless"
    if language is None:
        return "untold"
    return "target" if language == aim.target else "translate"


def _language_within(words: str, aim: Aim) -> str | None:
    """The language of words in another script that stand in a text of the target language."""
    if aim.target in NON_LATIN or not has_foreign_letter(words):
        return None
    language = aim.language_of(" ".join(filter(has_foreign_letter, words.split())))
    return language if language in NON_LATIN else None


def _prose_block(text: str, way: Way, aim: Aim) -> Block:
    def is_code(block: str) -> bool:
        code = textwrap.dedent(block)
        return is_bare_code(code) and (guessed(code) != "bash" or aim.tongue(code) != way.source)

    prose = prose_in(text, way, is_code)
    if way.source not in NON_LATIN:  # one sentence alone is too short to tell languages of one script apart
        return Block(way, prose)
    own = frozenset(plain for plain in prose.needed if way.has_words(plain) and aim.tongue(plain) == aim.target)
    return Block(way, prose, own)


def _code_block(part: Part, language: str | None, aim: Aim) -> str | Block:
    """The block with its comments to translate, or as it is where they are none or in the target language."""
    words = comment_text(part)
    if not words:
        return part.raw
    own = aim.language_of(words)
    if own is None and language != aim.target:
        own = language
    if own is None or own == aim.target:
        return part.raw
    return Block(aim.way_from(own), comments_in(part, aim.way_from(own)))


def told(field: Field, outcomes: Outcomes, aim: Aim) -> Told:
    """The field with the translations in it; as it was where one that is needed failed, or a check of the whole."""
    result = Told(field.text)
    pieces: list[str] = []
    for block in field.blocks:
        if isinstance(block, str):
            pieces.append(block)
            continue
        found = outcomes[block.way.source]
        failures = [each for plain in block.needed if isinstance(each := found.get(plain), Failure)]
        said = {plain: each for plain, each in found.items() if isinstance(each, str)}
        if isinstance(block.content, Comments):
            pieces.append(_comments_told(block.content, failures, said, block.way, result))
        elif failures:
            result.failures += failures
        else:
            text, lost = block.content.told(said, block.way)
            pieces.append(text)
            result.emphasis_lost += lost
    if result.failures:
        return Told(field.text, _distinct(result.failures))
    new = "".join(pieces)
    fault = _fault(field, new, pieces, aim)
    return Told(field.text, [fault]) if fault else Told(new, [], result.unsafe, result.comments, result.emphasis_lost)


def _comments_told(
    comments: Comments, failures: Sequence[Failure], said: Mapping[str, str], way: Way, result: Told
) -> str:
    try:
        new = comments.part.raw if failures else comments.told(said, way)
    except Unsafe as fault:
        failures, new = [Failure(str(fault), "")], comments.part.raw
    result.unsafe += _distinct(failures)
    result.comments += new != comments.part.raw
    return new


def _fault(field: Field, new: str, pieces: Sequence[str], aim: Aim) -> Failure | None:
    """What is amiss with a field as a whole."""
    if field.state != "translate":
        return None
    if new == field.text:
        return Failure(UNCHANGED, "")
    if not new.strip():
        return Failure("an empty translation", "")
    kept = Counter(piece for piece, part in zip(pieces, field.blocks, strict=True) if _is_code(part))
    found = Counter(part.raw for part in parts_of(new) if part.kind == "code")
    if (kept or field.name == "answer") and kept != found:  # a question without fences may look like a command
        return Failure("other code: its blocks would be others", new)
    if field.language in NON_LATIN:
        return None  # letters of its script are looked for sentence by sentence; a locked span may hold some
    if field.language == aim.tongue(words_of(field.text)) == aim.tongue(words_of(new)):
        return Failure(f"still in the source language: {field.language}", new)
    return None


def _is_code(block: str | Block) -> bool:
    return isinstance(block, str) or isinstance(block.content, Comments)


def _distinct(failures: Sequence[Failure]) -> list[Failure]:
    return list(dict.fromkeys(failures))
