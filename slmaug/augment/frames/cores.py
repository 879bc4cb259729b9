"""How one kind of ask is said, as parts of a sentence: plain data, written for any domain.

``CORES`` says one kind of ask in five ways: ``direct`` (a question without its mark), ``asked`` (embedded, after "I
wonder"), ``statement`` (what the asker wants or sees), ``nominal`` (a fragment), ``report`` (what is wrong, as whole
sentences). ``wordings.py`` wraps those parts into the forms that people use. ``|`` parts wordings; one given twice is
drawn twice as often. A slot with a capital letter (``{Direct}``) starts with one. A wording must say no more than the
question does: "I can't delete it" reports a failure, "I don't know how to delete it" does not.
"""

from __future__ import annotations

_DO = """
how do I {action}|how do I {action}|how do I {action}|how can I {action}|how can I {action}|how can I {action}
how would I {action}|how should I {action}|how do you {deed}|how could I {action}|how might I {action}
what is the best way to {action}|what's the easiest way to {action}|what is the right way to {action}
is there a way to {action}|is there a way to {action}|is there any way to {action}|is it possible to {action}
can I {action}|can I {action}|could I {action}
what do I need to do to {action}|what do I have to do to {action}|what are the steps to {action}|what can I do to {action}
how do I go about {gerund}|who can help me {action}
"""
_HOW_DIRECT = (
    _DO
    + """
how do I {action}|how can I {action}|how to {action}|how to {action}|how can {object} be {participle}{rest}
how do I get {object} {participle}{rest}|how do I {action}|how can I {action}
"""
)
_HOW_ASKED = """
how to {action}|how to {action}|how I can {action}|how I can {action}|how I could {action}|how I should {action}
how one can {deed}|how you {deed}|what I have to do to {action}|what I need to do to {action}
how best to {action}|how {object} can be {participle}{rest}
"""
_GOAL = """
I need to {action}|I need to {action}|I want to {action}|I want to {action}|I'd like to {action}|I have to {action}
I'm trying to {action}|I would like to {action}|I am looking for a way to {action}|I must {action}
my goal is to {action}|I was hoping to {action}|I plan to {action}|I wish to {action}
"""
_LOST = """
I can't figure out how to {action}.|I'm having trouble {gerund}.|I'm stuck, I need to {action}.
I'm struggling to {action}.|I don't see how to {action}.|I can't find where to {action}.
I have a problem: I need to {action} and can't find out how.|I don't know how to {action}.
I looked everywhere and still don't know how to {action}.|Help, I can't work out how to {action}.
I wanted to {action}, but I don't see where.|I'm lost, how do I {action}?|I have no clue how to {action}.
Trying to {action} and not getting anywhere.|I am trying to {action} and need help.
"""

_CORES: dict[str, dict[str, str]] = {
    "how": {
        "direct": _HOW_DIRECT,
        "asked": _HOW_ASKED,
        "statement": _GOAL,
        "nominal": """
        way to {action}|best way to {action}|{gerund}|{gerund}|{action}|{action}|steps to {action}|easiest way to {action}
        how to {action}|how to {action}|quick way to {action}|need to {action}|procedure for {gerund}|right way to {action}
        """,
        "report": _LOST,
    },
    # {option} and {choosing}: what "Can I ...?" is about. Its shared wordings ask how to find out if one can:
    # who asks for leave does not ask how.
    "able": {
        "direct": """
        can I {option}|can I {option}|can I {option}|could I {option}|is it possible to {option}|is it possible to {option}
        am I able to {option}|may I {option}|can one {impersonal}|is {choosing} possible|would I be able to {option}
        is there an option to {option}|is there a way to {option}|can {object} be {participle}{rest}
        """,
        "asked": """
        if I can {option}|if I can {option}|whether I can {option}|if it is possible to {option}|if I could {option}
        whether it is possible for me to {option}|whether {choosing} is possible|if I'm able to {option}
        whether there is a way to {option}|if {object} can be {participle}{rest}
        """,
        "statement": """
        I want to {option}|I'd like to {option}|I was hoping to {option}|I would like to {option}|I plan to {option}
        I was wondering {asked}|I need to know {asked}
        """,
        "nominal": """
        {choosing} possible|possible to {option}|{choosing}, yes or no|option to {option}|able to {option}|can I {option}
        """,
        "report": """
        I can't find out {asked}.|It is not clear to me {asked}.|I'm not sure {asked}.|Nobody could tell me {asked}.
        I would like to {option}, but I don't know if that is possible.|I looked everywhere and don't know {asked}.
        """,
    },
    "why": {
        "direct": """
        why {raw}|why {raw}|why {raw}|how come {clause}|how come {clause}|why is it that {clause}|for what reason {raw}
        what is the reason that {clause}|what's the reason {clause}|why exactly {raw}|do you know why {clause}
        what could be the reason that {clause}|is there a reason why {clause}
        """,
        "asked": "why {clause}|why {clause}|why {clause}|why it is that {clause}|why exactly {clause}|for what reason {clause}",
        "statement": """
        {clause}|{clause}|I noticed that {clause}|I see that {clause}|it looks like {clause}|it seems that {clause}
        apparently {clause}|I don't know why {clause}|I don't understand why {clause}|I need to know why {clause}
        I want to know why {clause}|I'd like to know why {clause}
        """,
        "nominal": """
        reason why {clause}|{clause}, why|{clause}, how come|why {clause}|{clause}, what's the reason|reason that {clause}
        """,
        "report": """
        {Clause}. Why?|Problem: {clause}.|{Clause} and I don't know why.|{Clause}, what is going on?
        I have a problem: {clause}.|Help, {clause}.|{Clause}. Can you explain this?|{Clause}. What is the reason?
        {Clause} for no reason I can see.|{Clause}, and I don't understand it.|Something is off: {clause}.
        {Clause}. What happened?|{Clause}. Is this normal?|{Clause}. What is the cause?|Issue: {clause}.
        I'm confused, {clause}.|For some reason {clause}.|I don't get it: {clause}.|{Clause}. Please check.
        """,
    },
    # {errand}: what needs a place (where). {sorts}, {sort} and {feature}: plants, need shade (which plants need shade).
    # {awaited} and {event}: a parcel, arrive (how long does it take for a parcel to arrive).
    "wh": {
        "direct": """
        {wh} {raw}|{wh} {raw}|{wh} exactly {raw}|where do I {errand}|where can I {errand}|where do I go to {errand}
        where would I {errand}|where should I {errand}|is there a place to {errand}
        is there a list of the {sorts} that {feature}|what are the {sorts} that {feature}|can you list the {sorts} that {feature}
        what is the {sort} that {feature}|when will {awaited} {event}|how soon will {awaited} {event}
        when can I expect {awaited} to {event}|how long do I have to wait for {awaited} to {event}
        how much longer will it take for {awaited} to {event}|by when will {awaited} {event}
        """,
        "asked": """
        {wh} {clause}|{wh} {clause}|{wh} {clause}|{wh} exactly {clause}|{wh} to {infinitive}|where I can {errand}
        where to go to {errand}|when {awaited} will {event}|when to expect {awaited} to {event}
        """,
        "statement": """
        I need to know {asked}|I want to know {asked}|I'd like to know {asked}|I have to find out {asked}
        I need to {errand}|I want to {errand}|I'd like to {errand}|I'm looking for a place to {errand}
        I'm looking for the {sorts} that {feature}|I need a list of the {sorts} that {feature}
        I'm looking for the {sort} that {feature}|I'm waiting for {awaited} to {event}
        """,
        "nominal": """
        {wh} {clause}|{wh} to {infinitive}|{wh} {raw}|place to {errand}|{sorts} that {feature}|list of {sorts} that {feature}
        {sort} that {feature}|waiting for {awaited} to {event}|{awaited} to {event}, how long
        """,
        "report": """
        I can't find out {asked}.|I looked everywhere and couldn't find out {asked}.|It is unclear to me {asked}.
        I'm confused about {asked}.|Nobody could tell me {asked}.|I don't understand {asked}.|No idea {asked}.
        Nothing tells me {asked}.|I searched for it, but I still don't know {asked}.|It doesn't say {asked}.
        I'm trying to {errand} and can't find where.|I wanted to {errand}, but I don't see where.
        I want to {errand}. Where?|I need to {errand} and have no idea where.|I can't find the place to {errand}.
        I can't find the {sorts} that {feature}.|I can't find a list of the {sorts} that {feature}.
        I don't know the {sort} that {feature}.|I'm still waiting for {awaited} to {event}.
        {Awaited} still {has} not {happened}.|I've been waiting for {awaited} to {event}.
        I'm waiting for {awaited} to {event}. Is this normal?|{Awaited} {has} not {happened} yet.
        {Awaited} {has} not {happened} so far. How long does it take?|I expected {awaited} to {event} by now.
        """,
    },
    "what": {
        "direct": "what {be} {np}|what {be} {np}|what exactly {be} {np}|can you explain {np}|what can you tell me about {np}",
        "asked": "what {np} {be}|what exactly {np} {be}",
        "statement": """
        I have a question about {np}|I need information about {np}|I don't know what {np} {be}|I don't understand {np}
        I'd like to know more about {np}|I was wondering about {np}|I'm asking about {np}
        """,
        "nominal": "{np}|explanation of {np}|information about {np}|about {np}|what {be} {np}",
        "report": """
        I don't understand {np}.|I can't make sense of {np}.
        I'm confused about {np}.|I don't know what {np} {be}.|I have no idea what {np} {be}.
        """,
    },
    "where": {
        "direct": """
        where {be} {np}|where {be} {np}|where can I find {np}|where do I find {np}|where would I find {np}|where do I see {np}
        where should I look for {np}|how do I find {np}|can you tell me where to find {np}|where exactly {be} {np}
        """,
        "asked": """
        where {np} {be}|where I can find {np}|where to find {np}|where to look for {np}|how to find {np}
        where I could find {np}|where exactly {np} {be}
        """,
        "statement": """
        I'm looking for {np}|I need to find {np}|I can't find {np}|I need {np}|I have to find {np}
        I'm searching for {np}|I don't see {np}
        """,
        "nominal": "{np}|location of {np}|{np}, where|place to find {np}|where to find {np}",
        "report": """
        I can't find {np}.|I don't see {np} anywhere.|{Np} {be} nowhere to be found.|I looked everywhere for {np}.
        I'm unable to find {np}.|I still haven't found {np}.|Help, I can't find {np}.
        """,
    },
    "there": {
        "direct": """
        {aux} there {np}|{aux} there {np}|{aux} there really {np}|{aux} there such a thing as {single}
        do you know if there {aux} {np}|can you confirm that there {aux} {np}
        """,
        "asked": "if there {aux} {np}|whether there {aux} {np}|whether or not there {aux} {np}",
        "statement": """
        I'd like to know about {np}|I have a question about {np}|I need to know about {np}|I'm asking about {np}
        I want to know about {np}|I need to know if there {aux} {np}|I was wondering about {np}
        """,
        "nominal": "{np}|{np}, yes or no|information about {np}|about {np}",
        "report": """
        I can't find out {asked}.|It is not clear to me {asked}.|I looked everywhere and don't know {asked}.
        I'm not sure {asked}.|I couldn't find any information about {np}.|Nobody could tell me {asked}.
        """,
    },
    "yes-no": {
        "direct": "{raw}|{raw}|{raw} or not|is it true that {clause}|is it right that {clause}|can you confirm that {clause}",
        "asked": "if {clause}|whether {clause}|whether or not {clause}|if it is true that {clause}",
        "statement": "I need to know {asked}|I want to know {asked}|I'm not sure {asked}|I was wondering {asked}",
        "nominal": "{clause}, right|{clause}, yes or no|{clause}",
        "report": """
        I can't find out {asked}.|It is not clear to me {asked}.|I'm not sure {asked}.|Nobody could tell me {asked}.
        """,
    },
    "if": {
        "direct": """
        what do I do if {clause}|what should I do if {clause}|what can I do when {clause}|what must I do if {clause}
        what are the steps if {clause}|what now if {clause}|how should I react if {clause}|what needs to be done if {clause}
        what would you do if {clause}|how do I handle it if {clause}
        """,
        "asked": """
        what to do if {clause}|what I should do if {clause}|what I have to do when {clause}|what to do when {clause}
        what I can do if {clause}|how to react if {clause}
        """,
        "statement": "{clause}|{clause} and I need help|I need help because {clause}|suppose {clause}|let's say {clause}",
        "nominal": "{clause}, what now|{clause}, what to do|help, {clause}|steps if {clause}|what to do if {clause}",
        "report": """
        {Clause}. What now?|{Clause}, what should I do?|Help, {clause}.|{Clause} and I don't know what to do.
        I have a problem: {clause}.|{Clause}. Please help.|{Clause}. What do I have to do?|Problem: {clause}.
        {Clause}. What are my options?|{Clause}, how do I deal with that?|I need help, {clause}.
        """,
    },
    "statement": {
        "statement": "{clause}|it seems that {fact}|I noticed that {fact}|I see that {fact}|it looks like {fact}",
        "nominal": "{clause}",
        "report": """
        {Clause}. Can you help?|Problem: {clause}.|I have a problem: {clause}.|Help, {clause}.|Issue: {clause}.
        {Clause}, what is going on?|{Clause}. Please check.
        """,
    },
    "other": {"direct": "{whole}", "nominal": "{whole}"},
}

# Asks that are about no action have theirs, too: "How can I find out why my payment is pending?" asks why with how. So no
# question word, "need to" or "trying to" becomes a sign of the answers that happen to belong to one kind.
_FIND = """
how do I {action}|how do I {action}|how can I {action}|how can I {action}|where can I {action}|where do I {action}
is there a way to {action}|is it possible to {action}|can I {action}|could I {action}|who can help me {action}
what do I have to do to {action}|what is the best way to {action}
"""
_FIND_GOAL = """
I need to {action}|I want to {action}|I'd like to {action}|I'm trying to {action}|I have to {action}|I would like to {action}
"""
_FIND_LOST = """
I'm having trouble {gerund}.|I'm stuck, I need to {action}.|I'm struggling to {action}.|I don't see how to {action}.
I don't know how to {action}.|I wanted to {action}, but I don't see where.|I'm lost, how do I {action}?
I have no clue how to {action}.|Trying to {action} and not getting anywhere.|I am trying to {action} and need help.
"""
_PARTS = ("asked", "direct", "statement", "nominal", "report")
_ADDED = {"direct": _FIND, "statement": _FIND_GOAL, "report": _FIND_LOST}


def _with_shared(kind: str, part: str) -> str:
    own = _CORES[kind].get(part, "")
    if kind == "how":
        return own
    return f"{own}\n{own}\n{own}\n{_ADDED[part]}" if part in _ADDED else own


CORES: dict[str, dict[str, str]] = {kind: {part: _with_shared(kind, part) for part in _PARTS} for kind in _CORES}
