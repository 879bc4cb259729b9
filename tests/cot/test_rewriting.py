"""Answers rewritten by a model: prose and comments may change; for anything else the old answer stays."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from chat_server import ChatServer, Request
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_model import Scripted

from slmaug.cot.rewriting import rewrite_prompts, rewritten
from slmaug.llm.chat import Chat
from slmaug.llm.model import Reply
from slmaug.llm.resampling import MOST_TOKENS, ROUND, kind_of
from slmaug.record import Seed

CODE = "```python\nimport time\n\ndef wait(n):\n    # wait\n    time.sleep(n)\n    return 'a  b'\n```"
ANSWER = (
    f"Call `wait` with the seconds, at most 30; it does not return early. See https://example.org/wait.\n\n{CODE}\n"
)
SEED = Seed(7, "How do I wait?", ANSWER, "seeds.csv:9")
BETTER = (
    "Call `wait` and pass the number of seconds, 30 at most. It will not return before they have passed, as "
    "https://example.org/wait explains.\n\n```python\nimport time\n\n\ndef wait(n):\n"
    "    # Blocks the thread for n seconds.\n    time.sleep(n)\n    return 'a  b'  # a constant\n```"
)


def outcome(text: str, seed: Seed = SEED) -> tuple[str, str]:
    """The answer that comes of a reply, and the kind of the reject, empty where there is none."""
    result = rewritten([seed], Scripted(lambda p: Reply(text)), attempts=1)
    return result.seeds[0].answer, kind_of(result.rejects[0].reason) if result.rejects else ""


def test_better_prose_and_comments_are_taken() -> None:
    """The seed keeps its id, question and place; its answer is the new one."""
    result = rewritten([SEED], Scripted(lambda p: Reply(f"\n{BETTER}\n\n")))
    assert result.seeds == (Seed(7, SEED.question, BETTER, SEED.place),)
    assert result.seeds[0].place == "seeds.csv:9"
    assert result.rejects == ()
    assert result.notes == {
        "model": "scripted",
        "asked": 1,
        "rewritten": 1,
        "unchanged": [],
        "kept": [],
        "rejected_by_reason": {},
    }


@pytest.mark.parametrize(
    "text", [BETTER, f"<answer>\n{BETTER}\n</answer>", BETTER.replace("\n", "\r\n"), f"<think>\nx\n</think>\n{BETTER}"]
)
def test_tags_that_are_repeated_and_line_ends_do_not_matter(text: str) -> None:
    """What a model hands back around the answer is cut off."""
    assert outcome(text) == (BETTER, "")


def test_the_same_answer_again_is_no_reject_and_no_change() -> None:
    """Its bytes stay, white space at the end and all, and the notes count it."""
    result = rewritten([SEED], Scripted(lambda p: Reply(ANSWER.strip())))
    assert result.seeds[0].answer == ANSWER
    assert (result.rejects, result.notes["unchanged"], result.notes["rewritten"]) == ((), [7], 0)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("time.sleep(n)", "time.sleep(n + 1)", "other code"),
        ("'a  b'", "'a b'", "other code"),
        ("def wait", "async def wait", "other code"),
        ("```python", "```py", "another language of code"),
        ("```python", "```", "another language of code"),
        ("\n```python", "\n```python\nx = 1\n```\n\n```python", "another number of code blocks"),
        ("30 at most", "at most as many as you like", "other numbers"),
        ("`wait`", "wait", "something exact was lost"),
        ("https://example.org/wait", "the manual", "something exact was lost"),
        ("It will not", "The call `sleep_long` will not", "something exact was added"),
        ("30 at most", "30 at most, not 31", "other numbers"),
        ("explains", "and https://example.com/x explain", "something exact was added"),
        ("will not return before", "will return when", "another number of negations"),
        ("Call `wait`", "Here is the improved answer:\n\nCall `wait`", "talk of its own work"),
        ("Call `wait`", "Sure! Call `wait`", "talk of its own work"),
        ("explains", "explains" + " very well" * 40, "another length"),
    ],
)
def test_what_would_change_the_meaning_leaves_the_answer(old: str, new: str, kind: str) -> None:
    """The old answer stays byte for byte, and the reject says why."""
    assert old in BETTER
    assert outcome(BETTER.replace(old, new, 1)) == (ANSWER, kind)


def test_another_language_or_another_order_leaves_the_answer() -> None:
    """German prose for English, and code before prose."""
    german = (
        "Der Aufruf `wait` mit den Sekunden, es sind 30 und nicht mehr, wie https://example.org/wait sagt, und das "
        "ist gut für die Leute."
    )
    prose, code = BETTER.split("\n\n", 1)
    assert outcome(f"{german}\n\n{code}") == (ANSWER, "another language")
    assert outcome(f"{code}\n\n{prose}") == (ANSWER, "prose and code in another order")


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("It takes two hours.", "It takes three hours.", "other numbers"),
        ("It takes two hours.", "It takes two days.", "other numbers"),
        ("It takes two hours.", "It takes a few hours.", "other numbers"),
        ("Wait five minutes, then retry twice.", "Wait nine minutes, then retry twice.", "other numbers"),
        ("Wait five minutes, then retry twice.", "Wait five minutes, then retry three times.", "other numbers"),
        ("Up to two hundred euros are free.", "Up to three hundred euros are free.", "other numbers"),
        ("Pay within two weeks, or two days by card.", "Pay within two weeks or days by card.", "other numbers"),
        ("A fee of two percent is charged.", "A fee of two euros is charged.", "other numbers"),
        ("等待两小时，然后重试三次。", "等待三小时，然后重试三次。", "other numbers"),
        ("等待两小时，然后重试三次。", "等待两天，然后重试三次。", "other numbers"),
        ("Use `rm -r` to delete it.", "Use `rm -r` to delete it. I hope this helps!", "talk of its own work"),
        ("Use `rm -r` to delete it.", "Delete it with `rm -r`.\n\nLet me know if it fails.", "talk of its own work"),
        (
            "Use `rm -r` to delete it.",
            "Delete it with `rm -r`. If you have any questions, ask!",
            "talk of its own work",
        ),
        ("Use `rm -r` to delete it.", "Delete it with `rm -r`. Feel free to ask for more.", "talk of its own work"),
        ("用`rm -r`删除文件夹。", "使用`rm -r`删除文件夹。希望对你有帮助！", "talk of its own work"),
        ("用`rm -r`删除文件夹。", "使用`rm -r`删除文件夹。如有疑问请提问。", "talk of its own work"),
    ],
)
def test_facts_in_words_stay_and_no_farewell_is_added(old: str, new: str, kind: str) -> None:
    """Numbers count in words and in Chinese, with their units; a chat's last sentence is no part of an answer."""
    assert outcome(new, Seed(0, "How?", old)) == (old, kind)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("It takes two hours, or one day from abroad.", "Two hours are usual; from abroad it is a day."),
        ("Wait five minutes, then retry twice.", "Please wait for 5 minutes and then retry two times."),
        (
            "Up to two hundred euros are free; above that 2 percent.",
            "200 euros are free, and 2% is charged above that.",
        ),
        ("Open the app. Tap Card. Confirm.", "1. Open the app.\n2. Tap Card.\n3. Confirm."),
        ("Open the app. Tap Card. Confirm.", "**Step 1:** Open the app.\n**Step 2:** Tap Card.\n**Step 3:** Confirm."),
        ("Write to us in the chat.", "Please feel free to contact us in the chat."),
        ("It takes 5 to 7 working days.", "Please allow five to seven business days."),
        ("We hope this clears it up. Call us.", "We hope this clears it up for you. Call us."),
        ("等待两小时，然后重试三次。", "请先等待2小时，之后再重试三次。"),
        ("两边传入同一个选项。", "双方都要传入同一个选项。"),
    ],
)
def test_the_same_facts_in_other_words_are_taken(old: str, new: str) -> None:
    """Digits for words, a percent sign, numbered steps, and an invitation where the answer has one."""
    assert outcome(new, Seed(0, "How?", old)) == (new, "")


def test_each_try_is_kept_and_a_later_good_one_is_taken() -> None:
    """The second round has another sample number, and the reject holds the whole text."""
    bad = BETTER.replace("time.sleep(n)", "time.sleep(0)")
    model = Scripted(lambda p: Reply(bad if p.sample < ROUND else BETTER))
    result = rewritten([SEED], model)
    assert result.seeds[0].answer == BETTER
    (reject,) = result.rejects
    assert (reject.seed_id, reject.place, reject.purpose, reject.text) == (7, "seeds.csv:9", "answer", bad)


def test_prose_answers_are_rewritten_too_in_either_language() -> None:
    """Chinese numbers of negations and quoted names count as well."""
    prose = Seed(0, "When?", "The shop opens at 9 and closes at 17. It is not open on Sundays.")
    better = "Opening hours are from 9 to 17; on Sundays the shop is not open."
    assert outcome(better, prose) == (better, "")
    chinese = Seed(1, "如何等待？", "调用`wait`，最多30秒，不会提前返回。")
    good = "请调用`wait`；等待时间最多为30秒，并且不会提前返回。"
    assert outcome(good, chinese) == (good, "")
    assert outcome(good.replace("不会", "会"), chinese) == (chinese.answer, "another number of negations")
    assert outcome("Call `wait`, 30 seconds at most; it does not return early.", chinese)[1] == "another language"


def test_prompts_are_the_calls_of_the_first_round() -> None:
    """A long answer has room for a long reply, and the language is the answer's."""
    seeds = [SEED, Seed(8, "如何等待？", "调用`wait`。" * 30), Seed(9, "Long?", "word " * 5000)]
    model = Scripted(lambda p: Reply("no"))
    result = rewritten(seeds, model, attempts=1)
    assert model.rounds == [rewrite_prompts(seeds)]
    small, chinese, large = model.rounds[0]
    assert "in English" in small.system
    assert "in Simplified Chinese" in chinese.system
    assert small.max_tokens < large.max_tokens == MOST_TOKENS
    assert result.notes["kept"] == [7, 8, 9]
    json.dumps(result.notes)


def test_an_answer_stays_in_its_own_language() -> None:
    """The setting is for the comments of an answer without prose; any other would ask for a translation in vain."""
    seeds = [SEED, Seed(1, "How?", "```python\nx = 1\n```"), Seed(2, "Wie?", "Das ist der Ordner, nicht die Datei.")]
    told = [prompt.system for prompt in rewrite_prompts(seeds, "zh")]
    assert [each.partition("whole answer in ")[2].partition(", improved")[0] for each in told] == [
        "English",
        "Simplified Chinese",
        "the language it is in",
    ]


PIECES = st.sampled_from([*BETTER.splitlines(), *ANSWER.splitlines(), "```", "~~~", "", "30", "not", "`wait`", "x = 1"])


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map("\n".join)))
def test_whatever_comes_back_the_code_is_the_same(text: str) -> None:
    """Any reply either leaves the answer or has the one block with every token of it."""
    answer, kind = outcome(text)
    assert (answer == ANSWER) or not kind
    for token in ("import time", "def wait(n):", "time.sleep(n)", "return 'a  b'", "`wait`", "30", "not"):
        assert token in answer


def test_through_the_real_client(chat_server: Callable[..., ChatServer]) -> None:
    """The official client against a server that spoils the code first and then gets it right."""
    pytest.importorskip("openai")
    pytest.importorskip("tenacity")

    def script(received: Request) -> str:
        again = "turned down" in received.user
        return BETTER if again else BETTER.replace("sleep(n)", "sleep(1)")

    result = rewritten([SEED], Chat("m", base_url=chat_server(script).url))
    assert result.seeds[0].answer == BETTER
    assert [kind_of(reject.reason) for reject in result.rejects] == ["other code"]
