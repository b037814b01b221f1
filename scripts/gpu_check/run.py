"""One command within its limit: killed with all its children when the time is over."""
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field

GRACE = 5.0  # seconds between SIGTERM and SIGKILL


@dataclass
class Ended:
    """What came of an item."""
    result: str  # ok, failed, skipped
    remark: str = ""
    seconds: float = 0.0
    log: str = ""
    files: dict = field(default_factory=dict)  # name: bytes; kept beside the log


def end_group(process):
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return
        try:
            process.wait(timeout=GRACE)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def run(command, limit, log_path, environment, cut_by_budget=False, cwd=None):
    """Status and remark of `command`; its output goes to log_path as it comes."""
    began = time.monotonic()
    with open(log_path, "wb") as log:
        try:
            process = subprocess.Popen([str(part) for part in command], stdout=log,
                                       stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                       env=environment, cwd=cwd, start_new_session=True)
        except OSError as error:
            log.write(f"{error}\n".encode())
            return Ended("failed", str(error))
        late = False
        try:
            status = process.wait(timeout=limit)
        except subprocess.TimeoutExpired:
            late, status = True, None
            end_group(process)
    seconds = time.monotonic() - began
    with open(log_path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    if late:
        whose = ", the end of this call's time" if cut_by_budget else ""
        return Ended("failed", f"cut off after {limit:.0f} s{whose}", seconds, text)
    if status < 0:
        return Ended("failed", f"ended by {signal.Signals(-status).name}", seconds, text)
    return Ended("ok" if status == 0 else "failed", f"exit {status}" if status else "", seconds,
                 text)
