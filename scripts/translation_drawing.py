"""Meanings for the tiny translation pair, drawn at random, and which of them are held out of its training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from translation_phrases import ADDITIONS, NOUNS, NUMBERS, PLACEHOLDER, STATES, VERBS, Addition, Thing, Verb, things
from translation_sentences import FRAMES, Frame, Meaning, Pick, suits

from slmaug.rng import Random, stream_key

HELD_OUT = 12
"""One combination of frame, verb and object in so many is never trained on."""
_KINDS = (*["action"] * 15, "quantity", *["state"] * 3, "subject", "name")
_DETERMINERS = (*["the"] * 4, *["my"] * 6, *["a"] * 4, *[""] * 4, "this", "this", "all", "all my", "number", "number")


def is_held_out(meaning: Meaning) -> bool:
    """Whether the combination of frame, verb and object is one that training never sees, in whatever words.

    Frames about placeholders alone have no such combination and are all trained on.
    """
    if FRAMES[meaning.frame].kind == "name":
        return False
    return stream_key(meaning.frame, meaning.verb, meaning.thing.noun) % HELD_OUT == 0


def uniform(rng: Random) -> Pick:
    """Every wording equally often."""
    return rng.choice


def earlier(rng: Random) -> Pick:
    """Wordings that stand earlier in the lists more often, so that a model's first choice is a clear one."""
    return lambda options: options[min(rng.randrange(len(options)), rng.randrange(len(options)))]


def later(rng: Random) -> Pick:
    """Wordings that stand later in the lists more often: what comes back is then seldom what went out."""
    return lambda options: options[max(rng.randrange(len(options)), rng.randrange(len(options)))]


def draw(rng: Random) -> Meaning:
    """One meaning, its placeholders numbered as they come in English or, mostly, in any other way.

    Numbers without order teach a model to copy what stands there, not to count.
    """
    frame = rng.choice(_frames(rng.choice(_KINDS)))
    meaning = _unnumbered(frame, rng)
    count = " ".join((*meaning.thing.names, meaning.complement, *meaning.additions)).split().count(PLACEHOLDER)
    numbers = list(range(1, count + 1)) if rng.random() < 0.3 else rng.sample(range(1, 10), count)
    names = iter([f"X{number}" for number in numbers])

    def named(text: str) -> str:
        return " ".join(next(names) if word == PLACEHOLDER else word for word in text.split())

    thing = replace(meaning.thing, names=tuple(map(named, meaning.thing.names)))
    complement = named(meaning.complement)
    return replace(
        meaning, thing=thing, complement=complement, additions=tuple(named(each) for each in meaning.additions)
    )


@cache
def _frames(kind: str) -> Sequence[Frame]:
    return [frame for frame in FRAMES.values() if frame.kind == kind]


def _unnumbered(frame: Frame, rng: Random) -> Meaning:
    if frame.kind == "name":
        count = 2 if "X2" in frame.english[0] else 1
        return Meaning(frame.id, thing=Thing(names=(PLACEHOLDER,) * count))
    if frame.kind == "subject":
        return Meaning(frame.id, thing=_thing(rng.choice(frame.nouns), frame, rng))
    if frame.kind == "state":
        state = rng.choice(list(STATES))
        return Meaning(frame.id, state, _thing(rng.choice(STATES[state][2]), frame, rng))
    if frame.kind == "quantity":
        verb = rng.choice(VERBS)
        nouns = [noun for noun in verb.objects if noun in NOUNS and NOUNS[noun].has(False) and NOUNS[noun].has(True)]
        if verb.complement or not nouns:
            return _unnumbered(frame, rng)
        return Meaning(frame.id, verb.id, Thing(rng.choice(nouns), plural=True), "", _added(frame, verb, rng))
    verb = rng.choice(VERBS)
    # More than its share of placeholders: they are what questions about software come down to.
    noun = PLACEHOLDER if PLACEHOLDER in verb.objects and rng.random() < 0.3 else rng.choice(verb.objects)
    complement = PLACEHOLDER if verb.complement else ""
    return Meaning(frame.id, verb.id, _thing(noun, frame, rng), complement, _added(frame, verb, rng))


def _thing(noun: str, frame: Frame, rng: Random) -> Thing:
    if noun == PLACEHOLDER:
        return Thing(names=(PLACEHOLDER,) * (2 if rng.random() < 0.15 else 1))
    while True:
        determiner = "" if frame.id == "keyword" and rng.random() < 0.7 else rng.choice(_DETERMINERS)
        if determiner == "number":
            determiner = rng.choice(list(NUMBERS))
        fits = [thing for thing in _things(noun) if thing.determiner == determiner and _stands(thing, frame)]
        kind = rng.random()
        fits = [thing for thing in fits if bool(thing.adjective) == (kind < 0.2) and bool(thing.names) == (kind > 0.85)]
        if fits:
            plurals = {thing.plural for thing in fits}
            plural = rng.choice(sorted(plurals))
            return rng.choice([thing for thing in fits if thing.plural == plural])


@cache
def _things(noun: str) -> Sequence[Thing]:
    return list(things(noun))


def _stands(thing: Thing, frame: Frame) -> bool:
    """What is negated is something definite: "not ... a file" would be "no file"."""
    return suits(thing, frame) and (thing.is_definite or not frame.negated)


def _added(frame: Frame, verb: Verb, rng: Random) -> tuple[str, ...]:
    wanted = rng.choice((0,) * 9 + (1,) * 8 + (2,) * 3)
    chosen: dict[int, Addition] = {}
    for _ in range(wanted):
        entry = ADDITIONS[rng.choice(_weighted())]
        if entry.goes_with(verb.id, frame.negated):
            chosen.setdefault(entry.place, entry)
    in_order = sorted(chosen.values(), key=list(ADDITIONS.values()).index)
    return tuple(_counted(entry.id, rng) for entry in in_order)


def _counted(text: str, rng: Random) -> str:
    return " ".join(rng.choice(list(NUMBERS)) if word == "N" else word for word in text.split())


@cache
def _weighted() -> Sequence[str]:
    """Those with a placeholder stand for most of what is added to questions about software."""
    return [id_ for id_ in ADDITIONS for _ in range(4 if id_ in ("in X", "with X", "without X") else 1)]
