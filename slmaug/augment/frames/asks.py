"""What an English question asks: its kind, and the parts that any other wording must carry.

"How do I link a card in the app?" asks *how* with the action "link a card in the app"; "Why is my card
payment still pending?" asks *why* about the clause "my card payment is still pending". The parse is a
row of patterns over lower-case words, with a locked span standing as one sign; ``clauses.py`` has the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from slmaug.augment.frames.clauses import LEXICON, LOCK, action_parts, is_finite, is_verb, signs_of
from slmaug.augment.frames.inversion import uninverted
from slmaug.augment.frames.wh_parts import wh_parts
from slmaug.function_words import (
    AUXILIARIES,
    BE,
    DETERMINERS,
    DO,
    FUNCTION_WORDS,
    NEGATIONS,
    PREPOSITIONS,
    QUESTION_WORDS,
    SUBJECT_PRONOUNS,
)
from slmaug.text import KEPT, LOCKED, Text

_ADDRESSED = (
    "tell ",
    "show me how",
    "explain how",
    "explain to ",
    "teach me how",
)  # an imperative that holds a question
_FOR_ME = re.compile("(?:show|give|let|help|send|get) (?:me|us) (?!how )")
_SUBJECTS = frozenset("who what which whose".split())
_WHAT_DOES = frozenset("causes makes helps happens counts keeps stops prevents brings gives lets means".split())
_PLAIN_AUXILIARIES = frozenset("can could do does did is are was were will would should may must have has".split())
_IMPERATIVE_SIGNS = DETERMINERS | PREPOSITIONS | {LOCK}  # what a command has and a search for two nouns has not
# "Can I ...?" asks whether, not how: what it is about goes by names of its own.
_AS_OPTION = {"action": "option", "gerund": "choosing", "deed": "impersonal"}
_TWO_QUESTIONS = re.compile(f" or (?:{'|'.join(sorted(AUXILIARIES & _PLAIN_AUXILIARIES))}) (?:i|we|you|it|they|there) ")
_AUX = "|".join(sorted(AUXILIARIES - {"being", "been", "having", "doing", "done", "'m", "'re", "'ve", "'ll", "'d"}))

_I = "(?:i|we|you|one|someone|somebody|people)"
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(f"^(?:(?:so|and|ok|okay|well|hi|hello|hey) )*(?:{pattern})$"))
    for kind, pattern in (
        ("if", "what (?:do|should|can|must|shall|could) (?:i|we) do (?:if|when|in case) (?P<clause>.+)"),
        (
            "how",
            f"how (?:do|can|could|would|should|might|will|must|shall) {_I} (?:best |then |actually )?(?P<action>.+)",
        ),
        ("how", "how (?:best )?to (?P<action>.+)"),
        (
            "how",
            "(?:what(?: is|'s| are| would be)|is there|are there) (?:the |an? |any |some )?"
            "(?:(?!(?:no|not|only|other|wrong|worst) )\\w+ )?"
            "(?:ways?|methods?|approach|steps|procedure|process|possibility) (?:for me )?(?:to|i can) (?P<action>.+)",
        ),
        (
            "how",
            "(?:can|could|would|will) (?:you|someone|anyone|anybody) (?:please )?(?:tell|show|explain|teach)(?: to)?"
            "(?: me| us)? how (?:to|i can|can i|do i|i could|we can) (?P<action>.+)",
        ),
        ("how", "what (?:do|must|should|can|would) i (?:do|have to do|need to do) to (?P<action>.+)"),
        ("how", "(?:(?:tell|show|explain to|teach) me|explain) how (?:to|i can|do i|can i) (?P<action>.+)"),
        (
            "how",
            "(?:i|we)(?: really)?(?: need| want| would like|'d like| wish| am trying| have)"
            "(?: to know how| to find out how)? to (?P<action>.+)",
        ),
        ("how", "i'm (?:trying|looking) to (?P<action>.+)"),
        ("able", "(?:can|could|may) (?:i|we) (?P<action>.+)"),
        ("able", "(?:is|would) it (?:be )?(?:possible|ok|okay|allowed) (?:for me )?to (?P<action>.+)"),
        ("able", "(?:am i|are we) (?:able|allowed) to (?P<action>.+)"),
        ("why", "how come (?P<clause>.+)"),
        ("why", f"why (?P<raw>(?P<aux>{_AUX}) .+)"),
        ("tag", "(?P<clause>.+) (?:why|how come|why is that|why not)"),
        ("where", "(?P<wh>where(?: is|'s| are)) (?P<np>.+)"),
        ("what", f"(?P<wh>what(?: is|'s| are)) (?P<np>(?:an?|the|this|that|these|those|my|your|{LOCK})(?: .+|$))"),
        ("there", "(?P<aux>is|are) there (?!no |not )(?P<np>.+)"),
        (
            "wh",
            "(?P<wh>(?:how (?:long|much|many|often|far|soon|big|old|large)|what(?! if )|which|who|whom|whose|when|where"
            f"|how)(?: [^ ]+){{0,3}}?) (?P<raw>(?P<aux>{_AUX}) .+)",
        ),
        ("yes-no", f"(?P<raw>(?P<aux>{_AUX}) .+)"),
    )
)


@dataclass(frozen=True)
class Ask:
    """What one question asks. ``slots`` holds the parts by name: action, gerund, clause, raw, np, wh ..."""

    kind: str
    slots: Mapping[str, Text] = field(default_factory=dict)
    context: Text | None = None
    """The sentences before the question, if it has any."""


def read_ask(text: Text) -> Ask:
    """The ask of an English text: the kind of its last sentence, and the sentences before as context."""
    starts = [0, *(i for i in range(1, len(text)) if _ends_sentence(text.parts[2 * i - 1], text.parts[2 * i]))]
    last = starts[-1]
    context = _with_mark(text.slice(0, last), text.parts[2 * last]) if last else None
    sentence = text.slice(last, len(text)).uncapitalised()
    if context is not None and _points_back(sentence):
        inner = read_ask(context.ending(""))
        if inner.kind in ("how", "able") and inner.context is None:
            return inner
    kind, slots = _kind_of(sentence, text.parts[-1])
    whole = sentence if kind != "tag" else slots["clause"]
    mark = (
        "?" if "?" in text.parts[-1] or (kind in ("how", "able", "why", "wh", "if") and _is_question(sentence)) else "."
    )
    slots = {"whole": whole, "original": sentence.ending(mark), **slots}
    return Ask("why" if kind == "tag" else kind, slots, context)


def _with_mark(context: Text, gap: str) -> Text:
    """The context with the mark it had: a question stays one, whatever follows it."""
    return context.ending(next((mark for mark in gap if mark in "?!."), "."))


def _ends_sentence(word: str, gap: str) -> bool:
    return bool(re.search(r"[.?!\n]", gap)) and word.lower() not in ("e.g", "i.e", "etc", "vs", "approx", "cf")


def _is_question(sentence: Text) -> bool:
    first = sentence.parts[1].lower()
    return first in QUESTION_WORDS | AUXILIARIES


def _points_back(sentence: Text) -> bool:
    return bool(
        re.fullmatch(r"(?:how|what) (?:do|can|should|could|would) i do(?: this| that| it| so)?", signs_of(sentence))
    )


def _kind_of(sentence: Text, end: str) -> tuple[str, dict[str, Text]]:
    signs = signs_of(sentence)
    if signs.startswith("please "):
        sentence, signs = sentence.slice(1, len(sentence)), signs[len("please ") :]
    commands = "?" not in end and not signs.startswith(_ADDRESSED) and not _FOR_ME.match(signs)
    if commands and _is_imperative(sentence, signs.split(" ")):
        return "how", action_parts(sentence)
    if _TWO_QUESTIONS.search(signs) or _FOR_ME.match(signs):
        return "other", {}  # "Do I need a file, or can I pass a list?", "Show me a few rows"
    for kind, pattern in _KINDS:
        match = pattern.match(signs)
        if kind == "what" and signs.split(" ")[-1] in PREPOSITIONS:
            continue  # "what is this lever for" asks about what it is for
        if match is None or (kind == "tag" and re.match(f"(?:{_AUX}|how|what|who|which|why|where|when) ", signs)):
            continue
        at = {name: _words_of(signs, match.span(name)) for name, part in match.groupdict().items() if part is not None}
        slots = {name: sentence.slice(*span) for name, span in at.items() if span[1] > span[0]}
        if "action" in slots and _is_goal(slots["action"]):
            continue  # "what is the way to the airport" asks for no action
        if "action" in slots:
            slots.update(action_parts(slots["action"]))
        if kind == "able":
            slots = {_AS_OPTION.get(name, name): part for name, part in slots.items()}
        if "raw" in slots:
            clause = uninverted(slots["raw"])
            if clause is not None:
                # "I'm not sure if I can't pay in cash" asks less than "Can't I pay in cash?"
                if kind != "yes-no" or match["aux"] not in NEGATIONS:
                    slots["clause"] = clause
            elif kind == "wh" and signs.split(" ")[0] in _SUBJECTS and match["aux"] not in DO:
                slots["clause"] = slots["raw"]  # "which card is cheapest" asks about its subject: nothing to turn
            if kind == "wh":
                slots.update(wh_parts(sentence, signs, slots))
        if "np" in slots:
            slots["theme"] = slots["np"]
        if kind == "there" and match["aux"] == "is":
            slots["single"] = slots["np"]
        if kind in ("what", "where"):
            slots["be"] = Text(["", "are" if match["wh"].endswith(" are") else "is", ""], (KEPT,), "en")
        return kind, slots
    about = _subject_question(sentence, signs.split(" "))
    if about is not None:
        return "wh", {**about, **wh_parts(sentence, signs, about)}
    if "?" in end or signs.startswith(_ADDRESSED):
        return "other", {}
    is_clause = bool(set(signs.split(" ")[1:]) & AUXILIARIES) or signs.split(" ")[0] in DETERMINERS | SUBJECT_PRONOUNS
    return "statement", {"clause": sentence, **({"fact": sentence} if is_clause else {})}


def _is_goal(action: Text) -> bool:
    """Whether what follows "to" is where somebody goes: "the airport", "Rome"."""
    first = action.words[0].lower()
    is_name = len(action) == 1 and re.fullmatch("[A-Z][a-z]+", action.words[0]) and not is_verb(first)
    return first in DETERMINERS or bool(is_name)


def _subject_question(sentence: Text, words: list[str]) -> dict[str, Text] | None:
    """The parts of a question for its subject: "who approves my expenses", "which plants need shade"."""
    how_many = words[:2] in (["how", "many"], ["how", "much"])
    if not how_many and words[0] not in _SUBJECTS:
        return None
    first = 2 if how_many else 1
    if how_many or words[0] in ("which", "whose"):
        first += 1  # what is asked for comes first, whatever else the word may be
    elif words[1:2] == ["else"]:
        first += 1
    for at in range(first, min(first + 3, len(words))):
        following = words[at + 1] if at + 1 < len(words) else ""
        if words[at] in FUNCTION_WORDS or sentence.status[at] == LOCKED:
            return None
        is_noun = at == 1 and words[0] == "what" and words[1] not in _WHAT_DOES and is_finite(following)
        is_noun |= at > 1 and is_verb(words[at]) and is_finite(following) and not is_verb(following)
        if is_finite(words[at]) and not is_noun:
            rest = sentence.slice(at, len(sentence))
            return {"wh": sentence.slice(0, at), "raw": rest, "clause": rest}
    return None


def _words_of(signs: str, span: tuple[int, int]) -> tuple[int, int]:
    start, end = span
    while end > start and signs[end - 1] == " ":
        end -= 1
    return signs[:start].count(" "), signs[:start].count(" ") + len(signs[start:end].split())


def _is_imperative(sentence: Text, words: list[str]) -> bool:
    if not words or sentence.status[0] == LOCKED or words[0] in AUXILIARIES - {"do"} or not is_verb(words[0]):
        return False
    following = words[1] if len(words) > 1 else ""
    if len(words) == 2 and all("noun" in LEXICON.parts_of_speech(word) for word in words):
        return False  # "refund status"
    if LEXICON.parts_of_speech(words[0])[:1] == ("noun",) and following not in DETERMINERS | PREPOSITIONS | {LOCK}:
        rest = set(words[2:])
        return "noun" in LEXICON.parts_of_speech(following) and not rest & BE and bool(rest & _IMPERATIVE_SIGNS)
    return following not in AUXILIARIES
