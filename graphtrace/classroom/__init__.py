"""Lessons for a class: their programs run, and what they are as files.

Files, from bottom to top; each imports from those above its line only:
    running     run and record a lesson's program
    playing     the same for the viewer
    addresses   where lessons are in an app, as a list and as QR codes
    pictures    steps as pictures: light, dark, black and white
    offline     a lesson as one HTML file
    handouts    slides, worksheet, notes, poster, addresses as PDF; `handouts.typ` says how they look
    pack        all of it as a zip
"""
