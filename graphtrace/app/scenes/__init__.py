"""The Errors page: a gallery of mistakes, and a scene: its program at the left, the real player at the right.

Files, from bottom to top; each imports from those above its line only:
    session    which scene, which program of it, run or not; the address
    shown      what the programs did, shared by all visitors
    listing    the program, the diff and the output as a terminal shows them
    stage      the player, or two of them side by side
    gallery    all mistakes, and the search
    page       the page
"""

from graphtrace.app.scenes.page import draw

__all__ = ["draw"]
