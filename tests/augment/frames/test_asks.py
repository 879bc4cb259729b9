"""What an English question asks: its kind and its parts, over many domains."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug.augment.frames.asks import read_ask
from slmaug.text import Text

# question, kind, the parts that matter; a part of None must not be there
ASKS: tuple[tuple[str, str, dict[str, str | None]], ...] = (
    # how
    (
        "How do I prune a rose bush in winter?",
        "how",
        {
            "action": "prune a rose bush in winter",
            "object": "a rose bush",
            "participle": "pruned",
            "rest": " in winter",
        },
    ),
    (
        "How can I convert a list of strings to integers in Python?",
        "how",
        {"gerund": "converting a list of strings to integers in Python"},
    ),
    ("How to remove red wine stains from a carpet?", "how", {"action": "remove red wine stains from a carpet"}),
    ("So how do I tune a guitar by ear?", "how", {"action": "tune a guitar by ear"}),
    ("What is the best way to store fresh basil?", "how", {"action": "store fresh basil"}),
    ("Is there a way to undo the last commit?", "how", {"action": "undo the last commit"}),
    ("What is the way to the airport?", "what", {"np": "the way to the airport", "action": None}),
    ("What is the best way to Rome?", "what", {"action": None}),
    ("Can you tell me how to sharpen a chisel?", "how", {"action": "sharpen a chisel"}),
    ("Please tell me how to poach an egg.", "how", {"action": "poach an egg", "gerund": "poaching an egg"}),
    ("Tell me how to poach an egg.", "how", {"action": "poach an egg"}),
    ("Explain how to poach an egg", "how", {"action": "poach an egg"}),
    ("I need to renew my passport.", "how", {"action": "renew my passport", "deed": None}),
    ("I'm trying to parse a date with `strptime`.", "how", {"action": "parse a date with `strptime`"}),
    ("What do I have to do to enrol my child in the school?", "how", {"action": "enrol my child in the school"}),
    ("How do I say 'good luck' in Welsh?", "how", {"action": "say 'good luck' in Welsh"}),
    ("How do I install the package and then run the tests?", "how", {"gerund": None}),
    ("How do I quit vim without saving?", "how", {"gerund": "quitting vim without saving"}),
    ("How do I stop it from not saving my changes?", "how", {"action": "stop it from not saving my changes"}),
    (
        "How do I avoid paying twice without losing my discount?",
        "how",
        {"action": "avoid paying twice without losing my discount"},
    ),
    ("How do I `git bisect`?", "how", {"action": "`git bisect`", "gerund": None}),
    # commands
    (
        "Restart the nginx service after a config change",
        "how",
        {"action": "restart the nginx service after a config change"},
    ),
    (
        "Count the lines of every file in the current directory.",
        "how",
        {"gerund": "counting the lines of every file in the current directory"},
    ),
    (
        "Find all files larger than 100 MB under /var/log",
        "how",
        {"action": "find all files larger than 100 MB under /var/log"},
    ),
    ("Please restart the router in the hall.", "how", {"action": "restart the router in the hall"}),
    # able
    ("Can I freeze cooked rice?", "able", {"option": "freeze cooked rice"}),
    ("Am I allowed to bring a dog on the train?", "able", {"option": "bring a dog on the train"}),
    ("Is it possible to run two instances on the same port?", "able", {"option": "run two instances on the same port"}),
    ("May I reuse the container?", "able", {"option": "reuse the container"}),
    # why
    ("Why is my sourdough so dense?", "why", {"clause": "my sourdough is so dense"}),
    (
        "Why can't I log in to the portal?",
        "why",
        {"clause": "I can't log in to the portal", "raw": "can't I log in to the portal"},
    ),
    ("Why doesn't my tenant pay the rent on time?", "why", {"clause": "my tenant doesn't pay the rent on time"}),
    ("Why won't the engine start when it is cold?", "why", {"clause": "the engine won't start when it is cold"}),
    (
        "Why does the dishwasher leave white spots on glasses?",
        "why",
        {"clause": "the dishwasher leaves white spots on glasses"},
    ),
    ("Why are the leaves of my tomato plant yellow?", "why", {"clause": "the leaves of my tomato plant are yellow"}),
    ("How come the invoice was sent twice?", "why", {"clause": "the invoice was sent twice"}),
    ("My phone does not charge overnight, why?", "why", {"clause": "my phone does not charge overnight"}),
    # where, what, there
    ("Where is the fuse box?", "where", {"np": "the fuse box", "be": "is"}),
    ("Where are the spare keys?", "where", {"np": "the spare keys", "be": "are"}),
    ("What is a deductible?", "what", {"np": "a deductible", "be": "is"}),
    (
        "What is the difference between `git merge` and `git rebase`?",
        "what",
        {"np": "the difference between `git merge` and `git rebase`"},
    ),
    ("What are the opening hours of the library?", "what", {"np": "the opening hours of the library", "be": "are"}),
    ("Is there a fee for late returns?", "there", {"np": "a fee for late returns"}),
    ("Are there any side effects of ibuprofen?", "there", {"np": "any side effects of ibuprofen", "aux": "are"}),
    # question words
    ("How long does a visa take?", "wh", {"wh": "how long", "clause": "a visa takes"}),
    ("How many guests can I invite?", "wh", {"clause": "I can invite", "infinitive": None}),
    ("Where can I find the warranty terms?", "wh", {"infinitive": "find the warranty terms"}),
    ("Which vaccines do I need for Kenya?", "wh", {"clause": "I need for Kenya", "infinitive": None}),
    ("Which plan is cheapest?", "wh", {"clause": "is cheapest"}),
    ("Which is better, `pandas` or `polars`?", "wh", {"clause": "is better, `pandas` or `polars`"}),
    ("When does the summer course start?", "wh", {"clause": "the summer course starts"}),
    ('What does "ECONNREFUSED" mean?', "wh", {"clause": '"ECONNREFUSED" means'}),
    ("How long does a land transfer take?", "wh", {"clause": "a land transfer takes"}),
    ("How often should the filter be changed?", "wh", {"wh": "how often"}),
    ("How does photosynthesis work?", "wh", {"clause": "photosynthesis works"}),
    # if
    ("What should I do if the smoke alarm keeps beeping?", "if", {"clause": "the smoke alarm keeps beeping"}),
    ("What do I do when my flight is cancelled?", "if", {"clause": "my flight is cancelled"}),
    ("What is this lever for?", "wh", {"clause": "this lever is for"}),
    ("What do I set?", "wh", {"clause": "I should set", "infinitive": "set"}),
    ("Which file do we open first?", "wh", {"clause": "we should open first"}),
    ("What do I pay for a refill?", "wh", {"clause": "I pay for a refill"}),
    ("Where do I find the error log?", "wh", {"clause": "I find the error log"}),
    # questions for the subject
    ("Who signs the tenancy agreement?", "wh", {"wh": "who", "clause": "signs the tenancy agreement"}),
    ("Who else sees my profile?", "wh", {"wh": "who else", "clause": "sees my profile"}),
    ("Who can repair my boiler?", "wh", {"clause": "can repair my boiler"}),
    ("Who has a spare key?", "wh", {"clause": "has a spare key"}),
    ("Which plants need shade?", "wh", {"wh": "which plants", "sorts": "plants", "feature": "need shade"}),
    ("Which movie has the team seen?", "wh", {"sort": "movie", "feature": "the team has seen"}),
    ("What happens to my data after I leave?", "wh", {"wh": "what", "clause": "happens to my data after I leave"}),
    ("What files match this pattern?", "wh", {"wh": "what files", "clause": "match this pattern"}),
    ("What size fits me?", "wh", {"wh": "what size", "clause": "fits me"}),
    ("How many people live in the house?", "wh", {"wh": "how many people", "clause": "live in the house"}),
    ("What causes back pain?", "wh", {"wh": "what", "clause": "causes back pain", "sorts": None}),
    ("Which law school costs least?", "wh", {"wh": "which law school", "sort": "law school"}),
    ("Which bus goes to the airport?", "wh", {"wh": "which bus", "sort": "bus", "sorts": None}),
    # where something is done, and how long somebody waits
    ("Where do I register my dog?", "wh", {"errand": "register my dog"}),
    ("Where does the river end?", "wh", {"clause": "the river ends", "errand": None}),
    ("How long does it take for a parcel to arrive?", "wh", {"awaited": "a parcel", "event": "arrive", "has": "has"}),
    ("How long do new plants take to grow?", "wh", {"awaited": "new plants", "happened": "grown", "has": "have"}),
    ("Where should I never park my car?", "wh", {"errand": None}),
    ("Where do I live?", "wh", {"errand": None}),
    ("What do I win?", "wh", {"clause": "I win"}),
    ("When will my visa expire?", "wh", {"clause": "my visa will expire", "awaited": None}),
    ("When will my ex stop calling me?", "wh", {"clause": None}),
    ("What does the grep command do?", "wh", {"clause": "the grep command does"}),
    ("Is the book that you wrote good?", "yes-no", {"clause": None}),
    ("Are red meat and cheese bad?", "yes-no", {"clause": None}),
    ("Is my dog's barking a problem?", "yes-no", {"clause": None}),
    ("When will the results be out?", "wh", {"awaited": "the results", "happened": "been out"}),
    ("How long does it take to learn Greek?", "wh", {"awaited": None}),
    # where the subject ends
    ("How does a heat pump work?", "wh", {"clause": "a heat pump works"}),
    ("What does a negative blood test mean?", "wh", {"clause": "a negative blood test means"}),
    ("Why does my loop never end?", "why", {"clause": "my loop never ends"}),
    ("Why does my order say delivered?", "why", {"clause": "my order says delivered"}),
    ("Why does the light flash red?", "why", {"clause": "the light flashes red"}),
    ("Why is the water in the tank cold?", "why", {"clause": "the water in the tank is cold"}),
    ("Why is my phone in safe mode?", "why", {"clause": "my phone is in safe mode"}),
    ("When is the bulky waste collected?", "wh", {"clause": "the bulky waste is collected"}),
    ("Does the train stop at Lyon?", "yes-no", {"clause": "the train stops at Lyon"}),
    ("Does the price include breakfast?", "yes-no", {"clause": "the price includes breakfast"}),
    ("Do plants drink water?", "yes-no", {"clause": "plants drink water"}),
    ("Is the pool open to guests?", "yes-no", {"clause": "the pool is open to guests"}),
    ("Is the use of drones allowed?", "yes-no", {"clause": "the use of drones is allowed"}),
    ("Does the bus stop move?", "yes-no", {"clause": None}),
    ("Can people who have a visa stay longer?", "yes-no", {"clause": None}),
    # yes-no
    ("Has my parcel left the depot?", "yes-no", {"clause": "my parcel has left the depot"}),
    ("Do you deliver on Sundays?", "yes-no", {"clause": "you deliver on Sundays"}),
    ("Does the policy cover water damage?", "yes-no", {"clause": "the policy covers water damage"}),
    ("Did the deploy of version 2.3.1 succeed?", "yes-no", {"clause": "the deploy of version 2.3.1 succeeded"}),
    ("Can't I pay in cash?", "yes-no", {"raw": "can't I pay in cash", "clause": None}),
    ("Isn't the second bag free?", "yes-no", {"clause": None}),
    ("Is there no way to cancel the subscription?", "yes-no", {"clause": "there is no way to cancel the subscription"}),
    # statements and fragments
    (
        "The app crashes when I open the camera.",
        "statement",
        {"clause": "the app crashes when I open the camera", "fact": "the app crashes when I open the camera"},
    ),
    ("Unable to open the lid", "statement", {"clause": "unable to open the lid", "fact": None}),
    ("refund status", "statement", {"action": None}),
    # what is not read
    ("Which of the two works offline?", "other", {"clause": None}),
    ("You ship to Norway, don't you?", "other", {"clause": None}),
    ("Why not use a global variable?", "other", {"clause": None}),
    ("Please tell me which shops will open.", "other", {"action": None, "fact": None}),
    ("Tips for growing chillies?", "other", {"action": None}),
)


@pytest.mark.parametrize(("question", "kind", "parts"), ASKS, ids=[question for question, _, _ in ASKS])
def test_a_question_is_read_for_its_kind_and_its_parts(question: str, kind: str, parts: dict[str, str | None]) -> None:
    """Every part is there as written; where the grammar is unsure, the part is left out rather than guessed."""
    ask = read_ask(Text.parse(question))
    slots = {name: str(slot) for name, slot in ask.slots.items()}
    assert ask.kind == kind
    assert {name: slots.get(name) for name in parts} == parts


@pytest.mark.parametrize(
    ("question", "context", "kind", "original"),
    [
        (
            "My heating stopped working. How do I reset the boiler?",
            "My heating stopped working.",
            "how",
            "how do I reset the boiler?",
        ),
        ("I lost my badge! Who should I contact?", "I lost my badge!", "wh", "who should I contact?"),
        ("Is the pool heated? How do I book a lane?", "Is the pool heated?", "how", "how do I book a lane?"),
        ("My screen is black\nWhy is that?", "My screen is black.", "why", "why is that?"),
        ("I use e.g. vim. How do I quit?", "I use e.g. vim.", "how", "how do I quit?"),
    ],
)
def test_sentences_before_the_question_are_its_context(question: str, context: str, kind: str, original: str) -> None:
    """The last sentence asks; what stands before keeps its own mark."""
    ask = read_ask(Text.parse(question))
    assert (str(ask.context), ask.kind, str(ask.slots["original"])) == (context, kind, original)


def test_a_question_that_only_points_back_leaves_what_it_points_to() -> None:
    """``How do I do that?`` asks about the sentence before."""
    ask = read_ask(Text.parse("I want to paint the fence. How do I do that?"))
    assert (ask.kind, str(ask.slots["action"]), ask.context) == ("how", "paint the fence", None)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "How|do|does|I|the|card|cards|is|are|there|why|not|can't|no|way|to|pay|cover|water|`x`|please|tell|me|,|?|.|if|my|it".split(
                "|"
            )
        ),
        min_size=1,
        max_size=9,
    ).map(" ".join)
)
def test_every_slot_is_made_of_the_question_s_own_locks(question: str) -> None:
    """No part has a locked span that the question has not, and the whole has all of them."""
    text = Text.parse(question)
    if not len(text):
        return
    ask = read_ask(text)
    assert all(set(slot.locked) <= set(text.locked) for slot in ask.slots.values())
    found = [*(ask.context.locked if ask.context else []), *ask.slots["original"].locked]
    assert ask.kind in ("how", "able") or sorted(found) == sorted(text.locked)
