"""What a long training run leaves in a folder: the steps before an accident, and numbers of the steps on the way.

Files, from bottom to top; each imports from those above its line only:
    records    accidents and lines of numbers, without torch
    folder     the folder of a run: written at once, read while it grows
    packing    trees of tensors and plain values as JSON and tensors
    state      parameters, buffers, optimizer and random numbers, copied before a step and put back
    checks     norms, and numbers that are not finite
    words      an accident in words
    call       what the model was given
    batch      the tensors that came into a step
    began      where an accident began: node, line, cause
    termination  SIGTERM, told before it acts
    accidents  an accident as files
    flight     `flight_recorder`
    measures   gradients, updates, zeros and dead units in numbers
    loss       the loss of a step that nobody records
    watching   `watch`
    watched    what it wrote, read while it grows
    replaying  the step of an accident, run again
    opening    `open_run` and `Run`
"""

from graphtrace.runs.opening import Run, open_run
from graphtrace.runs.records import Accident, StepNumbers
from graphtrace.runs.watched import ParameterNumbers, WatchedRun, WatchedStep

__all__ = ["Accident", "ParameterNumbers", "Run", "StepNumbers", "WatchedRun", "WatchedStep", "open_run"]
