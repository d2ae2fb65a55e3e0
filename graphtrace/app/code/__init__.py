"""The page for one's own code: an editor, the program run under the recorder, its player.

Files, from bottom to top; each imports from those above its line only:
    allowed     whether this browser may run code here; requests that are not answered
    starters    programs to begin with
    link        a program, and what it did, in the page's address
    done        a program that has run
    changes     what differs between two runs
    session     the program of a visitor, and its last two runs
    running     run a program for a visitor
    editor      the editor and what the program printed
    stage       the player; two of them where both runs are looked at
    page        the page
"""

from graphtrace.app.code.page import draw

__all__ = ["draw"]
