"""A class on one machine: how many it can hold, as many servers as that takes, and nginx before them.

Map: `machine` says what this machine has, `plan` chooses servers and limits from it and from what a click costs,
`nginx` writes the configuration that shares visitors among them, `replicas` starts, watches and stops the processes,
`classroom_server` does all of it for ``graphtrace serve``.
"""

from graphtrace.serve.classroom_server import ClassOptions, serve
from graphtrace.serve.machine import Capacity
from graphtrace.serve.nginx import Proxy, configuration
from graphtrace.serve.plan import Cost, ServingPlan, plan

__all__ = ["Capacity", "ClassOptions", "Cost", "Proxy", "ServingPlan", "configuration", "plan", "serve"]
