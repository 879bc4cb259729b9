"""The table of equivalents: well formed, broad, and read as its head says."""

from __future__ import annotations

import re
from importlib.resources import files

from slmaug.augment.lexicon.equivalents import Equivalents, english_equivalents, own_equivalents, parsed

LINES = files("slmaug.augment.lexicon").joinpath("equivalents.tsv").read_text("utf-8").splitlines()


def test_the_table_holds_what_its_head_says() -> None:
    """Every line is a class, or one of the kinds with a group of two or more; classes are known."""
    classes = {line.split("\t")[0] for line in LINES if line.startswith("@")}
    groups = 0
    for line in LINES:
        if not line or line[0] in "#@":
            continue
        kind, when, group = line.split("\t")
        assert kind in ("v", "i", "n", "a", "p"), line
        assert {word for word in when.split() if word.startswith("@")} <= classes, line
        both, _, one_way = group.partition(" > ")
        members = [*both.split(" = "), *(word.strip() for word in one_way.split(",") if word.strip())]
        assert len(members) > 1, line
        assert all(members), line
        assert len(set(members)) == len(members), line
        slots = [sorted(re.findall(r"\{\w\}", member)) for member in members]
        assert kind == "p" or not any(slots), line
        assert all(set(each) == set(slots[0]) for each in slots), line
        groups += 1
    assert groups >= 1500


def test_one_way_and_both_ways() -> None:
    """What stands behind > is only said for the others."""
    entries = {
        (entry.kind, entry.words): entry.others for entry in parsed(["n\t\tcar = automobile > ride", "p\t\ta b = c d"])
    }
    assert entries == {
        ("n", ("car",)): ("automobile", "ride"),
        ("n", ("automobile",)): ("car", "ride"),
        ("p", ("a", "b")): ("c d",),
    }


def test_a_class_stands_for_its_words() -> None:
    """WHEN names classes and words alike."""
    (entry, _) = parsed(["@pet\tcat dog", "v\t@pet fish\tfeed = give food to"])
    assert entry.when == {"cat", "dog", "fish"}


def test_entries_are_found_by_their_first_word_that_is_no_slot() -> None:
    """Longer entries come first."""
    table = Equivalents.of(parsed(["p\t\t{x} is off = {x} fails", "n\t\tis land = isle"]))
    assert [len(entry.words) for entry in table.by_word["is"]] == [3, 2]
    assert english_equivalents() is english_equivalents()


def test_a_users_own_terms_stand_for_each_other() -> None:
    """Every term of a group has the others."""
    table = own_equivalents((("kiosk", "terminal stand", "booth"),))
    assert [entry.others for entry in table.by_word["terminal"]] == [("kiosk", "booth")]
