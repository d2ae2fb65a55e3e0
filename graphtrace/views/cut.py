"""Keep a picture small: nodes that do not fit become one box, which says how many they are."""

from __future__ import annotations

from collections.abc import Sequence

CUT = -1


def cut_to_limit(owners: Sequence[int], limit: int) -> list[int]:
    """Return `owners` with `CUT` for the nodes that are not drawn: the middle, between root and leaves."""
    own = sorted(set(owners))
    if len(own) <= limit:
        return list(owners)
    half = limit // 2
    dropped = set(own[half : len(own) - half])
    return [CUT if owner in dropped else owner for owner in owners]
