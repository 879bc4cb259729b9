"""Rephrasing by a model: only what asks the same thing is taken, everything else is told."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from chat_server import ChatServer, Request
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug.augment.listed import Listed
from slmaug.llm.chat import Chat
from slmaug.llm.model import Progress, Prompt, Reply
from slmaug.llm.resampling import ROUND, kind_of
from slmaug.record import Seed
from slmaug.rephrasing import FACETS, Rephrased, rephrase_prompts, rephrased
from slmaug.rng import generators
from slmaug.text import Text, question_key

SEEDS = [
    Seed(0, "How do I read a large file with `open()` in the NEBULA app?", "So.", "seeds.csv:2"),
    Seed(1, "Why can't I send 50 euros to a friend?", "So.", "seeds.csv:3"),
    Seed(4, "如何用Python读取文件？", "So.", "seeds.csv:6"),
]
WORDS = "quick brown calm deep early fresh green happy ideal jolly kind light merry neat open plain".split()


@dataclass
class Scripted:
    """A model that answers by a function of the prompt, and keeps the prompts of each round."""

    answer: Callable[[Prompt], str]
    rounds: list[list[Prompt]] = field(default_factory=list)
    name: str = "scripted"

    def complete(self, prompts: Sequence[Prompt], progress: Progress | None = None) -> list[Reply]:
        self.rounds.append(list(prompts))
        return [Reply(self.answer(prompt)) for prompt in prompts]


def told(lines: Sequence[str], seed: Seed = SEEDS[0], others: Sequence[Seed] = (), **settings: int) -> Rephrased:
    """What comes of one reply of these lines."""
    options = {"per_seed": len(lines), "per_call": len(lines), "attempts": 1, **settings}
    return rephrased(
        [seed, *others], Scripted(lambda p: "\n".join(lines) if seed.question in p.user else ""), **options
    )  # type: ignore[arg-type]


GOOD = {
    0: [
        "What's the way to read a big file with `open()` in the NEBULA app?",
        "read large file `open()` NEBULA app",
        "In the NEBULA app, which call reads a large file? I'd like to use `open()`.",
        "Could you please explain how a large file is read using `open()` inside the NEBULA app?",
        "I'm new here. How can I use `open()` to read a large file in the NEBULA app?",
        "I don't know how to read a large file with `open()` in the NEBULA app.",
        "hey, any tips for reading huge files with `open()` in the NEBULA app?",
    ],
    1: [
        "What stops me from sending 50 euros to a friend?",
        "Sending 50 euros to my friend fails. Why?",
        "I'm unable to send my friend 50 euros, what is the reason?",
        "cannot send 50 euros to friend",
        "Why am I not able to transfer 50 euros to a friend?",
    ],
    2: [
        "Python怎么读取文件？",
        "请问用Python读文件的方法是什么？",
        "我不知道怎么用Python读取文件。",
        "Python 读取文件 方法",
    ],
}


@pytest.mark.parametrize("number", GOOD)
def test_what_models_write_well_is_taken(number: int) -> None:
    """In the order in which it came, in every register, and nothing is turned down."""
    result = told(GOOD[number], SEEDS[number])
    assert result.rejects == ()
    assert result.phrasings == {SEEDS[number].question: tuple(GOOD[number])}
    assert result.notes == {
        "model": "scripted",
        "asked": len(GOOD[number]),
        "accepted": len(GOOD[number]),
        "seeds_with_fewer": {},
        "rejected_by_reason": {},
    }


@pytest.mark.parametrize(
    ("number", "line", "kind"),
    [
        (0, "How do I read a large file with open() in the NEBULA app?", "a locked span was lost"),
        (0, "How do I read a large file in the NEBULA app?", "a locked span was lost"),
        (0, "Reading a large file with `open()` in the nebula app?", "a locked span was lost"),
        (0, "How do I read a large file with `open()` and `read()` in the NEBULA app?", "a locked span was added"),
        (0, "In the NEBULA app, how do I read 3 large files with `open()`?", "a locked span was added"),
        (0, "In the NEBULA app, how do I read three large files with `open()`?", "other numbers"),
        (0, "how do I read a large file with `open()` in the NEBULA app", "the same question again"),
        (0, "Why does the NEBULA app not read a large file with `open()`?", "a negation is new"),
        (0, "Wie kann ich in der NEBULA app das mit `open()` lesen und nicht laden?", "another language"),
        (0, "How do I read it with `open()`? And what is the NEBULA app?", "more than one question"),
        (0, f"`open()` in the NEBULA app for a file that is {'very ' * 60}large?", "too long"),
        (1, "How can I send 50 euros to a friend?", "the negation is lost"),
        (1, "Why can't I send 60 euros to a friend?", "a locked span was lost"),
        (2, "怎么读取文件？", "a locked span was lost"),
        (2, "How is a file read with Python?", "another language"),
    ],
)
def test_what_asks_something_else_is_turned_down(number: int, line: str, kind: str) -> None:
    """The reject names the seed, its place, the fault and the phrasing itself."""
    result = told([line, *GOOD[number][:3]], SEEDS[number])
    (reject,) = result.rejects
    assert (reject.seed_id, reject.place, reject.purpose) == (SEEDS[number].id, SEEDS[number].place, "phrasing")
    assert kind_of(reject.reason) == kind
    assert reject.text == line
    assert result.phrasings[SEEDS[number].question] == tuple(GOOD[number][:3])
    assert result.notes["rejected_by_reason"] == {kind: 1}


def test_another_seeds_question_or_phrasing_is_not_taken() -> None:
    """The question is refused to every other seed, and a phrasing goes to the seed that had it first."""
    first, second = Seed(0, "How do I pay?", "a"), Seed(1, "Where do I pay?", "b")
    model = Scripted(lambda p: "where do i pay\nWhat is the way to pay?\nhow do I pay!")
    result = rephrased([first, second], model, per_seed=3, per_call=3, attempts=1)
    assert result.phrasings == {"How do I pay?": ("What is the way to pay?",), "Where do I pay?": ()}
    assert [kind_of(r.reason) for r in result.rejects if r.seed_id == 0] == [
        "another seed's question",
        "the same question again",
        "too few good phrasings in a reply",
    ]
    assert Counter(kind_of(r.reason) for r in result.rejects if r.seed_id == 1) == {
        "the same question again": 1,
        "another seed's question": 2,
        "too few good phrasings in a reply": 1,
    }


def test_what_is_protected_stays() -> None:
    """A term of the user's own is locked, however it looks."""
    seed = Seed(0, "How do I link a bank card?", "a")
    model = Scripted(lambda p: "What links a bank card?\nWhat links a card?")
    result = rephrased([seed], model, per_seed=2, per_call=2, protect=["bank card"], attempts=1)
    assert result.phrasings == {seed.question: ("What links a bank card?",)}
    assert [reject.reason for reject in result.rejects] == ["a locked span was lost: bank card"]
    assert "bank card" in model.rounds[0][0].system


def numbered(prompt: Prompt) -> str:
    """Ten phrasings of the first seed that differ from call to call."""
    at = prompt.sample % ROUND * 3 + prompt.sample // ROUND
    return "\n".join(f"How is a {word} {WORDS[at]} file read with `open()` in the NEBULA app?" for word in WORDS[:10])


def test_a_call_that_gave_too_few_is_made_again_and_its_good_ones_are_kept() -> None:
    """Four of ten are few: the call is made again, and the four are not lost."""

    def answer(prompt: Prompt) -> str:
        lines = numbered(prompt).splitlines()
        return "\n".join(lines[:4]) if prompt.sample == 0 else "\n".join(lines)

    model = Scripted(answer)
    result = rephrased(SEEDS[:1], model, per_seed=20, per_call=10)
    assert [[p.sample for p in round_] for round_ in model.rounds] == [[0, 1], [ROUND]]
    assert len(result.phrasings[SEEDS[0].question]) == 20
    assert [reject.reason for reject in result.rejects] == ["too few good phrasings in a reply: 4 of 10"]


def test_no_more_than_asked_and_no_call_when_there_are_enough() -> None:
    """A model that writes more than it should fills the seed, and the short second call is not made again."""

    def answer(prompt: Prompt) -> str:
        return numbered(prompt) if prompt.sample == 0 else "no"

    model = Scripted(answer)
    result = rephrased(SEEDS[:1], model, per_seed=10, per_call=6)
    assert len(result.phrasings[SEEDS[0].question]) == 10
    assert len(model.rounds) == 1


def test_what_falls_short_is_told() -> None:
    """The notes name the seed and how many it has."""
    result = told(GOOD[0][:2], per_seed=5, per_call=5)
    assert result.notes["seeds_with_fewer"] == {"0": 2}
    json.dumps(result.notes)


def test_prompts_are_the_calls_of_the_first_round() -> None:
    """As many as it takes, each in another manner, the last for what is left over."""
    planned = rephrase_prompts(SEEDS, per_seed=25, per_call=10)
    model = Scripted(lambda p: "")
    rephrased(SEEDS, model, per_seed=25, per_call=10, attempts=1)
    assert model.rounds == [planned]
    assert len(set(planned)) == 9
    assert ["Write 10 other" in p.system for p in planned] == [True, True, False] * 3
    assert len({facet for facet in FACETS for p in planned[:3] if facet in p.user}) == 3
    assert "`open()`  NEBULA" in planned[0].system
    assert "negated" in planned[3].system
    assert "negated" not in planned[0].system
    assert "Chinese" in planned[6].system
    with pytest.raises(ValueError, match="per_seed and per_call must be at least 1, got 20 and 0"):
        rephrase_prompts(SEEDS, per_call=0)




def test_listed_takes_every_accepted_phrasing() -> None:
    """What passed the gate passes the augmenter too: both read the locks alike."""
    for number, lines in GOOD.items():
        result = told(lines, SEEDS[number])
        text = Text.parse(SEEDS[number].question)
        drawn = Listed(result.phrasings)([text] * 200, generators(1, 0, 200))
        assert {str(new) for new in drawn} == set(lines)


PIECES = st.sampled_from([*GOOD[0], *GOOD[1], "1. ", "", '["a"', "How do I pay?", "`open()`", "NEBULA", "not", "3"])


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=8).map("\n".join)))
def test_whatever_comes_back_the_locks_hold_and_all_differ(reply: str) -> None:
    """Any reply: the accepted have the question's locks and differ from it and from each other."""
    result = rephrased(SEEDS[:1], Scripted(lambda p: reply), per_seed=5, per_call=5, attempts=2)
    question = SEEDS[0].question
    source = Text.parse(question)
    found = result.phrasings[question]
    assert len({question_key(line) for line in (question, *found)}) == len(found) + 1
    for line in found:
        assert Counter(Text.parse(line, source.locked).locked) == Counter(source.locked)


def test_through_the_real_client(chat_server: Callable[..., ChatServer]) -> None:
    """The official client against a server: one call for each batch, and the phrasings in order."""
    pytest.importorskip("openai")
    pytest.importorskip("tenacity")

    def script(received: Request) -> str:
        at = next(number for number, seed in enumerate(SEEDS) if seed.question in received.user)
        return json.dumps(GOOD[at][:4], ensure_ascii=False)

    server = chat_server(script)
    result = rephrased(SEEDS, Chat("m", base_url=server.url), per_seed=4, per_call=4)
    assert result.phrasings == {seed.question: tuple(GOOD[at][:4]) for at, seed in enumerate(SEEDS)}
    assert len(server.requests) == 3
