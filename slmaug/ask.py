"""Ask a trained model: ``python -m slmaug.ask runs/full "How do I ...?"``, or without a question in a loop.

Answers go to standard output, in pieces as they come where that is a terminal; all else goes to standard error.
"""

from __future__ import annotations

import contextlib
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from slmaug.errors import SlmaugError, printable
from slmaug.terminal import is_terminal, say, show
from slmaug.train.command import LIMITED, outcome, parser_of

if TYPE_CHECKING:
    from slmaug.train.example import Message
    from slmaug.train.generation import Answerer, Reply

PROMPT = "> "
_LEAVE = frozenset({"exit", "quit"})
_EPILOG = """\
examples:
  python -m slmaug.ask runs/full "How do I reset my password?"
  python -m slmaug.ask runs/full                                   a loop; Ctrl-D or exit leaves it
  python -m slmaug.ask runs/full --answer-only < questions.txt     one question on a line

exit codes: 0 answered, 1 something to put right, 2 wrong usage, 3 answered, but the limit of new tokens came before
an answer's end, 130 Ctrl-C, 143 terminated, 141 the reader of standard output went away.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    return outcome(_run, sys.argv[1:] if argv is None else argv)


def _run(argv: Sequence[str]) -> int:
    given = _parsed(argv)
    if sys.stdout is None:
        raise SlmaugError("standard output is closed; expected a place to write answers to")
    if given.question is None and sys.stdin is None:
        raise SlmaugError("standard input is closed, and no question is given; expected a question")
    from slmaug.model_files import local_model
    from slmaug.train.example import turns
    from slmaug.train.generation import load_answerer
    from slmaug.train.run_folder import system_of

    place = local_model(given.model)
    if is_terminal(sys.stderr):
        say(f"loading {printable(given.model)} ...")
    system = given.system
    if system is None and isinstance(place, Path):
        system = system_of(place)
    answerer = load_answerer(place, device=given.device)
    limited = False
    for number, question in enumerate(_questions(given)):
        if number and given.question is None:
            show("")
        if given.question is None and not is_terminal(sys.stdin):
            show(f"{PROMPT}{question}")  # whose answer this is
        reply = _answered(answerer, turns(question, system or None), given)
        if not reply.stopped:
            limited = True
            limit = given.max_new_tokens or answerer.max_new_tokens
            say(
                f"slmaug: warning: the limit of {limit:,} new tokens was reached before the answer's end; "
                "--max-new-tokens sets another"
            )
    return LIMITED if limited else 0


def _parsed(argv: Sequence[str]) -> Namespace:
    parser = parser_of(
        "slmaug.ask",
        'runs/full ["How do I ...?"] [flags]',
        "Ask a model a question, or several in a loop or from standard input.",
        _EPILOG,
    )
    parser.add_argument("words", nargs="*", metavar="question", help="what to ask; without it, a loop")
    parser.add_argument("--answer-only", action="store_true", help="leave out the analysis in front of an answer")
    parser.add_argument("--system", metavar="TEXT", help="the system prompt (default: that of the run); '' for none")
    given = parser.parse_intermixed_args(argv)
    given.question = " ".join(given.words).strip() if given.words else None
    if given.question == "":
        parser.error("the question is empty; expected words")
    for text in (given.question, given.system):
        if text is not None and not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
            parser.error("the question or the system prompt is no text of this terminal's encoding; expected UTF-8")
    return given


def _questions(given: Namespace) -> Iterator[str]:
    """The question of the command line, or those typed in a loop, or the lines of standard input that are not blank."""
    if given.question is not None:
        yield given.question
    elif is_terminal(sys.stdin):
        yield from _typed()
    else:
        try:
            yield from (line.strip() for line in sys.stdin if line.strip())
        except UnicodeDecodeError as error:
            raise SlmaugError(f"standard input: not {error.encoding} text; expected one question on a line") from None


def _typed() -> Iterator[str]:
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  importing it gives input() a history
    while True:
        try:
            if is_terminal(sys.stdout):
                line = input(PROMPT).strip()
            else:
                say(PROMPT)
                line = input().strip()
        except EOFError:
            say("")
            return
        if line.casefold() in _LEAVE:
            return
        if line:
            yield line


def _answered(answerer: Answerer, prompt: Sequence[Message], given: Namespace) -> Reply:
    """Print the answer to one prompt, while it comes where someone watches."""
    if given.answer_only or not is_terminal(sys.stdout):
        from slmaug.cot.answer_lock import ANALYSIS, answer_of

        reply = answerer.answer([prompt], max_new_tokens=given.max_new_tokens)[0]
        shown = answer_of(reply.text) if given.answer_only else reply.text
        show(shown)
        if given.answer_only and shown.startswith(ANALYSIS):
            say("slmaug: warning: no answer stands behind the analysis in this reply, so all of it is shown")
        return reply
    pieces = answerer.stream(prompt, max_new_tokens=given.max_new_tokens)
    with contextlib.closing(pieces):
        while True:
            try:
                piece = next(pieces)
            except StopIteration as finished:
                show("")
                last: Reply = finished.value
                return last
            _put(piece)


def _put(piece: str) -> None:
    """Write a piece of an answer to the terminal, which shows what it can of it."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(piece.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
