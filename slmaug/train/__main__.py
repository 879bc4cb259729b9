"""The command line: ``python -m slmaug.train out.jsonl``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from slmaug.errors import SlmaugError
from slmaug.terminal import Stopped, drop_output, failed, say, stoppable
from slmaug.train.checkpoints import standing
from slmaug.train.run import run
from slmaug.train.settings import Parsed, parsed


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    settings: Parsed | None = None
    try:
        with stoppable():
            settings = parsed(sys.argv[1:] if argv is None else argv)
            run(settings)
            return 0
    except SystemExit as finished:  # argparse after --help
        return int(finished.code or 0)
    except Stopped as stopped:
        if os.environ.get("RANK", "0") == "0":  # of several processes the first speaks
            state = "nothing was trained yet" if settings is None else standing(Path(settings.own.output_dir))
            say(f"slmaug: {stopped}; {state}")
        return 128 + stopped.number
    except SlmaugError as error:
        drop_output()
        return failed(str(error))
    except BrokenPipeError:
        drop_output()
        return 128 + 13
    except MemoryError:
        return failed("the memory of this machine does not suffice; expected a smaller model or --batch")


if __name__ == "__main__":
    raise SystemExit(main())
