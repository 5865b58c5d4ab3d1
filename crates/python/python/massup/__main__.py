"""The command `massup`."""

import signal
import sys

from ._massup import run


def main() -> int:
    """Runs the command line of this process and returns its exit code."""
    # Python only notes Ctrl-C until its own code runs again, which is after the command has ended.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return run(["massup", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
