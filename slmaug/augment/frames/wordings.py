"""The English forms: what the parts of an ask (``cores.py``) are wrapped into. Plain data, written for any domain.

``FORMS`` holds the wordings of each form, ``EXTRA`` those that only one kind of ask allows.
"""

from __future__ import annotations

# How an ask that is not about doing something becomes one: {action} and {gerund} of the shared wordings. {act} and
# {acting} are for what is done in earnest: nobody wants the steps to find out why a payment is pending.
FINDING = "find out"

FORMS: dict[str, str] = {
    "plain": "{Original}",
    "question": """
    {Direct}?|{Direct}?|{Direct}?|{Direct}?|{Direct}?|{Direct}?|{Direct}?|{Direct}?|{Direct}?|{Direct}?|So {direct}?
    And {direct}?|How can I find out {asked}?|Where can I find out {asked}?|Is there a way to find out {asked}?
    Where does it say {asked}?|Do you happen to know {asked}?
    """,
    "indirect": """
    Can you tell me {asked}?|Could you tell me {asked}?|I'd like to know {asked}.|I would like to know {asked}.
    I want to know {asked}.|Do you know {asked}?|Does anyone know {asked}?|I'm wondering {asked}.
    I was wondering {asked}.|I'm not sure {asked}.|I don't know {asked}.|Any idea {asked}?|Can someone explain {asked}?
    Can you explain {asked}?|I'm trying to find out {asked}.|I have no idea {asked}.|I wonder {asked}.
    Can anyone tell me {asked}?|It isn't clear to me {asked}.|May I ask {asked}?|I need to find out {asked}.
    My question is: {direct}?|One thing I'd like to know: {direct}?|What I want to know is: {direct}?
    """,
    "imperative": """
    Tell me {asked}.|Explain {asked}.|Let me know {asked}.|Help me understand {asked}.|Find out {asked}.
    Clarify {asked}.|Explain to me {asked}.|Just tell me {asked}.|Answer this: {direct}?|Tell me: {direct}?
    Show me how to {action}.|Help me {action}.|Walk me through {acting}.|Give me the steps to {act}.
    Teach me how to {act}.|Describe how to {act}.|Guide me through {acting}.|List the steps to {act}.
    Show me the way to {act}.|Explain the best way to {act}.|Explain how {object} is {participle}{rest}.
    Show how to {act}.|Give an example of how to {act}.
    """,
    "need": """
    {Statement}.|{Statement}.|{Statement}.|{Statement}, please advise.|{Statement}. Can you help?|{Statement}.
    I need to know {asked}.|I want to know {asked}.|I have to know {asked}.|I need to find out {asked}.
    I want to find out {asked}.|I'd like to be told {asked}.
    I need help {gerund}.|I need a way to {action}.|I need some help to {action}.|Looking for a way to {action}.
    I need {object} {participle}{rest}.|I want {object} {participle}{rest}.|I need instructions for {acting}.
    """,
    "search": """
    {keywords}|{keywords}|{keywords}|{keywords}|{keywords}|{keywords}|{keywords} help|{keywords} question
    help {keywords}|{keywords} info
    """,
    "polite": """
    Could you please tell me {asked}?|Would you mind telling me {asked}?|Please tell me {asked}.|Can you please tell me {asked}?
    I would appreciate it if you could tell me {asked}.|Excuse me, {direct}?|Sorry to bother you, but {direct}?
    Would you be so kind as to tell me {asked}?|May I ask {asked}?|Please could you explain {asked}?|Kindly tell me {asked}.
    {Direct}, please?|Could you kindly explain {asked}?|Please let me know {asked}.|Please, {direct}?|Hello, {direct}, please?
    I'd be grateful if you could tell me {asked}.|{Direct}? Thank you.|{Direct}? Thanks in advance.
    Could you please help me {action}?|Please help me {action}.|Can you please show me how to {action}?
    I'd be grateful for help with {gerund}.|Please show me how to {action}.
    """,
    "terse": "{nominal}?|{nominal}?|{nominal}|{nominal}|{Nominal}?|{keywords}?",
    "first-person": """
    I've been wondering {asked}.|I keep asking myself {asked}.|I'd like to understand {asked}.|I never learned {asked}.
    I'm still trying to understand {asked}.|Today I asked myself {asked}.|I need someone to explain to me {asked}.
    I'd love to know {asked}.|I'm curious {asked}.|I tried to find out {asked}.
    {Statement}. How does that work?|{Statement}. What do I have to know?
    {Statement}. Can you explain?|{Statement}. Where do I start?
    {Statement}. What do I do?
    """,
    "topic": """
    I have a question about {theme}.|My question is about {theme}.|It's about {theme}.|I need help with {theme}.
    Question on {theme}: who can help?|I'd like to know more about {theme}.|What should I know about {theme}?
    Can I ask you about {theme}?|Do you have any information on {theme}?|I was looking for information on {theme}.
    {Theme}: how does that work?|{Theme}: what do I need to know?|{Theme}: where can I find out more?
    {Theme}: could you look into this?|{Theme}. Can you tell me more?
    """,
    "report": "{report}",
}

_BEGINNER = """
{Statement}, but I'm not sure how.|{Statement}, and it's the first time for me.|{Statement} and don't know how to begin.
"""
EXTRA: dict[tuple[str, str], str] = {
    ("how", "imperative"): "{Action}.|{Action}.",
    ("how", "first-person"): _BEGINNER,
    ("able", "need"): "I'd like to {option}, is that possible?|I want to {option}, can I?",
    ("how", "search"): """
    how to {keywords}|how to {keywords}|{keywords} how to|{keywords} guide|{keywords} example|{keywords} steps
    """,
    ("able", "search"): "{keywords} possible|can i {keywords}|is it possible {keywords}",
    ("why", "search"): "why {keywords}|why {keywords}|{keywords} why|{keywords} reason|{keywords} problem",
    ("what", "search"): "what is {keywords}|{keywords} meaning|{keywords} explained",
    ("where", "search"): "where {keywords}|where to find {keywords}|find {keywords}",
    ("if", "search"): "{keywords} what to do|{keywords} what now|{keywords} steps",
}

BEFORE = """
I'm new to this.|I'm new here.|Quick question:|A quick question:|Hi,|Hello,|Hey,|Hi there,|Good morning,|Hello everyone,
I'm in a hurry:|I looked everywhere and found nothing.|Sorry if this has been asked before:|It's my first time.
A colleague asked me this:|My manager wants to know:|A friend asked me:|I couldn't find this in the help pages.
I'm not an expert.|Asking for a friend:|As a beginner,|One more thing:|This may be a silly question, but|Sorry,
Please help.|Help needed.|I'm still learning.|I have a question:|Maybe you can help me:|Something I never understood:
I need this for work.|Not sure where to ask this.|I've been at this for an hour.|Before I forget:|Good evening,|Hi team,
I read the instructions twice.|Since I'm new:|Simple question:|Urgent:|Dear team,|Morning!|Hope you can help:|Just wondering,
"""
BEHIND = """
Thanks!|Thank you.|Thanks in advance.|Any help is appreciated.|Please help.|I'd appreciate an answer.|Many thanks.
It's urgent.|I couldn't find it anywhere.|Let me know.|Cheers|I need it today.|I'm lost.|No rush.
"""
