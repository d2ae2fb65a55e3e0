"""Lessons for a class: their programs run, and what they are as files.

Files, from bottom to top; each imports from those above its line only:
    running    run and record a lesson's program
    playing    the same for the viewer
"""
