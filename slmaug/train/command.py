"""What the command lines that ask a model have in common: their arguments' errors, and how they end."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable, Sequence
from typing import NoReturn

from slmaug.errors import SlmaugError
from slmaug.terminal import Stopped, drop_output, failed, say, stoppable

LIMITED = 3
"""Exit code of asking: there is an answer, but the limit of new tokens was reached before its end."""
_BROKEN_PIPE = 128 + 13


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, as for every other error; the usage is in --help."""

    def error(self, message: str) -> NoReturn:
        self.exit(failed(f"{message} (see --help)", code=2))


def parser_of(module: str, usage: str, description: str, epilog: str) -> Parser:
    """A parser for ``python -m module`` with the flags that every asking has."""
    width = min(shutil.get_terminal_size().columns, 110) - 2
    parser = Parser(
        prog=f"python -m {module}",
        usage=f"%(prog)s {usage}",
        description=description,
        epilog=epilog,
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, max_help_position=30, width=width),
        allow_abbrev=False,
    )
    parser.add_argument("model", metavar="runs/full", help="the folder of a run or of any model, or a name on the hub")
    parser.add_argument(
        "--max-new-tokens",
        type=count,
        metavar="N",
        help="the longest answer, analysis included (default: as the model's generation_config.json says, else 1024)",
    )
    parser.add_argument(
        "--device", metavar="NAME", help="cpu, cuda, cuda:1, mps (default: a graphics card where there is one)"
    )
    return parser


def count(text: str) -> int:
    """A whole number from 1, as an argument's type."""
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a whole number from 1, got {text!r}")


def outcome(run: Callable[[Sequence[str]], int], argv: Sequence[str], on_stop: str = "") -> int:
    """The exit code of a command line's run; ``on_stop`` is added to what is said when a signal ends it."""
    try:
        with stoppable():
            return run(argv)
    except SystemExit as finished:  # argparse after --help and after wrong usage
        return int(finished.code or 0)
    except Stopped as stopped:
        say(f"slmaug: {stopped}{on_stop}")
        return 128 + stopped.number
    except SlmaugError as error:
        drop_output()
        return failed(str(error))
    except BrokenPipeError:
        drop_output()
        return _BROKEN_PIPE
