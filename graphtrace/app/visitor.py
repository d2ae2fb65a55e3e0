"""One visitor of a server, without a browser: it opens the Lab and presses, as the page does. For measurements.

``python -m graphtrace.app.visitor PORT PID PRESSES`` prints what a press costs there.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from urllib.parse import urlencode

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

ACTIONS = ("backward", "step", "zero", "forward")


class Visitor:
    """A session over a real websocket, in Streamlit's own messages.

    Args:
        address: Of the server: ``127.0.0.1:8501``.
        page: It opens, ``Lab``; empty for the first one.
        cookie: By which a proxy knows the visitor.
        query: Of the page's address.

    Attributes:
        fragment: Of the page that answers a press; empty where the whole page does.
    """

    def __init__(self, address: str, page: str = "", *, cookie: str = "", **query: str) -> None:
        self.page, self.query = page, urlencode(query)
        headers = {"Cookie": cookie} if cookie else {}
        self._open = ExitStack()
        self.socket = self._open.enter_context(
            connect(
                f"ws://{address}/_stcore/stream",
                subprotocols=[Subprotocol("streamlit")],
                max_size=None,
                additional_headers=headers,
                open_timeout=60,
            )
        )
        self.component = self.fragment = self.hash = ""
        self.run(BackMsg())

    def run(self, message: BackMsg) -> tuple[int, int]:
        """Send a message; return how many messages and bytes came back until the page was done."""
        message.rerun_script.query_string = self.query
        message.rerun_script.page_script_hash = self.hash
        message.rerun_script.page_name = "" if self.hash else self.page
        self.socket.send(message.SerializeToString())
        messages = size = 0
        while True:
            raw = self.socket.recv(timeout=120)
            messages, size = messages + 1, size + len(raw)
            told = ForwardMsg()
            told.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
            self._take(told)
            if (
                told.WhichOneof("type") == "script_finished"
                and told.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
            ):
                return messages, size

    def press(self, name: str, serial: int) -> tuple[int, int]:
        """Press a button of the toolbar, or the only one of a page that has one."""
        message = BackMsg()
        state = message.rerun_script.widget_states.widgets.add()
        if self.fragment:
            press = {"do": name, "serial": str(serial), "n": 100}
            state.id = f"$$STREAMLIT_INTERNAL_KEY_{self.component}__events"
            state.json_trigger_value = json.dumps([{"event": "press", "value": press}])
            message.rerun_script.fragment_id = self.fragment
        else:
            state.id, state.trigger_value = self.component, True
        return self.run(message)

    def close(self) -> None:
        """Close the tab."""
        self._open.close()

    def _take(self, told: ForwardMsg) -> None:
        element, kind = told.delta.new_element, told.WhichOneof("type")
        if element.WhichOneof("type") == "bidi_component" and "lab" in element.bidi_component.component_name:
            self.component, self.fragment = element.bidi_component.id, told.delta.fragment_id
        if element.WhichOneof("type") == "button":
            self.component = element.button.id
        if kind == "new_session":
            self.hash = told.new_session.page_script_hash
        if kind == "navigation":
            self.hash = told.navigation.page_script_hash
        if kind == "page_info_changed":
            self.query = told.page_info_changed.query_string


def presses(visitor: Visitor, count: int, serials: Iterable[int]) -> None:
    """Press Backward, Step, Zero grad and Forward in turn."""
    for name, serial in zip(itertools.islice(itertools.cycle(ACTIONS), count), serials, strict=False):
        visitor.press(name, serial)


def cost(port: int, pid: int, count: int) -> dict[str, float]:
    """Return the CPU-seconds of a press of a server and the bytes of its process."""
    visitor, serials, server = Visitor(f"127.0.0.1:{port}", "Lab", preset="xor"), itertools.count(), psutil.Process(pid)
    presses(visitor, len(ACTIONS), serials)
    before = sum(server.cpu_times()[:2])
    presses(visitor, count, serials)
    spent = sum(server.cpu_times()[:2]) - before
    base = server.memory_info().rss
    visitor.close()
    return {"click": max(spent / count, 0.001), "base": base}


if __name__ == "__main__":
    print(json.dumps(cost(*map(int, sys.argv[1:4]))))
