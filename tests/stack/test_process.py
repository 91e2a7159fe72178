"""A child process: waited for until it answers, told of when it ends by itself, stopped with all its children."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import psutil
import pytest

from trialwire.schemas.errors import StopError
from trialwire.stack import port
from trialwire.stack.process import Process, claim, stop_leftover

if TYPE_CHECKING:
    from pathlib import Path

SERVE = "import http.server, sys; http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()"
STUBBORN = "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); print(child.pid, flush=True); time.sleep(600)"


def process(folder: Path, *command: str, **options: object) -> Process:
    given = {"answers": lambda: True, "cure": "Do this.", "ready_seconds": 30.0} | options
    return Process(name="Owl", command=[sys.executable, "-c", *command], log=folder / "owl.log", **given)  # type: ignore[arg-type]


def test_a_server_is_ready_when_it_answers_and_gone_when_it_is_stopped(tmp_path: Path) -> None:
    [number] = port.free_ports(1)
    server = process(tmp_path, SERVE, str(number), answers=lambda: port.ask(number, "/")[0] == 200)
    server.start()
    server.wait()
    assert server.failure() is None
    assert server.stop() is True
    assert port.is_free(number)
    assert not server.pid_file.exists()


def test_a_server_that_ends_by_itself_is_told_of_with_the_end_of_its_log_and_the_cure(tmp_path: Path) -> None:
    server = process(tmp_path, "print('no room for owls'); raise SystemExit(3)", answers=lambda: False)
    server.start()
    with pytest.raises(StopError, match=r"(?s)Owl ended by itself \(exit code 3\)\. Do this\..*no room for owls"):
        server.wait()


def test_a_server_that_stays_silent_is_given_up(tmp_path: Path) -> None:
    server = process(tmp_path, "import time; time.sleep(600)", answers=lambda: False, ready_seconds=0.5)
    server.start()
    with pytest.raises(StopError, match="Owl did not answer within"):
        server.wait()
    server.stop()


def test_what_ignores_sigterm_is_killed_with_its_children(tmp_path: Path) -> None:
    server = process(tmp_path, STUBBORN, stop_seconds=0.5)
    server.answers = lambda: server.log.stat().st_size > 0
    server.start()
    server.wait()
    child = psutil.Process(int(server.log.read_text().strip()))
    assert server.stop() is False
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_the_log_of_the_run_before_is_kept(tmp_path: Path) -> None:
    for word in ("first", "second"):
        server = process(tmp_path, f"print('{word}')")
        server.start()
        server.finish()
    assert (tmp_path / "owl.log").read_text() == "second\n"
    assert (tmp_path / "owl.previous.log").read_text() == "first\n"


def test_work_that_ends_badly_is_told_of(tmp_path: Path) -> None:
    server = process(tmp_path, "raise SystemExit('the owl has flown')")
    server.start()
    with pytest.raises(StopError, match="the owl has flown"):
        server.finish()


def test_what_a_killed_run_left_behind_is_stopped_by_its_pid_file(tmp_path: Path) -> None:
    left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    created = psutil.Process(left.pid).create_time()
    (tmp_path / "owl.pid").write_text(f"{left.pid} {created} 15")
    stop_leftover(tmp_path / "owl.pid")
    left.poll()
    assert not psutil.pid_exists(left.pid)


def test_a_process_that_only_has_the_number_of_a_former_one_is_left_alone(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    (tmp_path / "owl.pid").write_text(f"{other.pid} 1.0 15")
    stop_leftover(tmp_path / "owl.pid")
    assert other.poll() is None
    other.kill()
    other.wait()


def test_a_folder_that_another_process_uses_is_refused_by_name(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    (tmp_path / "stack.pid").write_text(f"{other.pid} {psutil.Process(other.pid).create_time()} 15")
    with pytest.raises(StopError, match=f"The stack is in use by process {other.pid}"):
        claim(tmp_path / "stack.pid", "The stack")
    other.kill()
    other.wait()
    claim(tmp_path / "stack.pid", "The stack")


def test_ports_stay_from_run_to_run_and_a_configured_one_that_is_taken_is_refused(tmp_path: Path) -> None:
    remembered = tmp_path / "ports.json"
    first = port.choose({"a": None, "b": None}, remembered)
    assert port.choose({"a": None, "b": None}, remembered) == first
    [number] = port.free_ports(1)
    assert port.choose({"a": number, "b": None}, remembered) == {"a": number, "b": first["b"]}
    server = process(tmp_path, SERVE, str(number), answers=lambda: port.ask(number, "/")[0] == 200)
    server.start()
    server.wait()
    with pytest.raises(StopError, match=f"Port {number}, set for a, is in use"):
        port.choose({"a": number}, remembered)
    server.stop()
