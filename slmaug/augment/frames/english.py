"""English wordings of one ask: which of them it allows, and one drawn and filled in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from slmaug.augment.frames.asks import Ask, read_ask
from slmaug.augment.frames.cores import CORES
from slmaug.augment.frames.stories import story
from slmaug.augment.frames.stretches import TELLING, stretch
from slmaug.augment.frames.wordings import BEFORE, BEHIND, EXTRA, FINDING, FORMS
from slmaug.augment.lexicon.morphology import gerund
from slmaug.function_words import FUNCTION_WORDS, NEGATIONS, PARTICLES, PREPOSITIONS
from slmaug.rng import Random
from slmaug.templates import filled, joined, slots_of
from slmaug.text import KEPT_WORDS, LOCKED, Text

# What a search box does without: the words that only hold a sentence together. The particles and
# prepositions that decide what is asked stay (top up, without, before), negations and numbers too.
_WEAK_PREPOSITIONS = frozenset("of for to in on at by with as about".split())
_UNSEARCHED = (
    (FUNCTION_WORDS - KEPT_WORDS - PARTICLES - (PREPOSITIONS - _WEAK_PREPOSITIONS) - TELLING)
    | _WEAK_PREPOSITIONS
    | frozenset("want need get way please like able possible".split())
)
_FRAGMENT = 0.8  # share of the search words that a fragment keeps, three fifths of them at least
_EARNEST = {"act": "action", "acting": "gerund"}
_ASKING = frozenset("question asked asking know wondering understood".split())
_HOW = frozenset("many much long often far soon big large old".split())
_MINE = frozenset("my mine me".split())
_LEADS_ON = frozenset("instead because out regardless rid kind ahead".split())  # nothing without their preposition


@lru_cache(maxsize=1024)
def _split(block: str) -> tuple[str, ...]:
    return tuple(part for line in block.strip().splitlines() for part in line.strip().split("|") if part)


@dataclass(frozen=True, eq=False)
class _Wordings:
    """An ask with the templates it can fill, by the name of the part or of the form."""

    ask: Ask
    whole: Text
    templates: dict[str, tuple[str, ...]]


def _wordings(text: Text) -> _Wordings:
    ask = read_ask(text)
    return _Wordings(ask, text, _templates(ask.kind, frozenset(ask.slots)))


@lru_cache(maxsize=1024)
def _templates(kind: str, slots: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """The templates that an ask with these parts can fill; few combinations of parts occur."""
    core = CORES[kind]
    known = {*slots, "keywords", *(name for name, slot in _EARNEST.items() if slot in slots)}
    templates: dict[str, tuple[str, ...]] = {}

    def add(name: str, block: str) -> None:
        possible = tuple(t for t in _split(block) if all(slot.lower() in known for slot in slots_of(t)))
        if possible:
            templates[name] = possible
            known.add(name)

    add("asked", core["asked"])
    if "asked" in known:
        known |= {"action", "gerund"}
    for part in ("direct", "statement", "nominal", "report"):
        add(part, core[part])
    for form, block in FORMS.items():
        add(f"form {form}", f"{block}\n{EXTRA.get((kind, form), '')}")
    return templates


def rephrase(text: Text, form: str, rng: Random) -> Text | None:
    """``text`` asked again in the given form, or None where its kind of question has no such form.

    The frame is drawn from ``rng.frame()``, so that the same frames fall on all seeds alike.
    """
    if not len(text):
        return None  # "???" asks nothing that could be asked in other words
    wordings = text.fact("wordings", _wordings)
    frame = rng.frame()
    if form in ("context", "story"):
        return _in_context(wordings, frame) if form == "context" else _in_story(wordings, frame)
    if form == "fragment":
        return _fragment(text, wordings.ask, rng) if wordings.ask.context is None else None
    if f"form {form}" not in wordings.templates:
        return None
    wording = _render(f"form {form}", wordings, frame)
    return wording if form == "search" else _with_context(wordings.ask.context, wording, frame)


def _render(name: str, wordings: _Wordings, frame: Random) -> Text:
    template = frame.favourite(wordings.templates[name])
    slots: dict[str, Text] = {}
    for slot in slots_of(template):
        part = _EARNEST.get(slot.lower(), slot.lower())
        if part in wordings.ask.slots:
            value = wordings.ask.slots[part]
        elif part in ("action", "gerund"):
            verb = frame.favourite(_split(FINDING))
            first, _, particle = verb.partition(" ")
            verb = verb if part == "action" else f"{gerund(first)} {particle}".strip()
            value = filled(f"{verb} {{asked}}", {"asked": _render("asked", wordings, frame)}, "en")
        elif part == "keywords":
            value = _keywords(wordings, name, frame)
        else:
            value = _render(part, wordings, frame)
        slots[slot] = value.capitalised() if slot[0].isupper() else value
    return filled(template, slots, "en")


def _keywords(wordings: _Wordings, name: str, frame: Random) -> Text:
    """The words that a search needs, in order; now and then with the small words between them."""
    ask = wordings.ask
    text = wordings.whole if name == "form search" else ask.slots["whole"]
    action = ask.slots.get("action", ask.slots.get("option"))
    if action is not None and len(action.locked) == len(text.locked) and ask.context is None:
        text = action  # "Can you tell me how to" is no part of what is searched for
    strong = _strong(text, ask if name == "form search" else None)
    if not strong:
        return text
    if text is action and len(text) > 1 and text.words[1].lower() in PARTICLES:
        strong = sorted({*strong, 1})  # turn on, look up
    if frame.randrange(4) == 0:
        small = text.among(_WEAK_PREPOSITIONS)
        strong = sorted({*strong, *(i for i in small if strong[0] < i < strong[-1])})
    return text.picked(strong).lowered()


def _fragment(text: Text, ask: Ask, rng: Random) -> Text | None:
    """The first part of what a search needs: as short as hurried people are."""
    strong = _strong(text, ask)
    kept = stretch(text, strong, _FRAGMENT, rng)
    return text.picked(kept).lowered() if kept[:1] == strong[:1] and 1 < len(kept) < len(strong) else None


def _strong(text: Text, ask: Ask | None) -> list[int]:
    """Indices of the words that carry the question: locked ones, content words, negations with what they negate."""
    words = [word.lower().replace("\u2019", "'") for word in text.words]
    # "how long" and "who" are what is asked for; "how do I" and "why" are left to the template.
    asked = set(map(str.lower, ask.slots["wh"].words)) - {"what", "which"} if ask and ask.kind == "wh" else set()
    return [
        i
        for i, word in enumerate(words)
        if text.status[i] == LOCKED
        or (word not in _UNSEARCHED and not _leads_in(words, i))
        or word in asked
        or (word == "how" and words[i + 1 : i + 2] and words[i + 1] in _HOW)
        or (i and words[i - 1] in NEGATIONS | _LEADS_ON and text.status[i - 1] != LOCKED)
    ]


def _leads_in(words: list[str], i: int) -> bool:
    """Whether a word belongs to "how come", "what happens if", "is there an option to" or "what does it take to"."""
    before, after = words[max(0, i - 2) : i], words[i + 1 : i + 2]
    match words[i]:
        case "come":
            return before[-1:] == ["how"]
        case "happens" | "happen":
            return after in (["if"], ["when"], ["once"])
        case "causes":
            return before[-1:] == ["what"]
        case "option":
            return before == ["there", "an"] and after == ["to"]
        case "take":
            return before[-1:] == ["it"] and after == ["to"]
    return False


def searched(text: Text) -> tuple[int, ...]:
    """Indices of the words that a search for the question's answer needs."""
    return tuple(_strong(text, read_ask(text)))


def _with_context(context: Text | None, wording: Text, frame: Random) -> Text:
    if context is None:
        return wording
    if frame.randrange(3):
        return filled("{context} {wording}", {"context": context, "wording": wording.capitalised()}, "en")
    seam = " " if wording.parts[-1].strip() else ". "
    return joined((wording, Text([seam], (), "en"), context.capitalised()), "en")


@lru_cache(maxsize=4)
def _unasked(block: str) -> tuple[str, ...]:
    """Those that do not announce a question."""
    return tuple(part for part in _split(block) if not _ASKING & set(part.lower().strip(":,.").split()))


def _plain(wordings: _Wordings, frame: Random) -> Text | None:
    """The question as such, what it says before it asks included."""
    if "form plain" not in wordings.templates:
        return None
    return _with_context(wordings.ask.context, _render("form plain", wordings, frame), frame)


def _in_story(wordings: _Wordings, frame: Random) -> Text | None:
    core = _plain(wordings, frame)
    if core is None:
        return None
    is_own = wordings.ask.kind == "why" or bool(_MINE & {word.lower() for word in core.words})
    told = story(frame, is_own)
    template = f"{{core}} {told}" if frame.randrange(4) == 0 else f"{told} {{core}}"
    return filled(template, {"core": core.capitalised()}, "en")


def _in_context(wordings: _Wordings, frame: Random) -> Text | None:
    core = _plain(wordings, frame)
    if core is None:
        return None
    where = frame.randrange(4)
    if where:
        opening = frame.favourite(_split(BEFORE) if core.parts[-1].strip().endswith("?") else _unasked(BEFORE))
        core = core.capitalised() if opening[-1] in ".!" else core.uncapitalised()
        core = filled(f"{opening} {{core}}", {"core": core}, "en")
    if where in (0, 3):
        core = filled(f"{{core}} {frame.favourite(_split(BEHIND))}", {"core": core}, "en")
    return core
