"""One process that computes, one request at a time, and can be stopped at any moment.

The parent writes a line of JSON, {"number", "view", "options"}, and reads one: {"number", "values"}
or {"number", "error"}. The first line, of number 0, says that SIGINT ends the computation at hand
from now on, and only that.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

LOOK = 0.05  # seconds between two looks at whether the answer is still wanted
PATIENCE = 1.0  # seconds for a computation to end after SIGINT, before its process is killed
BEGINNING = 120.0  # seconds for its process to begin
MOST_WAITING = 8


class Refused(ValueError):
    """The engine says no: a value out of range."""


class TooLong(RuntimeError):
    """The computation took longer than it may, or its process has ended."""


class Busy(RuntimeError):
    """Too many requests wait."""


class Abandoned(RuntimeError):
    """Nobody waits for the answer any more."""


class Worker:
    """The parent's side. seconds: the most that a computation may take."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._turn = threading.Lock()
        self._waiting = threading.BoundedSemaphore(MOST_WAITING)
        self._process: subprocess.Popen[bytes] | None = None
        self._number = 0
        self._unread = b""

    def ask(
        self, view: str, options: Mapping[str, Any], abandoned: Callable[[], bool]
    ) -> dict[str, Any]:
        """The values of a view, when it is its turn. Raises one of the errors above."""
        with self._turn_taken(abandoned):
            self._number += 1
            request = {"number": self._number, "view": view, "options": dict(options)}
            answer = self._answer(request, abandoned)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["values"]

    def close(self) -> None:
        process, self._process = self._process, None
        self._unread = b""
        if process is not None:
            process.kill()
            process.communicate()

    @contextmanager
    def _turn_taken(self, abandoned: Callable[[], bool]) -> Iterator[None]:
        if not self._waiting.acquire(blocking=False):
            raise Busy("too many computations wait: try again")
        try:
            while not self._turn.acquire(timeout=LOOK):
                if abandoned():
                    raise Abandoned
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._waiting.release()

    def _answer(self, request: dict[str, Any], abandoned: Callable[[], bool]) -> dict[str, Any]:
        try:
            process = self._running()
            assert process.stdin is not None
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            until = time.monotonic() + self._seconds
            answer = self._read(process, self._number, until, abandoned)
            if answer is None:
                process.send_signal(signal.SIGINT)
                until = time.monotonic() + PATIENCE
                if self._read(process, self._number, until, lambda: False) is None:
                    self.close()
        except OSError as error:  # it has died
            self.close()
            raise TooLong(f"the computation ended: {error}") from error
        if answer is not None:
            return answer
        if abandoned():
            raise Abandoned
        raise TooLong(f"takes longer than {self._seconds:g} s (--seconds)")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,  # Ctrl-C in the terminal is for the parent
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
            begun = self._read(self._process, 0, time.monotonic() + BEGINNING, lambda: False)
            if begun is None:
                raise OSError("it does not begin")
        return self._process

    def _read(
        self,
        process: subprocess.Popen[bytes],
        number: int,
        until: float,
        abandoned: Callable[[], bool],
    ) -> dict[str, Any] | None:
        """The answer of that number; None if there is none in time, or nobody wants it."""
        assert process.stdout is not None
        while True:
            line, mark, rest = self._unread.partition(b"\n")
            if mark:
                self._unread = rest
                answer = json.loads(line)
                if answer["number"] == number:
                    return answer
                continue
            left = until - time.monotonic()
            if left <= 0 or abandoned():
                return None
            if select.select([process.stdout], [], [], min(left, LOOK))[0]:
                data = os.read(process.stdout.fileno(), 1 << 20)
                if not data:
                    raise OSError("its process is gone")
                self._unread += data


class Stoppable:
    """SIGINT raises KeyboardInterrupt inside of it, and does nothing outside."""

    def __init__(self) -> None:
        self._inside = False
        signal.signal(signal.SIGINT, self._heard)

    def __enter__(self) -> None:
        self._inside = True

    def __exit__(self, *_: object) -> None:
        self._inside = False

    def _heard(self, *_: object) -> None:
        if self._inside:
            self._inside = False
            raise KeyboardInterrupt


def serve() -> None:
    """The child: answers until its standard input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what anybody prints is no answer
    stoppable = Stoppable()
    from .._extension import engine
    from .views import compute

    engine()  # now: loading it must not be interrupted
    print(json.dumps({"number": 0}), file=answers, flush=True)
    answer: dict[str, Any]
    for line in sys.stdin:
        request = json.loads(line)
        try:
            with stoppable:
                answer = {"values": compute(request["view"], request["options"])}
        except KeyboardInterrupt:
            answer = {"error": "stopped"}
        except (ValueError, RuntimeError, MemoryError) as error:
            answer = {"error": str(error)[:500]}
        print(json.dumps({"number": request["number"], **answer}), file=answers, flush=True)


if __name__ == "__main__":
    serve()
