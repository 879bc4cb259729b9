"""The sentence that people tell before they ask, or after: who wants to know, what they tried, how little time is left.

It says nothing about the matter itself, so it fits a question on anything: what a model learns from it is what to
pass over.
"""

from __future__ import annotations

import re

from slmaug.rng import Random

_SLOT = re.compile(r"<(\w+)>")
_STOCKS = {
    key: tuple(value.replace("\n", "").split("|"))
    for key, value in {
        "who": """my colleague|my boss|a friend|my sister|my brother|my neighbour|my teacher|my flatmate|my father|
my mother|my cousin|my partner|an old friend|the new intern|someone in my team|my uncle|my aunt|my daughter|my son|
a classmate|my team lead|one of my students""",
        "when": """yesterday|last week|last night|over the weekend|on Monday|the other day|a few days ago|
on Tuesday|on Friday|earlier today|just now""",
        "where": "at work|over lunch|at dinner|on the train|over coffee|at home|at the office|in a meeting",
        "till": """by tomorrow|by tonight|before Friday|by the end of the week|before the weekend|by noon|by Monday|
by next week""",
        "span": "half an hour|an hour|the whole morning|most of the day|half the evening|far too long|two evenings",
        "before": "a meeting|lunch|my train comes|the weekend|class|dinner|my next call|I have to leave",
        "place": "the train|the office|a hotel|my sofa|a café|the library|the waiting room",
        "since": "Monday|last week|the weekend|last month|my first day",
        "source": "the manual|the help pages|my notes|the whole guide|a few videos|the old messages|the handbook",
        "text": "a short guide|some notes|a checklist|a talk|a summary|a how-to",
        "whom": "in my family|at the office|around here|in our team|I know",
    }.items()
}
_OWN = tuple(
    """
I promised <who> to sort this out <till>.
I asked <who> about this <when> and got no clear answer.
<who> and I talked about this <where> <when>.
<who> could not help me with this <when>.
<who> usually looks after these things for me.
<who> says this is easy, but I don't see it.
<who> thinks this is obvious. I don't.
<who> told me to ask here.
I spent <span> on this <when> and got nowhere.
I have spent <span> on this now.
I went through <source> <when> and found nothing on this.
I looked through <source> first, but it was not in there.
I read something on this <when> but did not understand it.
I wrote this question down <when> and almost forgot about it.
This came up again <when>.
I only have a few minutes before <before>.
I need to sort this out before <before>.
I'm writing this from <place>, so I'll keep it short.
I've been meaning to ask this since <since>.
I've been putting this off since <since>.
Nobody <whom> could tell me.
I tried to find out by myself <when> but gave up.
English is not my first language, so I hope this is clear.
It has been a long day and I can't think straight.
I'm on my phone, so sorry for any mistakes.
I already asked this <when>, but nobody replied.
I'd rather ask than get it wrong.
I don't want to do anything wrong here.
""".strip().splitlines()
)
_ANYBODYS = tuple(
    """
<who> asked me this <when> and I had no answer.
<who> asked me this <where> <when>.
<who> wanted to know this <when>.
<who> and I could not agree on this <when>.
<who> needs to know this <till>.
I told <who> I would find this out <till>.
I promised <who> an answer <till>.
I have to explain this to <who> <till>.
I was explaining this to <who> and noticed that I don't know it myself.
I'm asking this for <who>.
I'm helping <who> with this and we got stuck.
I'm preparing <text> for <who> and this came up.
This question came up <where> <when>.
I had this explained to me once and forgot it.
I knew this once, but that was years ago.
I was sure that I knew this.
""".strip().splitlines()
)


def story(rng: Random, is_own: bool) -> str:
    """One sentence, with its capital and its mark; where the matter is the asker's own, nobody else asks."""
    stories = _OWN if is_own else _OWN + _ANYBODYS
    told = _SLOT.sub(lambda slot: rng.favourite(_STOCKS[slot[1]]), rng.favourite(stories))
    return told[0].upper() + told[1:]
