"""``python -m graphtrace.cuda_check``: run the recorder on this machine's accelerator and print what was seen.

Runs on a CPU too. Ends with exit status 1 if a check that must hold does not.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":
    from graphtrace.recorder.device_report import main

    sys.exit(main(sys.argv[1:]))
