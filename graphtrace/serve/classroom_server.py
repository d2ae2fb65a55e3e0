"""``graphtrace serve``: measure what a press costs here, choose servers and limits, start them, say where they are."""

from __future__ import annotations

import io
import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from graphtrace.errors import ServeError, extra
from graphtrace.serve import machine, nginx, replicas
from graphtrace.serve.plan import Cost, ServingPlan, plan

Say = Callable[[str], object]

MEASURED = 20  # presses


@dataclass(frozen=True, slots=True)
class ClassOptions:
    """What a teacher says.

    Attributes:
        students: Expected at once.
        port: Where they come in.
        address: Who may come in: ``0.0.0.0`` for all, ``127.0.0.1`` for this machine only.
        name: Of this machine in the address for the class; empty for its address on the network.
        passwords: File of names and passwords as `htpasswd` writes it; None for an open door.
    """

    students: int
    port: int = 8501
    address: str = "0.0.0.0"
    name: str = ""
    passwords: Path | None = None


def serve(options: ClassOptions, say: Say = print) -> int:
    """Serve a class until Ctrl-C or SIGTERM, then stop everything.

    Args:
        options: What the teacher says.
        say: Called with each line for the terminal.

    Returns:
        0, after a clean stop.

    Raises:
        ServeError: A server does not start, or passwords are wanted and nginx is missing.
    """
    program = shutil.which("nginx")
    if options.passwords and not program:
        raise ServeError("a password needs nginx, which is not installed: nginx (install it, or leave --passwords out)")
    with tempfile.TemporaryDirectory(prefix="graphtrace-") as name, stopped_by_signals():
        folder = Path(name)
        folder.chmod(0o711)  # nginx's workers are another user where it is started as root
        here = machine.this_machine()
        say(f"This machine: {here.cores} cores, {here.memory / 2**30:.1f} GB free. Measuring {MEASURED} presses …")
        cost = measured(folder)
        chosen = plan(options.students, here, cost, None if program else 1)
        for line in described(chosen, cost, program is not None):
            say(line)
        run(options, chosen, folder, program, say)
    say("Stopped.")
    return 0


def measured(folder: Path) -> Cost:
    """Return what a press costs on a server of this machine, which is started for it and stopped."""
    [port] = machine.free_ports(1)
    server = replicas.app_server(port, {"OMP_NUM_THREADS": "1"}, folder)
    try:
        server.start()
        server.wait_until_ready()
        assert server.running is not None
        command = [*replicas.PYTHON, "graphtrace.app.visitor", str(port), str(server.running.pid), str(MEASURED)]
        environment = {**os.environ, **replicas.package_first()}
        told = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
        if told.returncode:
            raise ServeError(f"no press could be measured: {told.stderr.strip()[-200:]} (try graphtrace app)")
        return Cost(**json.loads(told.stdout))
    finally:
        server.stop()


def described(chosen: ServingPlan, cost: Cost, shared: bool) -> Iterator[str]:
    """Yield what was measured and chosen, in words."""
    servers = f"{chosen.replicas} servers hold" if chosen.replicas > 1 else "1 server holds"
    yield (
        f"A press costs {cost.click * 1000:.0f} ms of a core, a server {cost.base >> 20} MB: "
        f"{servers} about {chosen.holds} students at one press in 10 seconds."
    )
    if not chosen.fits:
        yield f"That is fewer than {chosen.students}: presses will wait for each other when all work at once."
    if not shared:
        yield "nginx is not installed: one server serves all (with nginx there is one for each core)."


def run(options: ClassOptions, chosen: ServingPlan, folder: Path, program: str | None, say: Say) -> None:
    """Start all, say where it is, and keep it running until a signal comes."""
    token = secrets.token_urlsafe(16)
    processes = _processes(options, chosen, folder, program, token)
    try:
        for process in processes:
            process.start()
        for process in processes:
            process.wait_until_ready()
        own = machine.own_address() if options.address == "0.0.0.0" else options.address
        address = f"http://{options.name or own}:{options.port}"
        say(f"\nFor the class:   {address}\n\n{qr_code(address)}")
        say(f"For the teacher: {address}/Server?token={token}\nStop with Ctrl-C.")
        while True:
            for name in replicas.keep(processes):
                say(f"{name} had ended and was started again.")
    except KeyboardInterrupt:
        say("Stopping …")
    finally:
        for process in reversed(processes):
            process.stop()


def qr_code(address: str) -> str:
    """Return an address as a QR code in the characters of a terminal."""
    with extra("class", "a QR code"):
        import segno
    out = io.StringIO()
    segno.make(address).terminal(out, compact=True)
    return out.getvalue()


def _processes(
    options: ClassOptions, chosen: ServingPlan, folder: Path, program: str | None, token: str
) -> list[replicas.Process]:
    status = folder / "status"
    status.mkdir()
    settings = {
        "OMP_NUM_THREADS": "1",
        "STREAMLIT_SERVER_COOKIE_SECRET": secrets.token_hex(32),  # a page may come back to another server
        "GRAPHTRACE_MAX_SERVER_HISTORY_BYTES": str(chosen.history),
        "GRAPHTRACE_STATUS": str(status),
        "GRAPHTRACE_TEACHER_TOKEN": token,
        "GRAPHTRACE_HOSTS": "*",  # nginx stands before them
    }
    if program is None:
        return [replicas.app_server(options.port, settings, folder, options.address)]
    ports = machine.free_ports(chosen.replicas)
    proxy = nginx.Proxy(
        tuple(f"127.0.0.1:{port}" for port in ports), f"{options.address}:{options.port}", folder, options.passwords
    )
    text = folder / "nginx.conf"
    text.write_text(nginx.configuration(proxy), encoding="utf-8")
    log = folder / "nginx.log"
    command = [program, "-e", str(log), "-p", str(folder), "-c", str(text)]
    health = f"http://127.0.0.1:{options.port}/_stcore/health"
    servers = [replicas.app_server(port, settings, folder) for port in ports]
    return [*servers, replicas.Process("nginx", command, log, health=health)]


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Let SIGTERM end this block as Ctrl-C does."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
