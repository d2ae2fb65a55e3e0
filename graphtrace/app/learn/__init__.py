"""The Learn page: a list of lessons, and a lesson: its text and question at the left, the real player at the right.

Files, from bottom to top; each imports from those above its line only:
    stage      the player, standing where the lesson does
    lab_stage  the Lab in its place, with the net to change
    files      pictures of a step, the lesson as a file
    question   a question with its input and what is said to an answer
    progress   how far one got, kept by the browser alone
    course     the list of lessons
    page       the page
    teachers   the page for teachers
    front      the first page: one living picture
"""

from graphtrace.app.learn.page import draw

__all__ = ["draw"]
