"""slmaug's word-level augmenters beside nlpaug's and textaugment's, on one input, through one loop.

    python benchmarks/augmenters.py [--seeds FILE] [--wordnet DIR]

Every library is asked the same: for each question draw variants until 100 are found that differ from the
question and from each other, or 400 attempts are used up. Two texts are the same when they differ in case,
punctuation and spacing only. What a library does once for a question is outside the clock for ours alone, since
only ours does such a thing: parsing into words and locked spans, whose time stands below the table.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from peers import DEBIAN_WORDNET, SHARE, key, machine, nltk_data, peers

from slmaug.augment import Augmenter, Deletion, Insertion, Swap, Synonyms, WordNet
from slmaug.locks import locked_spans
from slmaug.rng import generators, stream_key
from slmaug.text import Text

OPERATIONS = ("swap", "deletion", "insertion", "synonyms")

QUESTIONS = r"""
How do I read the large file with pd.read_csv("a b.csv") when some of the rows in it have too many columns?
Why does client.get_user(id=42) return an empty object for a user that is clearly in the list of all the members?
How can I download all of the files at https://example.org/data/v2/index.html?raw=1 to the disk of my laptop?
What is the right way to build the small image with --no-cache-dir so that the packages are not kept in the layer?
How do I install .NET Framework 4.8 on the old server in the office that is not connected to the network at all?
Where do I put the {api_key} and the {region} in the settings file of the project so that the build can find them?
How do I upgrade the database to version 14.2 without losing any of the tables that my team created in the last weeks?
Why does the log say "connection reset by peer" when I open the page of the shop on the phone of my wife?
How should I name the column max_retry_count in the table so that the other teams can understand the purpose of it?
How do I link a new bank card to my account in the mobile app if the old card is still waiting for a payment?
What should I do to move the photos of the family from the old phone to the new tablet over the cable?
How do I call torch.cuda.is_available() in the script before the training of the model is started by the scheduler?
How can I write the result of df.groupby("user_id").mean() to the sheet that is shared with the rest of the company?
Why is the build so slow when I run docker build -t my_app:1.4.0 . on the machine that is under my desk?
How do I send the file to https://api.example.com/v1/upload with the token that the support team gave to me?
How can I change the password of the router in the kitchen if I have lost the small card with the number?
How do I set the variable JAVA_HOME to the path of the newer version on the computer that is used by all the students?
What is the easiest way to remove the red stain of wine from the white shirt that I want to wear on Friday?
How do I make the button in MainWindow.xaml react to the second click of the mouse in the list of the orders?
How do I tell git rebase --onto main that the commits of the other branch should stay in the order of their dates?
Why does json.loads(body) raise an error on the answer of the server when the text in it looks just right to me?
How do I print the value with f"{total:.2f}" so that the amount in the bill has the right number of digits?
How can I stop the task at C:\Program Files\Agent\run.exe from starting each time that I turn on the computer of my son?
How do I get a refund for the ticket to Berlin that was booked by my colleague in the wrong month of the year?
How do I keep the file /etc/nginx/nginx.conf from being replaced by the one in the package in an update at night?
What is the best way to plan the meals of the week for a small family with a child that is allergic to milk?
How can I show the name of the user in the template with {{ user.first_name }} at the top of the page?
How do I compare the two lists in the old sheet with =VLOOKUP(A2,B:C,2,FALSE) and mark all of the rows that are missing?
Why does the service return HTTP 504 to some of the clients in the evening when the load on the machines is not high?
How do I ask the model gpt-4o-mini for a short summary of the report that is stored in the folder of my project?
""".strip().splitlines()

Source = Callable[[int], list[tuple[str, str]]]
"""Asked for n, it makes n attempts at a variant of one question: each the variant and its key."""


@dataclass
class Library:
    """One library: its name and version, how it makes each operation's variants, and what to know about it."""

    name: str
    draws: dict[str, Callable[[str], Source]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def collect(question: str, more: Source, wanted: int, attempts: int) -> tuple[list[str], int]:
    """Up to ``wanted`` variants of one question, different from each other, and the number of attempts."""
    accepted: dict[str, str] = {}
    drawn = 0
    while drawn < attempts and len(accepted) < wanted:
        batch = more(min(attempts - drawn, wanted - len(accepted)))
        drawn += len(batch)
        for variant, mark in batch:
            if variant != question:
                accepted.setdefault(mark, variant)
    return list(accepted.values()), drawn


def distinct(question: str, variants: list[str]) -> int:
    """How many variants differ from the question and from each other by the one key that all are judged by."""
    return len(set(map(key, variants)) - {key(question)})


def broken(question: str, variants: list[str]) -> int:
    """How many variants no longer hold all the locked spans of the question."""
    spans = [question[start:end] for start, end in locked_spans(question)]
    return sum(any(span not in variant for span in spans) for variant in variants)


def slmaug(wordnet: Path | None) -> list[Library]:
    def through(augmenter: Augmenter) -> Callable[[str], Source]:
        def draw(question: str) -> Source:
            text, stream = Text.parse(question), stream_key(0, question)
            number = 0

            def more(count: int) -> list[tuple[str, str]]:
                nonlocal number
                variants = augmenter([text] * count, generators(stream, number, count))
                number += count
                return [(str(variant), variant.key) for variant in variants]

            return more

        return draw

    # Deletion takes small words only and Synonyms content words only, each about half of a question: half of those
    # is a quarter of the whole.
    augmenters = (Swap(SHARE), Deletion(0.5), Insertion(SHARE), Synonyms(0.5))
    found = [Library("slmaug", dict(zip(OPERATIONS, map(through, augmenters), strict=True)))]
    found[0].notes.append(
        "slmaug's own lexicon holds few synonyms that are safe in many contexts, so few variants exist to be found; "
        "the row '+ WordNet' takes the dictionary that the peers take, all senses."
    )
    if wordnet:
        # The peers take a word's every sense; so does this one.
        lexicon = WordNet(str(wordnet), senses=99)
        full = {"insertion": through(Insertion(SHARE, lexicon)), "synonyms": through(Synonyms(0.5, lexicon))}
        found.append(Library("slmaug + WordNet", full))
    return found


def one_by_one(edit: Callable[[str], str]) -> Callable[[str], Source]:
    def draw(question: str) -> Source:
        def more(count: int) -> list[tuple[str, str]]:
            variants = [edit(question) for _ in range(count)]
            return [(variant, key(variant)) for variant in variants]

        return more

    return draw


def libraries(wordnet: Path | None) -> Iterator[Library]:
    """Ours first, then the peers that are installed."""
    yield from slmaug(wordnet)
    for peer in peers(wordnet is not None):
        yield Library(peer.name, {name: one_by_one(edit) for name, edit in peer.edits.items()}, peer.notes)


def best_seconds(repeats: int, run: Callable[[], object]) -> float:
    def once() -> float:
        start = time.perf_counter()
        run()
        return time.perf_counter() - start

    return min(once() for _ in range(repeats))


@dataclass
class Measured:
    """One library at one operation: the times of its runs, and what they made (the same each time)."""

    library: Library
    times: list[float] = field(default_factory=list)
    variants: list[list[str]] = field(default_factory=list)
    attempts: int = 0

    def run(self, operation: str, questions: list[str], args: argparse.Namespace) -> None:
        random.seed(1)
        sources = [self.library.draws[operation](question) for question in questions]
        start = time.perf_counter()
        found = [collect(q, more, args.variants, args.attempts) for q, more in zip(questions, sources, strict=True)]
        self.times.append(time.perf_counter() - start)
        self.variants = [variants for variants, _ in found]
        self.attempts = sum(attempts for _, attempts in found)


def measure(compared: list[Library], operation: str, questions: list[str], args: argparse.Namespace) -> None:
    """Print an operation's lines of the table."""
    rows = [Measured(library) for library in compared if operation in library.draws]
    for row in rows:
        for question in questions:  # loads what is loaded once
            collect(question, row.library.draws[operation](question), 3, 3)
    # In turns, so that a busy moment of the machine falls on all; a slow library runs few times, a quick one many.
    for _ in range(args.repeats * 10):
        for row in rows:
            if not row.times or sum(row.times) < args.repeats * 0.5:
                row.run(operation, questions, args)
    ours = 0.0
    for row in rows:
        seconds = min(row.times)
        accepted = sum(map(distinct, questions, row.variants))
        bad = sum(map(broken, questions, row.variants)) / max(1, sum(map(len, row.variants)))
        share = accepted / (args.variants * len(questions))
        rates = f"{accepted / seconds:10,.0f} {row.attempts / seconds:10,.0f}"
        line = f"{operation:10} {row.library.name:18} {rates} {accepted:9,} ({share:4.0%}) {bad:7.1%}"
        if row.library.name.startswith("slmaug"):
            ours = accepted / seconds  # the last of ours: for synonyms the one with the peers' dictionary
            print(line, flush=True)
        else:
            print(f"{line} {ours * seconds / accepted:7.1f} x" if ours and accepted else line, flush=True)


def bare_loops(args: argparse.Namespace) -> None:
    """What the generators alone cost, without any edit."""
    count = 3000

    def ours() -> None:
        for number in range(0, count, 100):
            for generator in generators(1, number, 100):
                generator.random()

    def pythons() -> None:
        for number in range(count):
            random.Random(number).random()

    parse = best_seconds(7, lambda: list(map(Text.parse, QUESTIONS))) / len(QUESTIONS)
    print(f"parsing a question, once for all its variants: {parse * 1e6:.0f} microseconds")
    for name, loop in (("random.Random(i)", pythons), ("slmaug.rng.generators", ours)):
        print(f"bare loop, one generator and one draw a variant: {name:22} {count / best_seconds(7, loop):12,.0f} /s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=Path, help="a text file, one question a line, in place of the 30 in this file")
    parser.add_argument("--wordnet", type=Path, help="folder of WordNet's files (default: /usr/share/wordnet if there)")
    parser.add_argument("--variants", type=int, default=100, help="wanted for each question (default 100)")
    parser.add_argument("--attempts", type=int, default=400, help="at most, for each question (default 400)")
    parser.add_argument("--repeats", type=int, default=3, help="half seconds each may run; the best counts (default 3)")
    parser.add_argument("--only", choices=["slmaug", "nlpaug", "textaugment"], help="measure one library")
    args = parser.parse_args()
    questions = QUESTIONS
    if args.seeds:
        questions = [line.strip() for line in args.seeds.read_text(encoding="utf-8").splitlines() if line.strip()]
    wordnet = args.wordnet or (DEBIAN_WORDNET if (DEBIAN_WORDNET / "data.noun").is_file() else None)

    print(machine())
    spans = sum(len(locked_spans(question)) for question in questions)
    print(f"{len(questions)} questions ({spans} locked spans) x {args.variants} variants, {SHARE:.0%} of words edited")
    with nltk_data(wordnet) as found:
        compared = [library for library in libraries(found) if library.name.startswith(args.only or "")]
        if not found:
            print("no WordNet files, so no synonyms of the peers: apt install wordnet-base, or --wordnet DIR")
        columns = f"{'accepted/s':>10} {'drawn/s':>10} {'distinct, changed':>16} {'broken':>7}"
        print(f"\n{'operation':10} {'library':18} {columns}   accepted/s of ours to theirs")
        for operation in OPERATIONS:
            measure(compared, operation, questions, args)
    print()
    bare_loops(args)
    for library in compared:
        for note in library.notes:
            print(f"note: {note}")


if __name__ == "__main__":
    main()
