"""A lab as a file: its scene as JSON, alone or inside a safetensors file with the weights. Nothing is unpickled."""

from __future__ import annotations

import json
from collections.abc import Mapping

from torch import Tensor

from graphtrace.errors import SpecError, extra, shown
from graphtrace.lab.writing.links import Scene, parse_json, scene_from, scene_to_plain

FORMAT = "graphtrace-lab"
VERSION = 2
VERSIONS = (1, VERSION)  # that are read
MAX_BYTES = 4 << 20  # of a scene's text
MAX_PARTS = 250_000  # values in it: reading millions of empty lists would hold up everybody on a server for seconds
_KEY = "graphtrace.lab"  # of the scene's text in the metadata of a safetensors file


def dumps(scene: Scene, weights: Mapping[str, Tensor] | None = None) -> bytes:
    """Return the file of a scene.

    Args:
        scene: What the file opens.
        weights: Parameters and buffers to start from instead of the seed's; the scene then has no actions.

    Raises:
        SpecError: `scene` is none.
    """
    plain = {"format": FORMAT, "version": VERSION, "scene": scene_to_plain(scene)}
    text = json.dumps(plain, sort_keys=True, allow_nan=False, indent=None if weights is not None else 1)
    if weights is None:
        return text.encode()
    with extra("app", "a file with weights"):
        from safetensors.torch import save

    return save({name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()}, {_KEY: text})


def is_lab(content: bytes) -> bool:
    """Whether a file looks like the file of a lab; `loads` may still refuse it."""
    return FORMAT.encode() in content[:100_000]


def loads(content: bytes) -> tuple[Scene, dict[str, Tensor] | None]:
    """Return the scene of a file, whose spec runs here, and its weights, None for none. Nothing is run.

    Raises:
        SpecError: The file is not of a lab, damaged, hostile, of a newer version, or too large.
    """
    if content[:1] in (b"{", b" ", b"\n"):
        return _scene(content), None
    with extra("app", "a file with weights"):
        from safetensors import SafetensorError
        from safetensors.torch import load

    try:
        head = _metadata(content)
        weights = load(content)
    except SpecError:
        raise
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SpecError(f"the file holds no lab: {shown(str(error))} (save it again)") from None
    return _scene(head.encode()), weights


def _metadata(content: bytes) -> str:
    """Return the scene's text in a safetensors file, which begins with 8 bytes of length and JSON of that length."""
    length = int.from_bytes(content[:8], "little")
    if not 0 < length <= MAX_BYTES:
        raise ValueError("no header")
    _require_few_parts(content[8 : 8 + length])
    text = json.loads(content[8 : 8 + length])["__metadata__"][_KEY]
    if not isinstance(text, str):
        raise ValueError("no scene in it")
    return text


def _require_few_parts(text: bytes) -> None:
    """Refuse a text of JSON that holds too many values, before anything is made of it."""
    parts = sum(map(text.count, (b",", b"[", b"{")))
    if parts > MAX_PARTS:
        raise SpecError(f"the lab's file holds too much: {parts:,} values (at most {MAX_PARTS:,})")


def _scene(raw: bytes) -> Scene:
    if len(raw) > MAX_BYTES:
        raise SpecError(f"the lab's file is too large: {len(raw):,} bytes (at most {MAX_BYTES:,})")
    _require_few_parts(raw)
    data = parse_json(raw)
    if data.get("format") != FORMAT:
        raise SpecError(f"the file is no lab: format {shown(data.get('format'))} (open one that the Lab saved)")
    if data.get("version") not in VERSIONS:
        version = shown(data.get("version"))
        raise SpecError(f"the lab's file is of version {version}: this is version {VERSION} (update graphtrace)")
    scene = data.get("scene")
    if not isinstance(scene, dict):
        raise SpecError(f"the file holds no scene: {shown(scene)} (save it again)")
    return scene_from(scene)
