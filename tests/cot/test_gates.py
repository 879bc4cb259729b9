"""The gates let through what models write well, in all the ways they write it, and say what is wrong with the rest."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug.cot.answer_lock import answer_of, preface
from slmaug.cot.gates import Asked, steps_read
from slmaug.cot.names import names_in, unknown_names
from slmaug.cot.shape import TITLES, three_parts
from slmaug.llm.resampling import Unusable, kind_of
from slmaug.quantities import numbers_in, unknown_numbers

CSHARP = Asked(
    "How do I set a request timeout with HttpClient?",
    "Set `HttpClient.Timeout`; past it `GetAsync` throws `TaskCanceledException`.\n\n```csharp\n"
    "using System;\nusing System.Net.Http;\nusing System.Threading.Tasks;\n\n"
    "public static class Downloader\n{\n"
    "    private static readonly HttpClient Client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };\n\n"
    "    public static async Task<string> GetTextAsync(string url)\n    {\n"
    "        using (HttpResponseMessage response = await Client.GetAsync(url))\n        {\n"
    "            response.EnsureSuccessStatusCode();\n"
    "            return await response.Content.ReadAsStringAsync();\n        }\n    }\n}\n```",
    "en",
    "long",
)
BASH = Asked(
    "extract an archive into a folder",
    "```bash\ntar -xzf backup.tar.gz -C target --strip-components=1\n```",
    "en",
    "short",
)
PROSE = Asked(
    "How long does a bank transfer take?",
    "A transfer usually shows in the balance within two hours, or within 3 working days from abroad. Fees of 1,000 "
    "cents or less are not charged. Do not send it twice.",
    "en",
    "short",
)
CHINESE = Asked(
    "如何在C#中逐行读取大文本文件？",
    "用`File.ReadLines`：它一次只把一行放进内存。\n\n```csharp\nforeach (string line in File.ReadLines(args[0]))\n{\n"
    '    if (line.Contains("ERROR"))\n    {\n        Console.WriteLine(line);\n    }\n}\n```',
    "zh",
    "short",
)

PURPOSE = "A request must not hang for ever, so a limit of 30 seconds is put on every call that goes out to the server."
STRUCTURE = (
    "A static `Client` is made once with its `Timeout` set and is reused; `GetTextAsync` is `async` and awaits "
    "`GetAsync`, and `using` disposes of the `HttpResponseMessage` at the end."
)
HANDLING = (
    "The `url` comes in as a string, `EnsureSuccessStatusCode()` throws on an error status, and the body is read with "
    "`ReadAsStringAsync` and returned; a late reply surfaces as a TaskCanceledException."
)
CANONICAL = f"1. **Define Purpose**: {PURPOSE}\n2. **Code Structure**: {STRUCTURE}\n3. **Data Handling**: {HANDLING}"


def parts(form: str, sep: str = "\n") -> str:
    """The three parts, each in a ``form`` of the number n, the title t and the text x."""
    texts = (("Define Purpose", PURPOSE), ("Code Structure", STRUCTURE), ("Data Handling", HANDLING))
    return sep.join(form.format(n=n, t=title, x=text) for n, (title, text) in enumerate(texts, 1))


HARMLESS = {
    "as asked": CANONICAL,
    "heading": f"**Step-by-Step Analysis:**\n{CANONICAL}",
    "heading, colon outside": f"**Step-by-Step Analysis**:\n\n{CANONICAL}\n",
    "markdown heading": f"### Step-by-Step Analysis\n\n{CANONICAL}",
    "announcement": f"Sure! Here is the step-by-step analysis:\n\n{CANONICAL}",
    "announcement and heading": f"Here's the analysis for the question:\n\n**Step-by-Step Analysis:**\n{CANONICAL}",
    "blank lines between": parts("{n}. **{t}**: {x}", "\n\n"),
    "colon in the bold": parts("{n}. **{t}:** {x}"),
    "colon in and behind": parts("{n}. **{t}:**: {x}"),
    "round bracket": parts("{n}) **{t}**: {x}"),
    "number in the bold": parts("**{n}. {t}**: {x}", "\n\n"),
    "number in the bold, colon too": parts("**{n}. {t}:** {x}"),
    "headings of level three": parts("### {n}. {t}\n\n{x}", "\n\n"),
    "headings with bold": parts("### {n}. **{t}**\n{x}", "\n\n"),
    "title on its own line": parts("{n}. **{t}**:\n   {x}"),
    "title on its own line, far in": parts("{n}. **{t}**\n    {x}"),
    "no bold": parts("{n}. {t}: {x}"),
    "dash for colon": parts("{n}. **{t}** – {x}"),
    "no numbers": parts("**{t}**: {x}", "\n\n"),
    "step numbers": parts("Step {n}: **{t}**: {x}"),
    "step numbers and dashes": parts("Step {n}: {t} - {x}"),
    "all are one": parts("1. **{t}**: {x}"),
    "small letters": parts("{n}. **{t}**: {x}").replace("Define Purpose", "Define purpose"),
    "the purpose": CANONICAL.replace("Define Purpose", "Define the Purpose"),
    "purpose alone": CANONICAL.replace("Define Purpose", "Purpose"),
    "longer title": CANONICAL.replace("Data Handling", "Data Handling and Errors"),
    "indented all over": "\n".join(f"  {line}" for line in CANONICAL.splitlines()),
    "carriage returns": CANONICAL.replace("\n", "\r\n\r\n"),
    "trailing spaces": CANONICAL.replace("\n", "  \n") + "  \n\n",
    "rules between": parts("{n}. **{t}**: {x}", "\n\n---\n\n"),
    "empty code sample": f"{CANONICAL}\n\n**Code Sample**:\n",
    "empty code sample, other colon": f"{CANONICAL}\n\n**Code Sample:**",
    "fence around the whole": f"```markdown\n{CANONICAL}\n```",
    "a thought": f"<think>\nThe user wants 99 things.\n```\nx = foo_bar()\n```\n</think>\n\n{CANONICAL}",
    "closing remark": f"{CANONICAL}\n\nLet me know if you need more details!",
    "this analysis": f"{CANONICAL}\n\nThis analysis covers all of it.",
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_harmless_deviations_come_out_in_the_one_shape(text: str) -> None:
    """However it is laid out, a good rationale passes, and nothing of what it says is lost."""
    steps = steps_read(text, CSHARP)
    assert steps == CANONICAL


GOOD = {
    "sub-bullets": (
        CSHARP,
        "1. **Define Purpose**: Stop a call to the server that takes longer than 30 seconds, so that nothing hangs.\n"
        "2. **Code Structure**:\n   - `Downloader` is a static class that holds one `HttpClient` for all the calls.\n"
        "   * `GetTextAsync` takes the `url` and awaits `Client.GetAsync(url)`.\n"
        "3. **Data Handling**:\n- `EnsureSuccessStatusCode` throws where the status is no success.\n"
        "- The text of the body is read without blocking, by means of `await response.Content.ReadAsStringAsync()`.",
    ),
    "plain names, possessive and plural": (
        CSHARP,
        "1. **Define Purpose**: HttpClient's requests get an upper limit in time, which the question asks for, so that "
        "a slow server cannot hold up the program.\n2. **Code Structure**: Two Tasks are awaited one after the other; "
        "System.Net.Http supplies the types, and HttpClients are reused since each new one costs sockets.\n"
        "3. **Data Handling**: The `string` comes back when all went well; otherwise `null` is never returned, for an "
        "exception is thrown (e.g. on a JSON or HTTP error, or in .NET when time is up). The given url is used as is.",
    ),
    "flags one by one": (
        BASH,
        "1. **Define Purpose**: Unpack a compressed archive into a target folder.\n2. **Code Structure**: One call of "
        "`tar`: `-x` extracts, `-z` unzips, `-f` names the file.\n3. **Data Handling**: `-C target` says where to, and "
        "`--strip-components=1` drops the first directory.",
    ),
    "the whole one-liner quoted": (
        BASH,
        "1. **Define Purpose**: Unpack a compressed archive.\n2. **Code Structure**: It is one command, `tar -xzf "
        "backup.tar.gz -C target --strip-components=1`.\n3. **Data Handling**: The files land in the folder `target`.",
    ),
    "prose": (
        PROSE,
        "1. **Define Purpose**: Say how long a transfer takes to arrive.\n2. **Key Facts**: At home it takes 2 hours, "
        "from abroad three working days; 1000 cents or less cost nothing.\n3. **Conclusion**: Wait, and do not send "
        "the money a second time.",
    ),
    "prose, the code provided is no talk of the answer": (
        Asked(PROSE.question, "Enter the code provided by SMS.", "en", "short"),
        "1. **Define Purpose**: The transfer has to be confirmed.\n2. **Key Facts**: The code provided by SMS does "
        "that.\n3. **Conclusion**: Enter it, and the transfer goes out at once.",
    ),
    "Chinese": (
        CHINESE,
        "1. **明确目的**：逐行读取很大的文本文件，避免一次占用太多内存。\n2. **代码结构**：用 foreach 遍历 "
        "`File.ReadLines` 返回的每一行。\n3. **数据处理**：包含 `ERROR` 的行由 `Console.WriteLine` 输出，其余跳过。",
    ),
    "Chinese under English titles": (
        CHINESE,
        "1. **Define Purpose**: 逐行读取很大的文本文件，避免一次占用太多内存。\n2. **Code Structure**: "
        "遍历 `File.ReadLines` 返回的每一行。\n"
        "3. **Data Handling**: 包含 `ERROR` 的行被输出，其余跳过，不会一次读完整个文件。",
    ),
    "Chinese, other titles and marks": (
        CHINESE,
        "**逐步分析：**\n1、**明确目的：** 逐行读取很大的文本文件，避免一次占用太多内存。\n2、**代码结构分析：** "
        "用 foreach 遍历 File.ReadLines 返回的每一行。\n"
        "3、**数据处理：** 包含 ERROR 的行被输出，其余跳过，文件多大都可以。",
    ),
    "a user who is in the seed": (
        Asked(
            "How do I find a user?",
            "```sql\nSELECT name FROM users WHERE id = 1;\n```",
            "en",
            "short",
        ),
        "1. **Define Purpose**: Look up the user by a key.\n2. **Code Structure**: A single SELECT with a WHERE on "
        "`id`.\n3. **Data Handling**: The user's name comes back, or no row at all.",
    ),
}


@pytest.mark.parametrize(("wanted", "text"), GOOD.values(), ids=GOOD)
def test_what_models_write_well_passes(wanted: Asked, text: str) -> None:
    """Each part stands under its title, and shaping what is shaped changes nothing."""
    if wanted is CSHARP:
        wanted = Asked(wanted.question, wanted.answer, "en", "long")
    steps = steps_read(text, wanted)
    titles = TITLES[wanted.language, bool(wanted.code)]
    assert [f"{n}. **{title}**:" for n, title in enumerate(titles, 1)] == [
        line[: line.index("**:") + 3] for line in steps.splitlines() if not line.startswith("   ")
    ]
    assert steps_read(steps, wanted) == steps


BAD = {
    "two parts": ("\n".join(CANONICAL.splitlines()[:2]), "not three parts"),
    "four parts": (f"{CANONICAL}\n4. **Conclusion**: So that is how it is done here.", "not three parts"),
    "one paragraph": (PURPOSE, "not three parts"),
    "wrong order": (parts("{n}. **{t}**: {x}").replace("Define Purpose", "Code Structure", 1), "another title"),
    "another title": (CANONICAL.replace("Data Handling", "Error Modes"), "another title"),
    "an empty part": (CANONICAL.replace(f" {STRUCTURE}", ""), "an empty part"),
    "a fence in a part": (f"{CANONICAL}\n   ```csharp\n   var x = 1;\n   ```", "a code block in the rationale"),
    "tildes": (f"{CANONICAL}\n~~~\nx\n~~~", "a code block in the rationale"),
    "pre": (f"{CANONICAL}\n<pre>x</pre>", "a code block in the rationale"),
    "indented code": (f"{CANONICAL}\n\n    Client.GetAsync(url);", "a code block in the rationale"),
    "code sample": (f"{CANONICAL}\n\n**Code Sample**:\n```csharp\nusing System;\n```", "a code block in the rationale"),
    "code sample without a fence": (f"{CANONICAL}\n\n**Code Sample**:\nusing System;", "the answer written again"),
    "copied lines": (
        CANONICAL.replace(STRUCTURE, "`using System;` `using System.Net.Http;` `using System.Threading.Tasks;` first."),
        "a code block in the rationale",
    ),
    "an invented name in backticks": (CANONICAL.replace("`Client`", "`CancellationTokenSource`"), "a name that is in"),
    "an invented call": (f"{CANONICAL} Then Dispose() frees it.", "a name that is in neither"),
    "an invented dotted name": (f"{CANONICAL} See System.Text too.", "a name that is in neither"),
    "an invented snake": (f"{CANONICAL} As in http_client here.", "a name that is in neither"),
    "an invented camel": (f"{CANONICAL} A CancellationToken helps.", "a name that is in neither"),
    "an invented flag": (f"{CANONICAL} Run it with --verbose too.", "a name that is in neither"),
    "another case": (CANONICAL.replace("`url`", "`Url`"), "a name that is in neither"),
    "an invented number": (CANONICAL.replace("30 seconds", "100 seconds"), "a number that is in neither"),
    "an invented number word": (CANONICAL.replace("30 seconds", "sixty seconds"), "a number that is in neither"),
    "given answer": (f"{CANONICAL} The given answer does so.", "talk of a given answer"),
    "provided code": (f"{CANONICAL} The provided C# code does so.", "talk of a given answer"),
    "answer above": (f"{CANONICAL} See the answer above for it.", "talk of a given answer"),
    "code provided": (f"{CANONICAL} In the code provided it is so.", "talk of a given answer"),
    "the user wants": (f"{CANONICAL} The user wants a limit.", "talk of who asks or answers"),
    "as an AI": (f"{CANONICAL} As an AI, it cannot be run here.", "talk of who asks or answers"),
    "Chinese": (GOOD["Chinese"][1], "another language"),
    "German": (
        "1. **Define Purpose**: Der Aufruf soll nicht ewig dauern und wird nach der Zeit mit dem Fehler beendet.\n"
        "2. **Code Structure**: Die Klasse ist statisch und wird mit dem Aufruf geteilt, das ist nicht teuer.\n"
        "3. **Data Handling**: Der Text wird gelesen und mit dem Ergebnis zurückgegeben, wenn es nicht zu lange geht.",
        "another language",
    ),
    "too short": ("1. **Define Purpose**: A.\n2. **Code Structure**: B.\n3. **Data Handling**: C.", "too short"),
    "too long": (f"{CANONICAL} {' '.join(f'It is w{n}.' for n in range(150))}", "too long"),
    "chatter in front": (f"Well.\nI thought about it.\nThis is what I found:\n{CANONICAL}", "something in front"),
    "a refusal": ("I'm sorry, but I cannot help with that.", "not three parts"),
    "the answer's heading inside": (CANONICAL.replace(HANDLING, f"{HANDLING} **Answer**: x"), "a heading of the row"),
}


@pytest.mark.parametrize(("text", "kind"), BAD.values(), ids=BAD)
def test_what_is_bad_is_turned_down_for_what_is_wrong_with_it(text: str, kind: str) -> None:
    """The reason names the fault."""
    with pytest.raises(Unusable) as raised:
        steps_read(text, CSHARP)
    assert kind_of(raised.value.reason).startswith(kind)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("根据给定的答案，逐行读取文件，避免一次占用太多内存，这样很好。", "talk of a given answer"),
        ("上述代码逐行读取文件，避免一次占用太多内存，这样做比较好。", "talk of a given answer"),
        ("原答案逐行读取文件，避免一次占用太多内存，这样做比较好。", "talk of a given answer"),
        ("用户想逐行读取文件，避免一次占用太多内存，这样做比较好。", "talk of who asks or answers"),
        ("作为一个AI，逐行读取文件，避免一次占用太多内存，这样做比较好。", "talk of who asks or answers"),
        ("The file is read line by line, so that it never has to fit into memory.", "another language"),
        ("最多读取4096行，避免一次占用太多内存，这样做比较好。", "a number that is in neither"),
        ("用 `StreamReader` 逐行读取文件，避免一次占用太多内存。", "a name that is in neither"),
    ],
)
def test_chinese_rationales_meet_the_same_gates(text: str, kind: str) -> None:
    """Mentions, names, numbers and language are read in Chinese too."""
    rest = "\n2. **代码结构**：用循环遍历 `File.ReadLines` 返回的每一行。\n3. **数据处理**：包含 `ERROR` 的行被输出。"
    with pytest.raises(Unusable) as raised:
        steps_read(f"1. **明确目的**：{text}{rest}", CHINESE)
    assert kind_of(raised.value.reason).startswith(kind)


CARD = Asked(
    "What do I do if my card is stolen?",
    "Block the card now under Card > Report lost or stolen, which stops every new payment. Then order a replacement on "
    "the same screen; the first one each year is free.",
    "en",
    "short",
)
WAIT = Asked(
    "How long does a refund take, and what does it cost?",
    "It shows within two hours, or within 3 working days from abroad; after 24 hours ask your bank. Above 200 euros a "
    "month the fee is 1.5%. The first month is free.",
    "en",
    "short",
)
FIND = Asked(
    "delete the file with inode number $inum", "```bash\nfind . -inum $inum -exec rm {} \\;\n```", "en", "short"
)
TIMEOUT = Asked(
    "如何使用HttpClient设置请求超时？",
    "设置`Timeout`即可。\n\n```csharp\nvar client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };\n"
    "client.DefaultRequestVersion = HttpVersion.Version20;\n```",
    "zh",
    "short",
)
FILLED = {
    "en": ("The problem has to be dealt with at once.", "It is done on a page of its own.", "After that all is well."),
    "zh": (
        "需要为请求设置超时，避免无限等待。",
        "复用同一个客户端实例，并设置超时。",
        "超时后抛出异常，由调用方处理。",
    ),
}


def with_second_part(text: str, wanted: Asked) -> str:
    """A good rationale but for the second part, which is ``text``."""
    first, _, third = FILLED[wanted.language]
    titles = TITLES[wanted.language, bool(wanted.code)]
    return "\n".join(f"{n}. **{t}**: {x}" for n, (t, x) in enumerate(zip(titles, (first, text, third), strict=True), 1))


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        *(
            (CARD, text)
            for text in (
                "The answer must name the way to block the card and where a new one is ordered.",
                "This leads to the answer: block it first, and order the other one afterwards.",
                "So the answer is to block the card and to order another one.",
                "A thief could pay with it; block it. Then order a new one; the first is free each year.",
                "Blocking it takes a moment, and one replacement a year costs nothing.",
                "The next steps are as follows: block the card, then order a replacement.",
                "The customer cannot be helped by waiting; the bank can only help once the card is blocked.",
                "You may be sorry to lose it, but the replacement is free.",
            )
        ),
        *(
            (WAIT, text)
            for text in (
                "A refund shows within 2 hours, or three working days from abroad; a day later the bank is asked.",
                "Two hours are usual, three business days possible, and a fee of 1.5 percent applies above €200.",
                "Wait one day, that is 24 hours; the first month costs nothing.",
            )
        ),
        *(
            (FIND, text)
            for text in (
                "The command is `find . -inum $inum -exec rm {} \\;` and needs nothing else.",
                "It calls find with -inum, and -exec runs rm on each match.",
                "The exit status is not looked at; this code of the shell is not used.",
                "Two programs work together: `find` selects, and `rm` deletes what was found.",
            )
        ),
        *(
            (TIMEOUT, text)
            for text in (
                "把 `Timeout` 设为十秒，写法十分简单，千万不要每次都创建新的实例。",
                "代码只有两行：先创建客户端，再设置版本。",
                "最终答案是设置 `Timeout`，一次设置就对所有请求有效。",
                "分三步完成：创建实例、设置十秒的超时、发送请求，百分之百不会无限等待。",
                "默认用十进制的秒数，10秒之后请求会被取消，两种情况都能处理。",
                "如果服务器无法提供响应，超时后就会抛出异常，请求不会一直等待。",
            )
        ),
    ],
)
def test_what_comes_near_to_talk_passes(wanted: Asked, text: str) -> None:
    """Reasoning about what an answer has to be, amounts said in another way, idioms with numerals, a quoted line."""
    assert text in steps_read(with_second_part(text, wanted), wanted)


TALK, NUMBER = "talk of a given answer", "a number that is in neither"
WHO, BLANK, CODE = "talk of who asks or answers", "a blank or a tag", "a code block in the rationale"


@pytest.mark.parametrize(
    ("wanted", "text", "kind"),
    [
        (CARD, "According to the answer, blocking is done under Card.", TALK),
        (CARD, "The answer says to block it in the app.", TALK),
        (CARD, "As stated in the answer, block it.", TALK),
        (CARD, "The response tells them to block the card.", TALK),
        (CARD, "This answer blocks the card first.", TALK),
        (CARD, "This response covers the blocking.", TALK),
        (CARD, "The sample answer says so.", TALK),
        (CARD, "The code below blocks the card.", TALK),
        (CARD, "As mentioned above, the card is blocked.", TALK),
        (CARD, "From the text we see that the card is blocked.", TALK),
        (FIND, "This code snippet finds the file and removes it.", TALK),
        (FIND, "Below is the code that finds the file and removes it.", TALK),
        (CARD, "I'm sorry, but I can't help with that.", "a refusal"),
        (CARD, "I cannot provide an analysis for this.", "a refusal"),
        (CARD, "Please provide more details about the card.", "a refusal"),
        (CARD, "As a helpful assistant, I block the card.", WHO),
        (CARD, "As an AI language model, I would block it.", WHO),
        (CARD, "See https://example.com/block for details.", "a link that is in neither"),
        (CARD, "Visit www.example.com/help to block the card.", "a link that is in neither"),
        (CARD, "[Insert explanation here]", BLANK),
        (CARD, "TODO: say how the card is blocked.", BLANK),
        (CARD, "The card is blocked.<|end|>", BLANK),
        (CARD, "<answer>Block the card now.</answer>", BLANK),
        (CARD, "Block it." + " Block it." * 10, "said over and over"),
        (CARD, "Then the card is blocked there. Then the card is blocked there.", "said over and over"),
        (CARD, "Now" + " the card is blocked and" * 6 + " gone.", "said over and over"),
        (FIND, "find . -inum $inum -exec rm {} \\; is the command to run here.", CODE),
        (FIND, "Here found = find(inum) does all the work that is needed.", CODE),
        (CARD, "Blocking takes three hours and two forms.", NUMBER),
        (WAIT, "A refund shows within three hours, or within 3 working days from abroad.", NUMBER),
        (WAIT, "A refund shows within two hours, or within 2 working days from abroad.", NUMBER),
        (WAIT, "After 24 days the bank is asked for the reason of the delay.", NUMBER),
        (WAIT, "The fee is 2 percent above a certain amount in each month.", NUMBER),
        (TIMEOUT, "根据答案，先设置超时，再复用客户端。", TALK),
        (TIMEOUT, "答案中先设置超时，再复用客户端。", TALK),
        (TIMEOUT, "该答案先设置超时，再复用客户端。", TALK),
        (TIMEOUT, "参考答案先设置超时，再复用客户端。", TALK),
        (TIMEOUT, "这段代码先设置超时，再复用客户端。", TALK),
        (TIMEOUT, "下面的代码先设置超时，再复用客户端。", TALK),
        (TIMEOUT, "如上所示，先设置超时，再复用客户端。", TALK),
        (TIMEOUT, "抱歉，我无法回答这个问题，请换一个。", "a refusal"),
        (TIMEOUT, "作为一个智能助手，我会先设置超时。", WHO),
        (TIMEOUT, "超时设为三十秒，并且复用同一个客户端。", NUMBER),
        (TIMEOUT, "最多发送五百条请求，并且复用同一个客户端。", NUMBER),
        (TIMEOUT, "超时设为5分钟，并且复用同一个客户端。", NUMBER),
        (TIMEOUT, "設定逾時時間，並且重複使用同一個用戶端實例。", "another language"),
    ],
)
def test_one_bad_part_among_good_ones_is_turned_down(wanted: Asked, text: str, kind: str) -> None:
    """Talk, refusals, blanks, loops, code and invented amounts are found wherever they stand."""
    assert steps_read(with_second_part(FILLED[wanted.language][1], wanted), wanted)
    with pytest.raises(Unusable) as raised:
        steps_read(with_second_part(text, wanted), wanted)
    assert kind_of(raised.value.reason).startswith(kind)


def test_words_of_the_seed_are_free_in_its_analysis() -> None:
    """A seed about answers may speak of the answer, one about refunds may apologise, one with a link may name it."""
    wanted = Asked(
        "How do I keep the answer of each pair?",
        'Say "I am sorry, but I cannot help" and see https://example.org/a. This code is yours; put in [your name].',
        "en",
        "short",
    )
    text = "The answer says I am sorry, see https://example.org/a; this code is for [your name] alone."
    assert text in steps_read(with_second_part(text, wanted), wanted)


PIECES = st.sampled_from(
    [
        *CANONICAL.splitlines(),
        *GOOD["sub-bullets"][1].splitlines(),
        "**Code Sample**:",
        "**Answer**:",
        "**Step-by-Step Analysis:**",
        "```",
        "",
        "   - x",
        "\n\n**Answer**:\n",
        "1.",
        "**:",
        "x",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=8).map("\n".join)))
def test_whatever_passes_cannot_hide_the_answer(text: str) -> None:
    """Any text passes or is turned down; behind steps that passed, the answer is found byte for byte."""
    try:
        steps = steps_read(text, CSHARP)
    except Unusable:
        return
    assert answer_of(preface(steps, has_code=True) + CSHARP.answer) == CSHARP.answer
    assert steps_read(steps, CSHARP) == steps


@settings(deadline=None)
@given(st.text(max_size=200), st.sampled_from(["en", "zh"]), st.booleans())
def test_shaping_never_breaks(text: str, language: str, has_code: bool) -> None:
    """Any text at all is shaped or unusable."""
    with contextlib.suppress(Unusable):
        assert three_parts(text, language, has_code).startswith("1. **")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("JSON, HTTP, URLs, PDFs and UTF-8 are acronyms; e.g. file(s), i.e. a well-known word.", []),
        ("`for x in rows:` and `a.b`", ["for", "x", "in", "rows", "a", "b"]),
        ("`print('a\\n')` and `%s`", ["print", "a"]),
        ("seeds.csv, my_file and __init__ or HTMLParser", ["seeds", "csv", "my_file", "__init__", "HTMLParser"]),
        ("用File.ReadLines读取", ["File", "ReadLines"]),
        ("see https://example.org/a_b?c=dE", []),
        ("--no-cache, -x and a - b", ["--no-cache", "-x"]),
    ],
)
def test_names_are_told_by_their_form(text: str, names: list[str]) -> None:
    """Identifiers yes; acronyms, abbreviations, URLs, escapes and format signs no."""
    assert names_in(text) == names


def test_names_are_compared_with_the_source_word_by_word() -> None:
    """A name inside another name is not that name; a cluster of flags holds its letters."""
    assert unknown_names("`retries` `rows` `Row`", "max_retries Rows Row") == ["retries", "rows"]
    assert unknown_names("`-l` `-a` `-z`", "ls -la") == ["-z"]
    assert unknown_names("`UTF-8`, `SELECT`, camelCase, `Url`", "utf-8 select url") == ["Url"]


def test_numbers_are_compared_by_value() -> None:
    """Thousands separators, trailing zeros and number words do not matter; digits in words do not count."""
    assert numbers_in("UTF-8, Int32, 1,000.50, 3.11 and 10ms") == ["1000.5", "3.11", "10"]
    assert unknown_numbers("1000, 20, 2.50, thirty", "1,000 20_000 twenty 2.5 30s") == []
    assert unknown_numbers("30, 250", "三十秒，两百五十") == []
    assert unknown_numbers("11 and 12", "10") == ["11", "12"]
