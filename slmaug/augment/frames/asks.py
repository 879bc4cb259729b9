"""What an English question asks: its kind, and the parts that any other wording must carry.

"How do I link a card in the app?" asks *how* with the action "link a card in the app"; "Why is my card
payment still pending?" asks *why* about the clause "my card payment is still pending". The parse is a
row of patterns over lower-case words, with a locked span standing as one sign, and a small grammar for the
one step patterns cannot take: finding the end of the subject, to turn an inverted question into a clause
(Huddleston and Pullum, "The Cambridge Grammar of the English Language", 2002, chapter 10). Where the
grammar is unsure it leaves the part out, and the wordings that need it are not made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from slmaug.augment.lexicon import English
from slmaug.augment.lexicon.morphology import gerund, lemmas, past, past_participle, third_person
from slmaug.function_words import (
    AUXILIARIES,
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    FUNCTION_WORDS,
    LIGHT_VERBS,
    NEGATIONS,
    OPERATOR_ADVERBS,
    PARTICLES,
    PREPOSITIONS,
    QUESTION_WORDS,
    SUBJECT_PRONOUNS,
)
from slmaug.text import KEPT, LOCKED, Text, filled

_LOCK = "\u25c6"
_LEXICON = English()
_FIRST_PERSON = frozenset("i me my mine myself we us our ours ourselves".split())
_PRONOUNS = frozenset("i you we they it he she there".split())
_ADDRESSED = ("tell ", "show me how", "explain how", "explain to ", "teach me how")  # an imperative that holds a question
_IMPERATIVE_SIGNS = DETERMINERS | PREPOSITIONS | {_LOCK}  # what a command has and a search for two nouns has not
_DO = {"do": None, "does": third_person, "did": past}
_AUX = "|".join(sorted(AUXILIARIES - {"being", "been", "having", "doing", "done", "'m", "'re", "'ve", "'ll", "'d"}))

_I = "(?:i|we|you|one|someone|somebody|people)"
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(f"^(?:(?:so|and|ok|okay|well|hi|hello|hey) )*(?:{pattern})$"))
    for kind, pattern in (
        ("if", "what (?:do|should|can|must|shall|could) (?:i|we) do (?:if|when|in case) (?P<clause>.+)"),
        ("how", f"how (?:do|can|could|would|should|might|will|must|shall) {_I} (?:best |then |actually )?(?P<action>.+)"),
        ("how", "how (?:best )?to (?P<action>.+)"),
        (
            "how",
            "(?:what(?: is|'s| are| would be)|is there|are there) (?:the |an? |any |some )?(?:(?!(?:no|not|only|other|wrong|worst) )\\w+ )?"
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
        ("what", f"(?P<wh>what(?: is|'s| are)) (?P<np>(?:an?|the|this|that|these|those|my|your|{_LOCK})(?: .+|$))"),
        ("there", "(?P<aux>is|are) there (?!no |not )(?P<np>.+)"),
        (
            "wh",
            "(?P<wh>(?:how (?:long|much|many|often|far|soon|big|old|large)|what|which|who|whom|whose|when|where|how)"
            f"(?: [^ ]+){{0,3}}?) (?P<raw>(?P<aux>{_AUX}) .+)",
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
    mark = "?" if "?" in text.parts[-1] or kind in ("how", "able", "why", "wh", "if") and _is_question(sentence) else "."
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
    return bool(re.fullmatch(r"(?:how|what) (?:do|can|should|could|would) i do(?: this| that| it| so)?", _signs(sentence)))


def _signs(text: Text) -> str:
    """The words in lower case, a locked span as one sign."""
    return " ".join(
        _LOCK if status == LOCKED else word.lower().replace("\u2019", "'")
        for word, status in zip(text.words, text.status)
    )


def _kind_of(sentence: Text, end: str) -> tuple[str, dict[str, Text]]:
    signs = _signs(sentence)
    if signs.startswith("please "):
        sentence, signs = sentence.slice(1, len(sentence)), signs[len("please ") :]
    if not signs.startswith(_ADDRESSED) and not any(mark in end for mark in "?\uff1f") and _is_imperative(sentence, signs.split(" ")):
        return "how", _action(sentence)
    for kind, pattern in _KINDS:
        match = pattern.match(signs)
        if match is None or (kind == "tag" and re.match(f"(?:{_AUX}|how|what|who|which|why|where|when) ", signs)):
            continue
        at = {name: _words_of(signs, match.span(name)) for name, part in match.groupdict().items() if part is not None}
        slots = {name: sentence.slice(*span) for name, span in at.items() if span[1] > span[0]}
        if "action" in slots:
            slots.update(_action(slots["action"]))
        if "raw" in slots:
            clause = _uninverted(slots["raw"])
            if clause is not None:
                # "I'm not sure if I can't pay in cash" asks less than "Can't I pay in cash?"
                if kind != "yes-no" or match["aux"] not in NEGATIONS:
                    slots["clause"] = clause
            elif kind == "wh" and re.match("(?:what|which|who) ", signs) and match["aux"] in BE:
                slots["clause"] = slots["raw"]  # "which card is cheapest" asks about its subject: nothing to turn
            if kind == "wh":
                slots.update(_infinitive(slots["raw"], signs))
        if "np" in slots:
            slots["theme"] = slots["np"]
        if kind in ("what", "where"):
            slots["be"] = Text(["", "are" if match["wh"].endswith(" are") else "is", ""], (KEPT,), "en")
        return kind, slots
    if "?" in end or signs.startswith(_ADDRESSED):
        return "other", {}
    is_clause = bool(set(signs.split(" ")[1:]) & AUXILIARIES) or signs.split(" ")[0] in DETERMINERS | SUBJECT_PRONOUNS
    return "statement", {"clause": sentence, **({"fact": sentence} if is_clause else {})}


def _words_of(signs: str, span: tuple[int, int]) -> tuple[int, int]:
    start, end = span
    while end > start and signs[end - 1] == " ":
        end -= 1
    return signs[:start].count(" "), signs[:start].count(" ") + len(signs[start:end].split())


def _is_verb(word: str) -> bool:
    """Whether the word is known as a verb in its base form."""
    return word in LIGHT_VERBS | {"do", "be", "have"} or ("verb" in _LEXICON.parts_of_speech(word) and lemmas(word, "verb")[:1] == (word,))


def _is_imperative(sentence: Text, words: list[str]) -> bool:
    if not words or sentence.status[0] == LOCKED or words[0] in AUXILIARIES - {"do"} or not _is_verb(words[0]):
        return False
    following = words[1] if len(words) > 1 else ""
    if len(words) == 2 and all("noun" in _LEXICON.parts_of_speech(word) for word in words):
        return False  # "refund status"
    if _LEXICON.parts_of_speech(words[0])[:1] == ("noun",) and following not in DETERMINERS | PREPOSITIONS | {_LOCK}:
        rest = set(words[2:])
        return "noun" in _LEXICON.parts_of_speech(following) and not rest & BE and bool(rest & _IMPERATIVE_SIGNS)
    return following not in AUXILIARIES


def _action(action: Text) -> dict[str, Text]:
    """An action with the forms that other wordings need: -ing, and the passive's object, participle and rest."""
    slots = {"action": action}
    words = _signs(action).split(" ")
    if not _FIRST_PERSON & set(words):
        slots["deed"] = action  # "how do you renew my passport" would ask about someone else
    if action.status[0] == LOCKED or not _is_verb(words[0]) or _has_second_verb(words):
        return slots
    slots["theme"] = slots["gerund"] = action.reworded(0, gerund(words[0]))
    end = _object_end(words)
    if end:
        slots["object"] = action.slice(1, end)
        slots["participle"] = Text(["", past_participle(words[0]), ""], (KEPT,), "en")
        slots["rest"] = filled(" {rest}", {"rest": action.slice(end, len(action))}, "en") if end < len(action) else Text([""], (), "en")
    return slots


def _has_second_verb(words: list[str]) -> bool:
    return any(a in ("and", "or", "then", "but") and _is_verb(b) for a, b in zip(words[1:], words[2:]))


def _object_end(words: list[str]) -> int:
    """Where the object of a transitive verb at 0 ends; 0 where that is not sure."""
    if len(words) < 3 or words[0] in LIGHT_VERBS | {"do", "be", "have", "know", "like", "find"}:
        return 0
    if words[1] not in DETERMINERS or words[1] in ("what", "which", "that", "this", "whatever"):
        return 0
    i = 2
    while i < len(words) and (words[i] == _LOCK or words[i] not in FUNCTION_WORDS):
        if words[i] != _LOCK and words[i].endswith("ing"):
            return 0
        i += 1
    if i == 2 or (i < len(words) and words[i] not in PREPOSITIONS - {"of"}) or (i < len(words) and words[i] in PARTICLES - {"in", "on"}):
        return 0
    return i


def _infinitive(raw: Text, signs: str) -> dict[str, Text]:
    """``get a card`` of ``can I get a card``: "where to get a card" is another way to put it.

    "How many guests can I invite?" is not "how many guests to invite", nor "what do I need" "what to need".
    """
    auxiliary = "do|should|must|would" if signs.startswith("how ") else "do|can|could|should|must|would"
    match = re.match(f"(?:{auxiliary}) (?:i|we) (?!(?:need|have|want|like|be|know|get) )", f"{_signs(raw)} ")
    return {"infinitive": raw.slice(2, len(raw))} if match else {}


def _uninverted(raw: Text) -> Text | None:
    """``is my payment still pending`` as a clause: ``my payment is still pending``."""
    words = _signs(raw).split(" ")
    aux = words[0]
    end = _subject_end(words, aux)
    if end is None or end >= len(words) or any(gap.strip() for gap in raw.parts[2 : 2 * end + 1 : 2]):
        return None
    subject, rest = raw.slice(1, end), raw.slice(end, len(raw))
    if aux not in _DO:
        return filled("{subject} {aux} {rest}", {"subject": subject, "aux": raw.slice(0, 1), "rest": rest}, "en")
    inflect = _DO[aux]
    at = 0
    while inflect and at < len(rest) - 1 and words[end + at] in OPERATOR_ADVERBS | NEGATIONS:
        at += 1
    if inflect and (rest.status[at] == LOCKED or not _is_verb(words[end + at]) or words[end + at] in NEGATIONS):
        return None
    if inflect:
        rest = rest.reworded(at, inflect(words[end + at]))
    return filled("{subject} {rest}", {"subject": subject, "rest": rest}, "en")


def _subject_end(words: list[str], aux: str) -> int | None:
    """The index behind the subject that starts at word 1, or None where it is not sure."""
    if len(words) < 3:
        return None
    first, second = words[1], words[2]
    if first in _PRONOUNS or (first in ("this", "that", "these", "those") and second in FUNCTION_WORDS):
        return 2
    i = 2 if first in DETERMINERS else 1
    seen = named = noun_or_verb = verb_or_noun = False
    while i < len(words):
        word, following = words[i], words[i + 1] if i + 1 < len(words) else ""
        if word != _LOCK:
            pos = _LEXICON.parts_of_speech(word)
            if word in FUNCTION_WORDS or (seen and _opens_predicate(word, following, aux, pos)):
                break
            # "the policy cover water damage": without more grammar nobody knows which of the three is the verb.
            if seen and named and "verb" in pos and _is_verb(word) and aux not in BE:
                noun_or_verb, verb_or_noun = True, verb_or_noun or pos[0] == "verb"
            named = named or not pos or pos[0] == "noun"
        else:
            named = True
        seen = True
        i += 1
    if noun_or_verb and i < len(words) and words[i] not in FUNCTION_WORDS | LIGHT_VERBS:
        is_clear = not verb_or_noun and _LEXICON.parts_of_speech(words[i])[:1] == ("verb",)
        if not is_clear:
            return None
    if not named or i == len(words) or words[i] in CONJUNCTIONS | DETERMINERS and aux not in BE:
        return None
    if words[i] in PREPOSITIONS:  # "the balance on my card wrong": the subject goes on
        last = _LEXICON.parts_of_speech(words[-1])
        if aux not in BE or last[:1] == ("adjective",) or words[-1].endswith("ed"):
            return None
    return i


def _opens_predicate(word: str, following: str, aux: str, pos: tuple[str, ...]) -> bool:
    if not pos:
        return False
    if aux in _DO or aux not in BE | {"has", "have", "had", "hasn't", "haven't", "hadn't"}:
        ends = not following or following in FUNCTION_WORDS or following == _LOCK
        return "verb" in pos and _is_verb(word) and (ends or pos[0] == "verb" and aux in _DO and following in DETERMINERS)
    is_participle = not word.endswith("s") and any(
        lemma != word and "verb" in _LEXICON.parts_of_speech(lemma) for lemma in lemmas(word, "verb")
    )
    return pos[0] in ("adverb", "adjective") or is_participle
