"""``python -m graphtrace``: the command line, see `graphtrace.cli`."""

import sys

from graphtrace.cli import main

if __name__ == "__main__":
    sys.exit(main())
