"""The command line: ``python -m slmaug.train out.jsonl``."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from slmaug.errors import SlmaugError
from slmaug.terminal import Stopped, drop_output, failed, say, stoppable
from slmaug.train.run import run
from slmaug.train.settings import parsed


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    try:
        with stoppable():
            run(parsed(sys.argv[1:] if argv is None else argv))
            return 0
    except SystemExit as finished:  # argparse after --help
        return int(finished.code or 0)
    except Stopped as stopped:
        say(f"slmaug: {stopped}; the same command goes on from the last checkpoint")
        return 128 + stopped.number
    except SlmaugError as error:
        drop_output()
        return failed(str(error))
    except MemoryError:
        return failed("the memory of this machine does not suffice; expected a smaller model or --batch")


if __name__ == "__main__":
    raise SystemExit(main())
