"""What a model says about its task in place of doing it: talk of a given answer, refusals, blanks left to fill, loops.

Words that stand in the seed are free: a seed about answers may have an analysis about answers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from slmaug.locks import HAN

_WRITTEN = "answer|solution|snippet|explanation|example"
_SHOWN = "above|aforementioned|preceding"
_SAID = f"given|provided|supplied|original|{_SHOWN}"
_NO_ARTICLE = r"(?:(?!(?:an?|any|each|every|some|one|no)\b)[^\s.,;:]+\s+)?"
# "The answer is yes" and "this leads to the answer" are reasoning; "the answer blocks the card" is talk.
_REASONED = (
    r"(?!\s+(?:is(?! (?:given|provided|shown))|was|lies|must|should|has to|needs|would|will|can|could|may|might|depends"
    r"|comes|therefore|then|thus|follows|to)\b|\s*[.:])"
)
_SAYS = (
    "says?|states?|tells?|explains?|advises|mentions?|suggests?|recommends?|notes?|clarif(?:y|ies)|outlines?|describes?"
    "|confirms?|instructs?|points? out|shows?|gives?|blocks?|covers?|addresses"
)
_ANSWER = re.compile(
    rf"(?<!to )(?<!at )(?<!reach )(?<!reaches )(?<!find )(?<!gives )\b(?:the|this|that) answer\b{_REASONED}"
    r"|\b(?:according to|as (?:stated|shown|said|described|given|mentioned) in|based on|per|from|in|by) (?:the|this) "
    r"(?:answer|response)\b"
    r"|\b(?:sample|model|reference|expected|example) (?:answers?|responses?|solutions?)\b"
    rf"|\b(?:the|this) response (?:{_SAYS})\b",
    re.IGNORECASE,
)
_THIS_RESPONSE = re.compile(r"\bthis response\b", re.IGNORECASE)
_REPLIES = re.compile(r"response|http|url|request|fetch|api\b", re.IGNORECASE)
_THIS_CODE = re.compile(
    r"\bthis (?:(?:code )?snippet|code(?: (?:block|sample|example))?)\b"
    r"|\b(?:the )?following (?:code|snippet|answer|solution)\b|\b(?:code|snippet|answer|solution|example)s? below\b"
    r"|\bbelow (?:is|are) (?:the|an?) (?:code|answer|solution|example|snippet)\b",
    re.IGNORECASE,
)
_OTHER_CODES = re.compile(
    r"\b(?:status|exit|error|return|verification|security|result|postal|zip)[ -]code|\bexit status", re.IGNORECASE
)
_TEXT_GIVEN = re.compile(
    r"\b(?:according to|based on) the (?:text|passage|context|prompt|information|instructions?)\b"
    r"|\bfrom the (?:text|passage|context|prompt|instructions?),? (?:we|it|one|you)\b"
    r"|\bas (?:mentioned|shown|stated|described|seen|noted) (?:above|below|earlier|before)\b",
    re.IGNORECASE,
)
_HAN_ANSWER = re.compile(
    r"(?:给定|给出|提供|所给|已给|上述|上面|以上|前面|原始?|原有|下面|以下|下列|如下|下方|上方)的?(?:这[段个])?(?:示例|参考|标准)?"
    r"(?:答案|代码|回答|解答|片段|答复|脚本|示例)|(?:答案|代码|示例)(?:如[上下]|见[上下])|如[上下](?:面?所[示述]|图)|[上前]文(?:所述|提到)"
    r"|[这该此本](?:一?段|些|个)?(?:示例)?(?:代码段?|片段|回答|答复)(?!的?(?:路径|仓库|库|表|页))"
    r"|(?:根据|按照|依据|基于|参考|参照|由|从|结合)(?:原|该|此|以上|给定的?)?(?:回答|答复)"
)
# 答案是 is reasoning, 得出答案 too.
_HAN_THE_ANSWER = re.compile(
    r"(?<!出)(?<!到)(?<!最终)答案(?!是|为|应|就是|取决|很|也|在于|[:\uff1a\u3002])|(?:根据|参考|示例|按照|标准)答案"
)

_ASSISTANT = re.compile(
    r"\bas an? (?:[a-z-]+,? ){0,3}?(?:ai|artificial intelligence|language model|llm|chatbot|assistant)\b"
    r"|\bI(?:'m|\u2019m| am) (?:just )?an? (?:ai|language model|assistant|large language)\b|\bmy training data\b"
    r"|作为(?:一[个名位款])?[^\uff0c\u3002,]{0,6}?(?:AI|人工智能|语言模型|助手|助理)|我是(?:一[个名款])?(?:AI|人工智能|语言模型)",
    re.IGNORECASE,
)
_ASKER = re.compile(
    r"\bthe user(?:'s|\u2019s)? "
    r"(?:wants?|asks?|asked|is asking|would like|requests?|requested|question|request|query)\b"
    r"|用户(?:想|希望|询问|提问|在问|问|的问题|的提问|的请求)",
    re.IGNORECASE,
)
_USER = re.compile(r"\bthe user\b|用户", re.IGNORECASE)

_DOES = "help|assist|provide|describe|answer|comply|fulfil|fulfill|share|create|generate|write|offer|respond|continue"
_REFUSAL = re.compile(
    rf"\bI(?:'m|\u2019m| am) (?:\w+ )?(?:sorry|afraid|unable|not able)\b|\bmy apologies\b|\bI apologi[sz]e\b"
    rf"|\b(?:I|we) (?:cannot|can't|can\u2019t|can not|could not|couldn't|won't|will not|am unable to|don't|do not) "
    rf"(?:\w+ )?(?:{_DOES}|have (?:access|enough|the ability|information))\b"
    r"|(?<!not be )\bsorry,|\b(?:cannot|can't|can\u2019t|unable to) (?:help|assist) (?:you )?with (?:that|this)\b"
    r"|\bnot enough (?:information|context)\b|\bplease (?:provide|clarify|share) (?:more|the|your)\b"
    r"|抱歉|对不起|很遗憾|我(?:无法|不能|没办法|没有办法)|无法(?:回答|协助|满足(?:你|您|该|这个)|处理(?:你|您)的请求)|不便回答"
    r"|请(?:提供更多|您?补充)(?:信息|细节|上下文)?",
    re.IGNORECASE,
)
_BLANK = re.compile(
    r"\[(?:insert|your|add|fill|put|placeholder|explanation|todo|describe|describing|explain|title|text|sentence)\b[^\]\n]*\]"
    r"|<(?:insert|your|add|placeholder|explanation|text|sentence)\b[^>\n]*>|\b(?:TODO|TBD|FIXME)\b|\blorem ipsum\b"
    r"|\.{3}\s*\]|[\uff08(\[【](?:在?此处|这里|请)?(?:填写|插入|补充|待补充|待定)[^\uff09)\]】]*[\uff09)\]】]|待补充",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"</?(?:question|answer|think(?:ing)?|instructions?|response|output|s|system|user|assistant)(?:-\d+)?>"
    r"|<\|[\w|-]+\|?>|\[/?INST\]|<</?SYS>>|!\[[^\]]*\]\(|</?(?:script|div|span|br|p|b|i|img)\b[^>]*>",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?;:](?=\s|$)|[\u3002\uff01\uff1f\uff1b\n]")
_WORD = re.compile(f"[{HAN}]|(?:(?![{HAN}])\\w)+")


def answer_mentioned(steps: str, source: str, has_code: bool) -> str | None:
    """The words by which the steps speak of an answer that lies in front of the writer; None where they do not."""
    written = f"{_WRITTEN}|code" if has_code else _WRITTEN
    said = re.compile(
        rf"\b(?:{_SAID})\s+{_NO_ARTICLE}(?:{written})s?\b"
        rf"|\b(?:{_SHOWN})\s+(?:script|query|command|function|program|response)s?\b"
        rf"|\bthe (?:{written}) (?:is |was )?(?:given|provided|above|supplied|shown)\b",
        re.IGNORECASE,
    )
    patterns = [said, _TEXT_GIVEN, _HAN_ANSWER]
    if not re.search(r"\banswers?\b", source, re.IGNORECASE):
        patterns.append(_ANSWER)
    if not _REPLIES.search(source):
        patterns.append(_THIS_RESPONSE)
    if not re.search(r"\bcodes?\b", source, re.IGNORECASE) and not _OTHER_CODES.search(steps):
        patterns.append(_THIS_CODE)
    if "答案" not in source:
        patterns.append(_HAN_THE_ANSWER)
    return _not_in(source, patterns, steps)


def asker_mentioned(steps: str, source: str) -> str | None:
    """The words by which the steps speak of who asks, or of the machine that answers."""
    found = _not_in(source, (_ASSISTANT, _ASKER), steps)
    if found is None and not re.search(r"user|用户|使用者|客户|customer", source, re.IGNORECASE):
        found = _not_in("", (_USER,), steps)
    return found


def refusal(steps: str, source: str) -> str | None:
    """The words by which the steps, or one of them, decline."""
    return _not_in(source, (_REFUSAL,), steps)


def left_over(steps: str, source: str) -> str | None:
    """A blank to fill in, or a tag of a prompt or a page."""
    return _not_in(source, (_BLANK, _MARKUP), steps)


def said_again(texts: Iterable[str]) -> str | None:
    """What is said over and over: a sentence of five words twice, a shorter one three times, or words in a loop."""
    whole = "\n".join(texts)
    sentences = [" ".join(_WORD.findall(each.casefold())) for each in _SENTENCE.split(whole)]
    for sentence, count in Counter(sentence for sentence in sentences if sentence).items():
        size = len(sentence.split())
        long = size >= (10 if re.search(f"[{HAN}]", sentence) else 5)
        if (count == 2 and long) or (count > 2 and size > 1):
            return sentence
    words = _WORD.findall(whole.casefold())
    trios = Counter(zip(words, words[1:], words[2:], strict=False))
    if len(words) >= 15 and len(trios) < 0.65 * trios.total():
        return " ".join(trios.most_common(1)[0][0])
    return None


def _not_in(source: str, patterns: Iterable[re.Pattern[str]], text: str) -> str | None:
    folded = source.casefold()
    matches = (match.group() for pattern in patterns for match in pattern.finditer(text))
    return next((match for match in matches if match.casefold() not in folded), None)
