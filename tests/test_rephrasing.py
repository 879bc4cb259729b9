"""Rephrasing by a model: only what asks the same thing is taken, everything else is told."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence

import pytest
from chat_server import ChatServer, Request
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_model import Scripted

from slmaug.augment.listed import Listed
from slmaug.llm.chat import Chat
from slmaug.llm.model import Prompt
from slmaug.llm.resampling import MOST_TOKENS, ROUND, kind_of
from slmaug.record import Seed
from slmaug.rephrasing import Rephrased, rephrase_prompts, rephrased
from slmaug.rng import generators
from slmaug.text import Text, question_key

SEEDS = [
    Seed(0, "How do I read a large file with `open()` in the NEBULA app?", "So.", "seeds.csv:2"),
    Seed(1, "Why can't I send 50 euros to a friend?", "So.", "seeds.csv:3"),
    Seed(4, "如何用Python读取文件？", "So.", "seeds.csv:6"),
]
WORDS = "quick brown calm deep early fresh green happy ideal jolly kind light merry neat open plain".split()


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


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("Can I top up with Google Pay?", "google pay top up"),
        ("Can I top up with Google Pay?", "Hey, does Google Pay work for top-ups?"),
        ("Can I top up with Google Pay?", "I'd like to add money with Google Pay, is that possible?"),
        ("Why didn't I receive the right amount of cash at the ATM?", "atm wrong cash amount"),
        (
            "Why didn't I receive the right amount of cash at the ATM?",
            "The machine short-changed me at the ATM. What happened?",
        ),
        (
            "Why didn't I receive the right amount of cash at the ATM?",
            "I asked for more than what the ATM paid out. How come?",
        ),
        ("Find all regular files on the system whose size is greater than 20000k", "list regular files > 20000k"),
        (
            "Find all regular files on the system whose size is greater than 20000k",
            "I need to find regular files over 20000k system-wide",
        ),
        (
            "Find all regular files on the system whose size is greater than 20000k",
            "Which regular files on the system are larger than 20000k?",
        ),
        (
            "find directories that have been modified in the last seven days",
            "How can I list directories changed in the past 7 days?",
        ),
        (
            "find directories that have been modified in the last seven days",
            "Which directories were modified during the last week?",
        ),
        (
            "find directories that have been modified in the last seven days",
            "Show me folders touched within the last seven days",
        ),
        ("How do I set a timeout on HttpClient in ASP.NET Core?", "ASP.NET Core HttpClient timeout"),
        ("How do I set a timeout on HttpClient in ASP.NET Core?", "httpclient timeout asp.net core"),
        (
            "How do I set a timeout on HttpClient in ASP.NET Core?",
            "What is HttpClient's timeout setting in ASP.NET Core?",
        ),
        ("How do I parse JSON with System.Text.Json?", "System.Text.Json JSON parsing"),
        ("How do I parse JSON with System.Text.Json?", "parsing JSON using System.Text.Json, how?"),
        ("How do I fix a NullReferenceException in C#?", "C# NullReferenceException fix"),
        (
            "How do I fix a NullReferenceException in C#?",
            "My C# code throws a NullReferenceException. How do I fix it?",
        ),
        ("Why does my app not start?", "What keeps my app from starting?"),
        ("Why does my app not start?", "App crashes on startup, why?"),
        ("Why does my app not start?", "My app refuses to launch. Why?"),
        ("Where can I change my pin?", "Hello, How do I change my PIN?"),
        ("Why was I charged twice for the same transaction?", "duplicate charge for the same transaction"),
        ("Why was I charged twice for the same transaction?", "The same transaction was charged two times, why?"),
        (".NET Framework如何使用HttpClient设置请求超时？", ".NET Framework HttpClient 请求超时设置"),
        (".NET Framework如何使用HttpClient设置请求超时？", "在.NET Framework中，怎样给HttpClient设置请求超时时间？"),
        (
            ".NET 8如何使用System.Text.Json序列化和反序列化对象？",
            "怎么在.NET 8里用System.Text.Json把对象转成JSON再转回来？",
        ),
        (".NET 8如何使用System.Text.Json序列化和反序列化对象？", ".NET 8 System.Text.Json 序列化 反序列化 对象"),
    ],
)
def test_search_words_and_everyday_speech_are_taken(question: str, line: str) -> None:
    """Names side by side, small letters, a sign for a word, a week for seven days: and Listed takes them, too."""
    result = told([line], Seed(0, question, "So."))
    assert [each.reason for each in result.rejects] == []
    (found,) = result.phrasings[question]
    assert question_key(found) == question_key(line)
    source = Text.parse(question)
    (new,) = Listed(result.phrasings)([source], generators(1, 0, 1))
    assert str(new) == found
    assert Counter(new.locked) == Counter(source.locked)


@pytest.mark.parametrize(
    ("question", "line", "kind"),
    [
        ("Can I top up with Google Pay?", "Yes, you can top up with Google Pay.", "an answer in place of a question"),
        (
            "Can I top up with Google Pay?",
            "You can top up with Google Pay in the app.",
            "an answer in place of a question",
        ),
        ("Can I top up with Google Pay?", "How do I delete Google Pay?", "another thing is asked for"),
        ("Can I top up with Google Pay?", "Can I withdraw with Google Pay?", "another thing is asked for"),
        ("Can I top up with Google Pay?", "Can I top up with Apple Pay?", "a locked span was lost"),
        ("Can I top up with Google Pay?", "Can I top up with Google Pay and PayPal?", "a locked span was added"),
        ("find files bigger than 20000k", "find files smaller than 20000k", "another thing is asked for"),
        ("find files bigger than 20000k", "find files < 20000k", "another thing is asked for"),
        ("find files bigger than 20000k", "find and delete files bigger than 20000k", "another thing is asked for"),
        ("find files bigger than 20000k", "find directories bigger than 20000k", "another thing is asked for"),
        ("find files bigger than 20000k", "find files bigger than +20000k", "a locked span was added"),
        ("find files newer than ttt", "find files older than ttt", "another thing is asked for"),
        (
            "find directories changed in the last seven days",
            "find directories changed in the last eight days",
            "other numbers",
        ),
        (
            "find directories changed in the last seven days",
            "find directories changed in the last 8 days",
            "a locked span was added",
        ),
        (
            "find directories changed in the last seven days",
            "find directories changed in the last month",
            "other numbers",
        ),
        (
            "list all .txt files except README.txt",
            "list all .txt files including README.txt",
            "another thing is asked for",
        ),
        ("如何按大于100的条件过滤？", "如何按小于100的条件过滤？", "another thing is asked for"),
        ("可以用Apple Pay充值吗？", "可以，Apple Pay能充值。", "an answer in place of a question"),
        ("如何等待三天？", "如何等待五天？", "other numbers"),
    ],
)
def test_answers_and_opposites_are_turned_down(question: str, line: str, kind: str) -> None:
    """Whatever else is right, a statement is no question, and greater is not less."""
    first = told([line], Seed(0, question, "So.")).rejects[0]
    assert (kind_of(first.reason), first.text) == (kind, line)


def test_names_come_back_in_their_own_letter_case() -> None:
    """What is typed in small letters is put right, so the locked spans are in the row byte for byte."""
    seed = Seed(0, "How do I set a timeout on HttpClient in ASP.NET Core?", "So.")
    result = told(["httpclient timeout asp.net core"], seed)
    assert result.phrasings[seed.question] == ("HttpClient timeout ASP.NET Core",)
    nebula = told(["Reading a large file with `open()` in the nebula app?"])
    assert nebula.phrasings[SEEDS[0].question] == ("Reading a large file with `open()` in the NEBULA app?",)


def test_no_call_asks_for_more_than_a_small_model_gives() -> None:
    """A long question is asked for fewer at a time, in more calls, and its gate expects no more than that."""
    long = Seed(0, "How do I " + " ".join(f"read the {word} file and" for word in WORDS * 4) + " go on?", "So.")
    chinese = Seed(1, "如何" + "读取文件然后写入数据库并且检查结果" * 16 + "？", "So.")
    prompts = rephrase_prompts([long, chinese], per_seed=20, per_call=10)
    assert max(prompt.max_tokens for prompt in prompts) == MOST_TOKENS
    counts = [int(prompt.system.split("Write ")[1].split()[0]) for prompt in prompts]
    assert sum(counts) == 40
    assert max(counts) < 10
    model = Scripted(lambda p: "no")
    result = rephrased([long, chinese], model, per_seed=20, per_call=10, attempts=1)
    assert model.rounds == [prompts]
    assert [r.seed_id for r in result.rejects if r.reason.startswith("too few")] == [
        p.sample * 0 + at
        for at, n in ((0, len(rephrase_prompts([long]))), (1, len(rephrase_prompts([chinese]))))
        for p in prompts[:n]
    ]


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
    asked_by = [re.findall(r"^- (\d) lines?: (.*)$", p.user, re.MULTILINE) for p in planned[:3]]
    assert [[int(share) for share, _ in lines] for lines in asked_by] == [[2] * 5, [2] * 5, [1] * 5]
    assert len({manner for lines in asked_by for _, manner in lines}) == 15
    assert "`open()`  NEBULA" in planned[0].system
    assert "is negated" in planned[3].system
    assert "is negated" not in planned[0].system
    assert "without a negation" in planned[0].system
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
