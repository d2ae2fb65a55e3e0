"""Compiled WebAssembly, kept on disk. Loading it runs native code, so only a file of the user's own is loaded."""

from __future__ import annotations

import hashlib
import os
import platform
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

_DIGEST = 32


def folder() -> Path:
    """Return the folder of kept files: in the user's cache, private to the user."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "graphtrace"


def path_for(wasm: bytes, version: str) -> Path:
    """Return where the compiled form of `wasm` is kept for this machine and this `version` of the compiler."""
    key = hashlib.sha256(wasm)
    key.update(f"{version} {platform.system()} {platform.machine()}".encode())
    return folder() / f"graphviz-{key.hexdigest()[:24]}.bin"


def load(path: Path) -> bytes | None:
    """Return what `save` wrote at `path`, or None: absent, damaged, or open to anybody else's hand."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        if not (_ours(os.fstat(descriptor), stat.S_ISREG) and _ours(path.parent.stat(), stat.S_ISDIR)):
            return None
        digest, content = file.read(_DIGEST), file.read()
    return content if hashlib.sha256(content).digest() == digest else None


def save(path: Path, content: bytes) -> bool:
    """Keep `content` at `path`, all at once; return False where that is not possible."""
    if not hasattr(os, "getuid"):  # no owners to check: such a file could not be trusted when loaded
        return False
    temporary = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(hashlib.sha256(content).digest() + content)
        os.replace(temporary, path)
    except OSError:
        if temporary is not None:
            with suppress(OSError):
                os.unlink(temporary)
        return False
    return True


def _ours(status: os.stat_result, is_kind: object) -> bool:
    if not hasattr(os, "getuid") or not callable(is_kind):
        return False
    private = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) == 0
    return bool(is_kind(status.st_mode)) and private and status.st_uid == os.getuid()
