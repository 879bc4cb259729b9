"""The same Chinese question in another frame: templates built around the parts that its own frame left.

Every slot of a template is drawn anew, so one template gives many wordings.
"""

from __future__ import annotations

import re
from functools import lru_cache

from slmaug.augment.frames import chinese_clauses as c
from slmaug.augment.frames.chinese_asks import read_ask
from slmaug.augment.frames.chinese_fit import templates
from slmaug.augment.frames.chinese_parts import EMPTY, Ask
from slmaug.augment.frames.chinese_templates import FORMS
from slmaug.locks import HAN
from slmaug.rng import Random
from slmaug.templates import filled, joined, slots_of
from slmaug.text import KEPT, Text

_HAN_CHAR = re.compile(f"[{HAN}]")
_NOT_AN_ACTION = re.compile(
    "(?:不|没|无|非|才|最|更|会|能|可以|是|有|都|还|也|这|那|样|了|说|看待|回事|个|着)"
    "|.*(?:最好|最快|更好|更快|好[吃喝看用听玩闻]|不.{1,2}|合适|才.{1,4}|划算|比较好"
    "|有效|省钱|有用|方便|快捷)$"
    "|.*[，,、](?:这|那)(?:样|么)"
)


def rephrase(text: Text, form: str, rng: Random) -> Text | None:
    """``text`` (Chinese) asked in the given form, or None where the form does not fit it.

    >>> from slmaug.rng import Random
    >>> str(rephrase(Text.parse("如何用C#读取文件？"), "indirect", Random(1)))
    '谁能告诉我C#怎样才能读取文件？'
    """
    if form not in FORMS:
        raise ValueError(f"form must be one of {', '.join(FORMS)}; got {form!r}")
    ask = text.fact("chinese ask", read_ask)
    if ask is None or (ask.lead and form in ("search", "context")):
        return None
    options = text.fact(("chinese templates", form), lambda _: templates(ask, form))
    if not options:
        return None
    spaced = text.fact("chinese spacing", _is_spaced)
    wording = _Wording(ask, rng)
    for _ in range(4):
        new = wording.fill(rng.choice(options))
        if ask.lead:
            template = rng.choice(("{lead}" + ask.joint + "{new}", "{lead}，{new}"))
            new = filled(template, {"lead": ask.lead, "new": new}, "zh")
        new = _with_spaces(new, spaced)
        if sorted(new.locked) != sorted(text.locked):
            return None
        if new.key != text.key:
            return Text(new.parts, new.status, text.language, text.steps)
    return None


@lru_cache(maxsize=1024)
def _word(word: str) -> Text:
    return Text(["", word, ""], (KEPT,), "zh")


class _Wording:
    """Fills one template: each slot it names is drawn anew."""

    def __init__(self, ask: Ask, rng: Random) -> None:
        self.ask = ask
        self.rng = rng
        # Signs without a word are left out.
        self.first = ask.first or EMPTY
        self.second = ask.second or EMPTY
        self.at_front = False

    def fill(self, template: str) -> Text:
        self.at_front = template.startswith("{w}")
        slots = {name: getattr(self, f"slot_{name}")() for name in slots_of(template)}
        return filled(template, slots, "zh")

    def _drawn(self, options: tuple[str, ...], **slots: Text) -> Text:
        return filled(self.rng.choice(options), slots, "zh")

    def slot_x(self) -> Text:
        return self.first

    def slot_p(self) -> Text:
        return self.ask.place or EMPTY

    def slot_topic(self) -> Text:
        return self.ask.topic or EMPTY

    def slot_a(self) -> Text:
        return self.ask.action or EMPTY

    def slot_c(self) -> Text:
        return self.ask.clause

    def slot_s(self) -> Text:
        """Subject and predicate of a why-question as a statement."""
        return joined([self.first, self.second], "zh")

    def slot_v(self) -> Text:
        """The action: with a tool, said in one of the ways to say so."""
        ask = self.ask
        return ask.action if ask.tool is None else self._drawn(c.TOOLS, x=ask.tool, y=ask.goal)

    def slot_w(self) -> Text:
        """Place and action as one verb phrase, with what it depends on in front: 在C#中读取文件."""
        ask = self.ask
        when = ask.when or EMPTY
        if ask.kind == "topic":
            return joined([when, ask.action, ask.topic], "zh")
        # 想C#里读取: behind a verb the place needs its preposition.
        places = ask.places if self.at_front else tuple(place for place in ask.places if place[0] in "在用使")
        at = self._drawn(places, p=ask.place) if ask.place is not None else EMPTY
        return joined([when, at, self.slot_v()], "zh")

    def slot_z(self) -> Text:
        """Place, tool and action as the keywords of a search."""
        ask = self.ask
        if ask.kind != "how":
            return self.slot_w()
        words = [piece for piece in (ask.when, ask.place) if piece is not None]
        if ask.tool is not None and self.rng.random() < 0.6:
            words += [ask.tool, ask.goal]
        else:
            words.append(self.slot_v())
        space = Text([" "], (), "zh")
        return joined([piece for word in words for piece in (word, space)][:-1], "zh")

    def slot_e(self) -> Text:
        """The question as a clause that can stand alone or behind 我想知道."""
        return self._clause(c.HOWS)

    def slot_f(self) -> Text:
        """The same with the plainest question words, for behind 请说明."""
        return self._clause(c.PLAIN_HOWS)

    def slot_k(self) -> Text:
        """The same in casual words."""
        return self._clause(c.CASUAL_HOWS)

    def slot_q(self) -> Text:
        """The question asked outright: 可以…吗 where the clause would say 能不能."""
        ask = self.ask
        if ask.kind == "yes":
            clause = filled("{c}吗" if ask.asked_with else "{c}", {"c": ask.clause}, "zh")
        elif ask.kind == "can" and self.rng.random() >= 0.5 and ask.op != "whether":
            clause = filled(f"{{x}}{c.WAYS_OF_ASKING[ask.op][-1]}{{y}}吗", {"x": self.first, "y": self.second}, "zh")
        else:
            return self.slot_e()
        return self._behind_when(clause)

    def _clause(self, hows: tuple[str, ...]) -> Text:
        return self._behind_when(self._bare_clause(hows))

    def _behind_when(self, clause: Text) -> Text:
        ask = self.ask
        if ask.when is None:
            return clause
        return filled("{w}{c}" if ask.timed and ask.kind == "how" else "{w}，{c}", {"w": ask.when, "c": clause}, "zh")

    def _bare_clause(self, hows: tuple[str, ...]) -> Text:
        ask = self.ask
        casual = hows is c.CASUAL_HOWS
        if ask.kind == "how":
            return self._how_clause(hows)
        if ask.kind == "topic":
            return joined([ask.topic, self._how_word(hows), ask.action], "zh")
        if ask.kind == "trouble":
            # 遇到我…, 碰到…了: a subject or a past event takes no verb before it.
            bare = re.search("^我|了$", str(ask.first))
            return self._drawn(tuple(o for o in c.TROUBLE_CLAUSES if not bare or o.startswith("{x}")), x=self.first)
        if ask.kind == "why":
            why = self.rng.choice(c.CASUAL_WHYS if casual else c.WHYS)
            if not self.first or self.rng.random() < 0.3:
                return filled(why + "{s}", {"s": self.slot_s()}, "zh")
            return filled(f"{{x}}{why}{{y}}", {"x": self.first, "y": self.second}, "zh")
        if ask.kind == "what":
            return self._drawn(c.WHAT_CLAUSES, x=self.first)
        if ask.kind == "meaning":
            return self._drawn(c.MEANING_CLAUSES, x=self.first)
        if ask.kind == "difference":
            return self._drawn(c.DIFFERENCE_CLAUSES, x=self.first)
        if ask.kind == "can":
            return self._asked_with(c.WAYS_OF_ASKING[ask.op][:-1])
        if ask.kind == "ask" and ask.asked_with:
            return self._asked_with(tuple(word for word in c.SAME[ask.asked_with] if casual or "啥" not in word))
        return ask.clause

    def _asked_with(self, words: tuple[str, ...]) -> Text:
        return joined([self.first, _word(self.rng.choice(words)), self.second], "zh")

    def _how_word(self, hows: tuple[str, ...]) -> Text:
        ask = self.ask
        action = str(ask.action)
        odd = ""
        if action.startswith(("不", "没")):
            hows = c.HOWS_BEFORE_NOT
        elif len(action) == 1:
            odd = "如何|才"
        elif ask.kind == "topic" or (not ask.whole and _NOT_AN_ACTION.match(action)):
            odd = "才"
        return _word(self.rng.choice(tuple(how for how in hows if not (odd and re.search(odd, how)))))

    def _how_clause(self, hows: tuple[str, ...]) -> Text:
        """The place before the question word, behind it, or as the topic of the clause."""
        ask = self.ask
        how = self._how_word(hows)
        if ask.tool is not None and self.rng.random() < 0.3:
            at = self._at(ask.place) if ask.place is not None else EMPTY
            return self._drawn(c.TOOL_CLAUSES, at=at, x=ask.tool, y=ask.goal, h=how)
        if ask.place is None:
            return joined([how, self.slot_v()], "zh")
        order = self.rng.randrange(3)
        at = self._at(ask.place)
        if order == 1 and str(at).startswith(("在", "用", "使")):
            return joined([how, at, self.slot_v()], "zh")
        if order == 0 or ask.places == c.USING:
            return joined([at, how, self.slot_v()], "zh")
        return filled("{p}{h}{v}", {"p": ask.place, "h": how, "v": self.slot_v()}, "zh")

    def _at(self, place: Text) -> Text:
        return self._drawn(tuple(option for option in self.ask.places if option[-1] != "来"), p=place)


def _is_spaced(text: Text) -> bool:
    """Whether Chinese and Latin words have a space between them."""
    return any(
        gap == " " and _is_latin(left[-1]) != _is_latin(right[0])
        for left, gap, right in zip(text.parts[1::2], text.parts[2::2], text.parts[3::2], strict=False)
    )


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _with_spaces(text: Text, everywhere: bool) -> Text:
    """With a space between two Latin words that have come together, and where the text has them, beside Chinese."""
    parts = list(text.parts)
    for i in range(2, len(parts) - 1, 2):
        if not parts[i]:
            eastern = _is_east(parts[i - 1][-1]) + _is_east(parts[i + 1][0])
            parts[i] = " " if eastern == 0 or (eastern == 1 and everywhere) else ""
    return Text(parts, text.status, text.language, text.steps)


def _is_east(char: str) -> bool:
    return ord(char) > 0x2FFF or bool(_HAN_CHAR.match(char))
