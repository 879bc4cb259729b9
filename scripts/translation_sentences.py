"""Sentences of the tiny translation pair: a meaning, its wordings in English and German, and the way back.

``wording(meaning, language, pick)`` says a meaning in one of its ways; ``meaning_of(sentence, language)`` reads the
meaning back, which is how a paraphrase is judged: it is true if it means the same, word for word of the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from translation_phrases import (
    ADDITIONS,
    NOUNS,
    PLACEHOLDER,
    STATES,
    VERBS,
    GermanVerb,
    Language,
    Thing,
    Verb,
    added,
    addition_table,
    entry_of,
    noun_phrases,
    phrase_table,
    section,
)

Pick = Callable[[Sequence[str]], str]
NOTHING = Thing()


@dataclass(frozen=True)
class Meaning:
    """What a sentence says, in no language."""

    frame: str
    verb: str = ""
    """A verb of the list, or a state."""
    thing: Thing = NOTHING
    complement: str = ""
    """The placeholder that a verb such as "move to" needs."""
    additions: tuple[str, ...] = ()
    """In the order of the list."""

    @property
    def names(self) -> list[str]:
        """The placeholders, in the order of the fields."""
        text = " ".join((*self.thing.names, self.complement, *self.additions))
        return re.findall(r"X\d+", text)


@dataclass(frozen=True)
class Frame:
    id: str
    kind: str
    """action, state, subject, name or quantity."""
    negated: bool
    english: tuple[str, ...]
    german: tuple[str, ...]
    nouns: tuple[str, ...]
    """Of a subject frame: what it is said of."""

    def templates(self, language: Language) -> tuple[str, ...]:
        return self.english if language == "en" else self.german


def _frames(kind: str) -> Iterator[Frame]:
    for block in re.split(r"\n(?=\S)", "\n".join(section("translation_frames.txt", kind))):
        head, *lines = block.split("\n")
        name, _, nouns = head.partition(":")
        english = tuple(line.strip() for line in lines if not line.lstrip().startswith("= "))
        german = tuple(line.strip()[2:] for line in lines if line.lstrip().startswith("= "))
        yield Frame(name.strip("! "), kind, name.startswith("!"), english, german, tuple(nouns.split()))


FRAMES = {frame.id: frame for kind in ("action", "state", "subject", "name", "quantity") for frame in _frames(kind)}


def suits(thing: Thing, frame: Frame) -> bool:
    """Whether a noun without a determiner has the number that the frame gives it: "files" in a sentence, "file" bare.

    Many German nouns have one form for both, so only one of them may occur in a frame.
    """
    if thing.determiner or not thing.noun:
        return True
    wanted = frame.id != "keyword"
    return thing.plural == wanted or not NOUNS[thing.noun].has(wanted)


def sense(verb: str, noun: str) -> Verb:
    """The verb's entry for an object; its wordings may differ from object to object."""
    return next(each for each in VERBS if each.id == verb and (noun or PLACEHOLDER) in each.objects)


def wording(meaning: Meaning, language: Language, pick: Pick) -> str:
    """The meaning in words; ``pick`` chooses wherever there are several."""
    frame = FRAMES[meaning.frame]
    template = pick(frame.templates(language))
    slots, end = _slots(meaning, frame, language, pick)
    text = re.sub(
        r"\[([^/\]]+)/([^\]]+)\]",
        lambda match: match[2 if meaning.thing.is_plural or frame.kind == "quantity" else 1],
        template,
    )
    text = re.sub(r"X([12])(?=\W|$)", lambda match: meaning.thing.names[int(match[1]) - 1], text)
    text = re.sub(r"\{(\w+)\}", lambda match: slots[match[1]]() if match[1] in slots else "", text)
    text = re.sub(r"\s+(?=[ ?.,!]|$)", "", text)
    if end:
        text = re.sub(r"([?.]?)$", lambda match: f", {end}{match[1]}", text, count=1)
    return text if template[0].islower() or frame.id == "keyword" else text[0].upper() + text[1:]


def _slots(
    meaning: Meaning, frame: Frame, language: Language, pick: Pick
) -> tuple[dict[str, Callable[[], str]], str]:
    """What goes into a template's slots, and what goes to the sentence's end."""
    thing, end = meaning.thing, ""
    if frame.kind in ("state", "subject"):
        slots = {"s": lambda: pick(noun_phrases(thing, language, "nominative"))}
        if frame.kind == "state":
            slots["state"] = lambda: pick(STATES[meaning.verb][language == "de"])
        return slots, end
    if frame.kind == "name":
        return {}, end
    verb = sense(meaning.verb, thing.noun)
    complement = f"{verb.complement[language == 'de']} {meaning.complement}" if verb.complement else ""
    placed = []
    order = meaning.additions if language == "en" else sorted(meaning.additions, key=lambda each: entry_of(each).place)
    for each in order:
        said = pick(added(each, language))
        if said.startswith("@"):
            end = said[1:]
        else:
            placed.append(said)
    is_quantity = frame.kind == "quantity"

    def with_object(case: str) -> str:
        phrase = "" if is_quantity else pick(noun_phrases(thing, language, case))  # type: ignore[arg-type]
        return " ".join(part for part in (phrase, complement if language == "en" else "", *placed) if part)

    slots = {
        "q": lambda: pick(noun_phrases(thing, language)),
        "o": lambda: with_object("accusative"),
        "n": lambda: with_object("nominative"),
    }
    if language == "en":
        return {**slots, "v": lambda: pick(verb.english)}, end
    german = GermanVerb(pick(verb.german))
    for form in ("inf", "zu", "pre", "sub"):
        slots[form] = lambda form=form: f"{complement} {getattr(german, form)}".strip()
    return {**slots, "fin": lambda: german.fin, "sie": lambda: german.sie}, end


def meaning_of(sentence: str, language: Language = "en") -> Meaning | None:
    """What a sentence says; None where the grammar has no such sentence, or two that say different things.

    Letter case, the final mark and the order of additions do not count.
    """
    bare = " ".join(sentence.lower().split()).rstrip("?.! ")
    end = ""
    if language == "de":
        for wording_ in addition_table("de"):
            general = re.sub(r"\bx\d+\b", "x", bare)
            if wording_.startswith("@") and general.endswith(f", {wording_[1:]}"):
                bare, _, end = bare.rpartition(", ")
    found = set()
    for frame, pattern in _patterns(language):
        match = pattern.fullmatch(bare)
        if match:
            found.update(_readings(frame, match.groupdict(), f"@{end}" if end else "", language))
    return found.pop() if len(found) == 1 else None


@cache
def _patterns(language: Language) -> tuple[tuple[Frame, re.Pattern[str]], ...]:
    """A regular expression for each template. What a slot holds is looked up afterwards."""
    alternatives = {"v": {word for verb in VERBS for word in verb.english}}
    if language == "de":
        forms = [GermanVerb(word) for verb in VERBS for word in verb.german]
        alternatives = {
            each: {getattr(form, each) for form in forms} - {""} for each in ("inf", "zu", "fin", "pre", "sub", "sie")
        }
    alternatives["state"] = {word for state in STATES.values() for word in state[language == "de"]}
    complements = "|".join(sorted({verb.complement[language == "de"] for verb in VERBS if verb.complement}))

    def slot(match: re.Match[str]) -> str:
        space, name = match[1], match[2]
        if name not in alternatives:
            group = f"(?P<{name}>.+?)"
        else:
            any_of = "|".join(map(re.escape, sorted({word.lower() for word in alternatives[name]}, key=len)[::-1]))
            group = f"(?P<{name}>{any_of})"
        if name in ("inf", "zu", "pre", "sub"):
            before = rf"(?:{space}(?P<c>(?:{complements}) x\d+))?"
            return before + (f"(?:{space}{group})?" if name == "pre" else space + group)
        return f"(?:{space}{group})??" if name == "o" and space else space + group

    patterns = []
    for frame in FRAMES.values():
        for template in frame.templates(language):
            bare = re.sub(r"\[([^/\]]+)/([^\]]+)\]", r"(?:\1|\2)", template).lower().rstrip("?.")
            bare = re.sub(r"\bx([12])\b", r"(?P<x\1>x\\d+)", bare)
            bare = re.sub(r"( ?)\{(\w+)\}", slot, bare)
            patterns.append((frame, re.compile(bare)))
    return tuple(patterns)


def _readings(frame: Frame, slots: dict[str, str | None], end: str, language: Language) -> Iterator[Meaning]:
    """The meanings of a template with these words in its slots."""
    if frame.kind == "name":
        names = tuple(value.upper() for key, value in sorted(slots.items()) if value)
        yield Meaning(frame.id, thing=Thing(names=names))
        return
    if frame.kind in ("state", "subject"):
        for thing, rest in _objects(slots["s"] or "", language, "nominative"):
            noun = thing.noun or PLACEHOLDER
            if rest or not suits(thing, frame):
                continue
            if frame.kind == "subject" and noun in frame.nouns:
                yield Meaning(frame.id, thing=thing)
            for state, entry in STATES.items() if frame.kind == "state" else ():
                if slots["state"] in [word.lower() for word in entry[language == "de"]] and noun in entry[2]:
                    yield Meaning(frame.id, state, thing)
        return
    case = "nominative" if "n" in slots else "accusative"
    after = slots.get("c") or ""
    phrase = slots.get("o") or slots.get("n") or ""
    if frame.kind == "quantity":
        heads = [(thing, phrase) for thing, rest in _objects(slots["q"] or "", language, case) if not rest]
    else:
        heads = list(_objects(phrase, language, case))
    for thing, rest in heads:
        for verb in _verbs(slots, thing, language) if suits(thing, frame) else ():
            yield from _completed(frame, verb, thing, [f"{rest} {after}".strip(), end], language)


def _objects(text: str, language: Language, case: str) -> Iterator[tuple[Thing, str]]:
    """The ways to split a text into a noun phrase and a rest."""
    tokens = text.split()
    for cut in range(1, len(tokens) + 1):
        head = tokens[:cut]
        general = " ".join("x" if re.fullmatch(r"x\d+", token) else token for token in head)
        for thing in phrase_table(language, case).get(general, ()):  # type: ignore[arg-type]
            names = tuple(token.upper() for token in head if re.fullmatch(r"x\d+", token))
            yield replace(thing, names=names), " ".join(tokens[cut:])


def _verbs(slots: dict[str, str | None], thing: Thing, language: Language) -> Iterator[Verb]:
    """The verbs of which all forms in the slots are, and that take such an object."""
    for verb in VERBS:
        if (thing.noun or PLACEHOLDER) not in verb.objects:
            continue
        if language == "en":
            if slots["v"] in verb.english:
                yield verb
            continue
        given = {form: slots[form] or "" for form in ("inf", "zu", "fin", "pre", "sub", "sie") if form in slots}
        if any(
            all(getattr(GermanVerb(word), form).lower() == value for form, value in given.items())
            for word in verb.german
        ):
            yield verb


def _completed(frame: Frame, verb: Verb, thing: Thing, rests: list[str], language: Language) -> Iterator[Meaning]:
    """The meaning with the complement and the additions that follow the object, where all of that can be read."""
    rest, end = rests
    complement = ""
    if verb.complement:
        preposition = verb.complement[language == "de"]
        edge = rf"{preposition} (x\d+)\b ?" if language == "en" else rf"(?:.* |){preposition} (x\d+)$"
        match = re.match(edge, rest)
        if not match:
            return
        complement = match[1].upper()
        rest = rest[match.end() :] if language == "en" else rest[: rest.rindex(preposition + " x")].strip()
    for additions in _additions(rest, language):
        last = list(_additions(end, language)) if end else [()]
        for more in last:
            both = tuple(sorted((*additions, *more), key=_rank))
            yield Meaning(frame.id, verb.id, thing, complement, both)


def _additions(text: str, language: Language) -> Iterator[tuple[str, ...]]:
    """The ways to read a text as additions, one after the other."""
    tokens = text.split()
    if not tokens:
        yield ()
    for cut in range(1, len(tokens) + 1):
        head = tokens[:cut]
        name = next((token.upper() for token in head if re.fullmatch(r"x\d+", token)), "")
        general = " ".join("x" if re.fullmatch(r"x\d+", token) else token for token in head)
        found = addition_table(language).get(general)
        if found and (general.split().count("x") == ("X" in found.split())):
            for more in _additions(" ".join(tokens[cut:]), language):
                yield (" ".join(name if word == "X" else word for word in found.split()), *more)


def _rank(addition: str) -> tuple[int, str]:
    return list(ADDITIONS).index(entry_of(addition).id), addition
