"""Recordings of several processes (``torchrun``): every rank writes its own file into one folder."""

from __future__ import annotations

import os
from pathlib import Path

import torch.distributed as dist

from graphtrace.errors import FileError, shown
from graphtrace.model import Recording
from graphtrace.model.json_files import reason, require_path


def rank() -> int:
    """Return the number of this process: torch's, else that of ``torchrun``, else 0."""
    if dist.is_available() and dist.is_initialized():
        return dist.get_rank()
    told = os.environ.get("RANK", "")
    return int(told) if told.isdecimal() else 0


def save_rank(recording: Recording, folder: str | Path) -> Path:
    """Write the recording of this process as ``rank-0.json.gz`` into a folder, which is made. Returns the file's path.

    Open the folder's files together on the page "Open a file": ranks are shown side by side.

    Raises:
        TraceError: `folder` is no path.
        FileError: The folder cannot be made, or the file not written.
    """
    path = require_path(folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"cannot make the folder: {shown(str(path))} ({reason(error)})") from error
    return recording.save(path / f"rank-{rank()}.json.gz")
