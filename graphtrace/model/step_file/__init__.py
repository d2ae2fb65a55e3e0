"""Files of recorded steps, ``.gtr``: written step by step, and each step is read without the others.

A file is a mark and then blocks, one behind the other: nothing in it is changed later, so that what was written before
a crash stays readable, and a file can be read while it grows. Files, from bottom to top:

    blocks      a block: its kind, a small head of JSON, a compressed body, a checksum
    texts       the JSON of a step as its differences from a step of the same form, which is stored once
    columns     how contents of tensors stand in a file
    contents    contents of tensors as bytes; one that the step before has is referred to
    content_reader  back again
    pieces      a recording as its steps, and steps as one recording
    steps       a step as a block, and back
    writer      write a file while a program is recorded
    reader      read a file: what is in it, one step, all of it
"""

from graphtrace.model.step_file.blocks import MARK, SUFFIX
from graphtrace.model.step_file.reader import RecordingFile
from graphtrace.model.step_file.writer import RecordingWriter

__all__ = ["MARK", "SUFFIX", "RecordingFile", "RecordingWriter"]
