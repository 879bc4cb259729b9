"""Write slmaug's English lexicon from WordNet 3.0: ``python scripts/make_lexicon.py [--wordnet /usr/share/wordnet]``.

Two tables come out, byte for byte the same on every run (Debian: ``apt install wordnet-base wordnet-sense-index``):

``english.tsv``     lemma, its parts of speech with their counts, its synonyms: ``purchase<TAB>n9 v14<TAB>v=buy``
``morphology.tsv``  the inflections that the spelling rules of ``slmaug.augment.lexicon.morphology`` do not give

A pair of words in one WordNet synset is not yet a pair that may stand for each other: this keeps a few hundred,
spelling variants included; everyday words get theirs from ``everyday.tsv``, by hand. A pair "word, synonym" (same
part of speech) is kept only where

1. *the shared sense is what the word usually means.* The senses that both words have hold at least
   ``WORD_SHARE`` of the word's tagged uses in SemCor (``index.sense``), each sense smoothed by ``SMOOTHING``;
2. *and what the synonym usually means,* at least ``SYNONYM_SHARE`` of its uses: so "purchase" gives "buy", and
   "issue" does not give "write out". Rare words are smoothed down to failing unless they have a single sense;
3. *both are ordinary words*, by tagged uses and by how often WordNet's own 1.5 million words of definitions and
   examples use them (a corpus of plain prose that is at hand and free), and the synonym is not much rarer; two
   spellings of one word (colour, color) need to be ordinary only together;
4. *both stand in the same frames*: verbs agree in taking an object, a clause or an infinitive;
5. *neither sense is restricted*: no synset with a usage (``;u``), region (``;r``) or subject (``;c``) label, no
   species, substances, body parts, food, places, measures, relational or participial adjectives, nothing with
   a syntactic marker such as ``(p)``, no cardinal or ordinal number;
6. *neither is a form of another word*: nouns in -ing or with a plural -s, adjectives that are participles or
   comparatives; and, spellings apart, the synonym is a single word;
7. *neither is a name, an abbreviation, a function word, a light verb* ("get", "make", "run") or one of the
   ``UNFIT`` words, whose pairs passed every rule and were then found wrong by reading.

Only members of one synset are paired; hypernyms and sister terms never are.
"""

from __future__ import annotations

import argparse
import gc
import re
import sys
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

# The script runs from a checkout, installed or not, so the package is put on the path before it is imported.
ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from lexicon_lists import (  # noqa: E402
    DOUBLE_L,
    DOUBLING,
    LATIN_ONLY,
    O_TAKES_ES,
    PLURALS,
    REGULAR_FIRST,
    SINCE_SEMCOR,
    STRONG,
    UNFIT,
    UNFIT_PAIRS,
)
from wordnet_files import PARTS, Synset, exceptions, is_unusable, sense_counts, synsets  # noqa: E402

from slmaug.augment.lexicon import morphology  # noqa: E402
from slmaug.function_words import FUNCTION_WORDS, LIGHT_VERBS  # noqa: E402

LEXICON = ROOT / "slmaug" / "augment" / "lexicon"

WORD_SHARE = 0.60
SYNONYM_SHARE = 0.60
SMOOTHING = 0.6
COMMON_TAGS = 4
COMMON_IN_GLOSSES = 8
RARER_BY = 40  # a synonym this many times rarer than the word sounds odd in its place

RESTRICTED_FILES = frozenset(
    # adj.pert, adj.ppl, noun.animal, body, food, location, plant, quantity, substance (lexnames(5WN))
    {1, 44, 5, 8, 13, 15, 20, 23, 27}
)
OBJECT_FRAMES = frozenset({8, 9, 10, 11, 14, 15, 16, 17, 18, 19, 20, 21, 24, 25, 30, 31})
CLAUSE_FRAMES = frozenset({26, 29, 34})
INFINITIVE_FRAMES = frozenset({28, 32, 33, 35})
GRAMMATICAL = FUNCTION_WORDS | LIGHT_VERBS


def _shape(frames: set[int]) -> tuple[bool, bool, bool]:
    return bool(frames & OBJECT_FRAMES), bool(frames & CLAUSE_FRAMES), bool(frames & INFINITIVE_FRAMES)


class WordNetTables:
    """Everything the rules ask about: the synsets, who is in them and how common each word is."""

    def __init__(self, folder: Path) -> None:
        counts = sense_counts(folder)
        self.synsets: list[Synset] = []
        self.senses: dict[tuple[str, str], list[tuple[Synset, int]]] = defaultdict(list)
        self._tags: Counter[tuple[str, str]] = Counter()
        for part in PARTS:
            for synset in synsets(folder, part):
                synset.counts = [counts.get(key, 0) for key in synset.sense_keys]
                self.synsets.append(synset)
                for position, key in enumerate(synset.sense_keys):
                    # Senses under a capital ("Polish") count too: they are what the lower-case word might mean.
                    word = key.partition("%")[0].replace("_", " ")
                    self.senses[word, part].append((synset, position))
                    self._tags[word, part] += synset.counts[position]
        prose = " ".join(synset.gloss for synset in self.synsets)
        self.in_glosses = Counter(re.findall(r"[a-z]+", prose.lower()))

    def tags(self, word: str, part: str) -> int:
        return self._tags[word, part]

    def glosses(self, word: str) -> int:
        if " " in word or "-" in word:
            return 0
        return self.in_glosses[word] + self.in_glosses[word + "s"]

    def common(self, word: str, part: str) -> bool:
        return self.tags(word, part) >= COMMON_TAGS and (" " in word or self.glosses(word) >= COMMON_IN_GLOSSES)

    def derived(self, word: str, part: str) -> bool:
        """Whether the word is a form of another word, or made from a verb, and so shifts its meaning with it."""
        if part == "n":
            return word.endswith("ing") or (word.endswith("s") and (word[:-1], "n") in self.senses)
        if part == "a":
            return (
                bool(re.search(r"(?:ed|ing|ish)$", word))
                or any((stem, "a") in self.senses for stem in morphology.lemmas(word, "adjective")[1:])
                or any((stem, "v") in self.senses for stem in morphology.lemmas(word, "verb")[1:])
            )
        return False

    def share(self, word: str, part: str, shared: set[str]) -> float:
        """The share of the word's uses that fall on the shared senses."""
        total = inside = 0.0
        for synset, position in self.senses[word, part]:
            weight = synset.counts[position] + SMOOTHING
            total += weight
            inside += weight if synset.key in shared else 0.0
        return inside / total


@cache
def spelling(word: str) -> str:
    """One key for both spellings of a word: colour and color, organise and organize, catalogue and catalog."""
    word = re.sub(r"our(?=$|e|i|a|s|l|f)", "or", word)
    word = re.sub(r"(?<=[^aeiou])re$", "er", word)
    word = re.sub(r"(?<=.{3})(is|yz|ys)(?=e$|ation$|er$)", "iz", word)
    return re.sub(r"ogue$", "og", word).replace("grey", "gray").replace("ae", "e").replace("ll", "l")


def synonyms(tables: WordNetTables) -> dict[tuple[str, str], list[str]]:
    """Every pair that passes the rules above, best first."""
    together: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for synset in tables.synsets:
        if synset.labelled or synset.file in RESTRICTED_FILES:
            continue
        usable = [(i, word) for i, word in enumerate(synset.words) if word]
        for i, word in usable:
            for j, other in usable:
                if word == other:
                    continue
                if synset.part == "v" and _shape(synset.frames[i]) != _shape(synset.frames[j]):
                    continue
                together[word, other, synset.part].add(synset.key)
    found: dict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)
    for (word, other, part), shared in together.items():
        if word in UNFIT[part] or other in UNFIT[part] or (word, other) in UNFIT_PAIRS[part]:
            continue
        if " " in word or "-" in word or word in GRAMMATICAL or other in GRAMMATICAL:
            continue
        if spelling(word) == spelling(other) and tables.tags(word, part) + tables.tags(other, part) >= COMMON_TAGS:
            if tables.share(word, part, shared) >= SYNONYM_SHARE and tables.share(other, part, shared) >= WORD_SHARE:
                found[word, part].append((-1.0, other))
            continue
        if " " in other or tables.derived(word, part) or tables.derived(other, part):
            continue
        if not tables.common(word, part) or not tables.common(other, part):
            continue
        if (tables.tags(other, part) + 1) * RARER_BY < tables.tags(word, part):
            continue
        of_word, of_other = tables.share(word, part, shared), tables.share(other, part, shared)
        if of_word >= WORD_SHARE and of_other >= SYNONYM_SHARE:
            found[word, part].append((-of_word * of_other, other))
    return {key: [other for _, other in sorted(pairs)] for key, pairs in found.items()}


def vocabulary(tables: WordNetTables, pairs: dict[tuple[str, str], list[str]]) -> dict[str, dict[str, int]]:
    """Tag counts by part of speech for the ordinary single words."""
    words: dict[str, dict[str, int]] = defaultdict(dict)
    for word, part in sorted(tables.senses, key=lambda key: (-tables.tags(*key), -len(tables.senses[key]), key)):
        if is_unusable(word) or "_" in word or " " in word or "-" in word:
            continue
        tags, any_tags = tables.tags(word, part), sum(tables.tags(word, other) for other in PARTS)
        if tags or tables.glosses(word) >= (12 if any_tags else 6):
            words[word][part] = tags
    for word, part in pairs:
        words[word].setdefault(part, 0)
    for word, counts in SINCE_SEMCOR.items():
        words[word] = {entry[0]: int(entry[1:]) for entry in counts.split()}
    return words


def english_rows(tables: WordNetTables) -> list[str]:
    pairs = synonyms(tables)
    rows = []
    for word, counts in sorted(vocabulary(tables, pairs).items()):
        ordered = sorted(counts.items(), key=lambda item: -item[1])
        columns = [word, " ".join(f"{part}{count}" for part, count in ordered)]
        found = [f"{part}={','.join(pairs[word, part])}" for part in PARTS if (word, part) in pairs]
        rows.append("\t".join([*columns, ";".join(found)] if found else columns))
    return rows


def _verb_slots(verb: str, listed: list[str]) -> list[list[str]]:
    gerunds = [form for form in listed if form.endswith("ing") and len(form) > len(verb)]
    third = [form for form in listed if form.endswith("s") and not gerunds.count(form)]
    other = [form for form in listed if form not in gerunds and form not in third]
    if verb in STRONG:
        past, participle = ([*forms.split("/")] for forms in STRONG[verb])
    else:
        past, participle = list(other), list(other)
    if verb in REGULAR_FIRST or (verb.endswith("l") and verb not in DOUBLE_L):
        regular_past, regular_gerund = morphology.regular_past(verb), morphology.regular_gerund(verb)
        past = [regular_past, *(form for form in past if form != regular_past)] if past else []
        participle = [regular_past, *(form for form in participle if form != regular_past)] if participle else []
        gerunds = [regular_gerund, *(form for form in gerunds if form != regular_gerund)] if gerunds else []
    elif verb.endswith("l") and past == participle and past and past[0].endswith("lled"):
        past = participle = [*past, verb + "ed"]
        gerunds = [*gerunds, verb + "ing"]
    return [past, participle, gerunds, third]


def _noun_slots(noun: str, listed: list[str]) -> list[list[str]]:
    regular = morphology.regular_s(noun, "s")
    latin = noun not in LATIN_ONLY and not noun.endswith(("on", "is")) and re.search(r"(?:ae|i|a|x|ces)$", listed[0])
    forms = [regular, *listed] if latin and noun not in {"matrix", "vertex"} else listed
    if noun in {"matrix", "vertex"}:
        forms = [*listed, regular]
    return [list(dict.fromkeys(forms))]


def morphology_rows(tables: WordNetTables, folder: Path) -> list[str]:
    rows = set()

    def add(pos: str, lemma: str, slots: list[list[str]], regular: list[list[str]]) -> None:
        kept = ["/".join(forms) if forms and forms != rule else "" for forms, rule in zip(slots, regular, strict=True)]
        if any(kept):
            rows.add("\t".join([pos, lemma, *kept]))

    def ordinary(word: str, part: str) -> bool:
        return tables.tags(word, part) > 0 or ((word, part) in tables.senses and tables.glosses(word) >= 2)

    verbs: dict[str, list[str]] = {verb: [] for verb in STRONG}
    listed = exceptions(folder, "verb")
    verbs |= {verb: forms for verb, forms in listed.items() if ordinary(verb, "v") or verb in STRONG}
    verbs |= {verb: [verb + verb[-1] + "ed", verb + verb[-1] + "ing"] for verb in DOUBLING}
    for verb, forms in verbs.items():
        past, gerund = [morphology.regular_past(verb)], [morphology.regular_gerund(verb)]
        add("verb", verb, _verb_slots(verb, forms), [past, past, gerund, [morphology.regular_s(verb, "es")]])
    for noun, forms in exceptions(folder, "noun").items():
        if ordinary(noun, "n") and noun not in PLURALS:
            add("noun", noun, _noun_slots(noun, forms), [[morphology.regular_s(noun, "s")]])
    rows.update(f"noun\t{noun}\t{forms}" for noun, forms in PLURALS.items())
    for noun in O_TAKES_ES:
        rows.add(f"noun\t{noun}\t{noun}es")
    for pos, part, name in (("adjective", "a", "adj"), ("adverb", "r", "adv")):
        for word, forms in exceptions(folder, name).items():
            if not ordinary(word, part) or word in {"far", "well", "deeply", "hard"}:
                continue
            slots = [[f for f in forms if not f.endswith("st")], [f for f in forms if f.endswith("st")]]
            rule = [[morphology.regular_degree(word, "er")], [morphology.regular_degree(word, "est")]]
            short = morphology.takes_er(word)
            add(pos, word, slots, rule if short else [[], []])
    for pos in ("adjective", "adverb"):
        rows.add(f"{pos}\tfar\tfarther/further\tfarthest/furthest")
        rows.add(f"{pos}\twell\tbetter\tbest")
    return sorted(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write english.tsv and morphology.tsv from WordNet 3.0.")
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"), help="folder of WordNet's files")
    parser.add_argument("--out", type=Path, default=LEXICON, help="folder to write into")
    options = parser.parse_args()
    gc.disable()  # two million small values that all live to the end: looking for garbage takes a fifth of the time
    tables = WordNetTables(options.wordnet)
    for name, rows in (
        ("morphology.tsv", morphology_rows(tables, options.wordnet)),
        ("english.tsv", english_rows(tables)),
    ):
        (options.out / name).write_text("".join(row + "\n" for row in rows), "utf-8", newline="\n")
        print(f"{options.out / name}: {len(rows):,} rows")


if __name__ == "__main__":
    main()
