"""Runs the modecollapse program for the tests. MODECOLLAPSE_PROGRAM names the executable."""

import json
import os
import signal
import struct
import subprocess
import tempfile
import time
import unittest

# seconds a command may take; more in sanitized builds
PATIENCE = float(os.environ.get("MODECOLLAPSE_TEST_PATIENCE", 300))
# seconds from a stop to the end of what would take minutes; 2 on a machine that does nothing else
HEARD = PATIENCE / 15
PROGRAM = os.environ["MODECOLLAPSE_PROGRAM"]


def unless_sanitized(why):
    """Leaves a test out under the address sanitizer: the program then takes ten times as long and
    an address space of terabytes.
    """
    sanitized = "address" in os.environ.get("MODECOLLAPSE_SANITIZE", "")
    return unittest.skipIf(sanitized, f"not under the address sanitizer: {why}")


def run(*arguments, **options):
    """Runs the program with the given arguments; returns the completed process with text output."""
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True,
                          timeout=PATIENCE, **options)


def last_of(*words):
    """A command and its options, each once: what is told last counts."""
    options = dict(zip(words[1::2], words[2::2]))
    return [words[0], *(word for pair in options.items() for word in pair)]


def processor_seconds(pid):
    """What a process has used so far: on a busy machine other clocks tell little."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def handles(pid, number):
    """Has the process a handler for this signal by now? Before, the signal kills it."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        caught = next(line.split()[1] for line in file if line.startswith("SigCgt:"))
    return int(caught, 16) >> (number - 1) & 1 == 1


def record_bytes(journal):
    """Of a record of this journal (host/sweep/journal.hpp)."""
    with open(journal, "rb") as file:
        counts, sums = struct.unpack_from("<2I", file.read(64), 44)
    return 32 + 8 * (counts + sums)


class ProgramTest(unittest.TestCase):
    """Gives each test an empty folder, `self.folder`."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = holder.name

    def wait_until(self, condition, what, seconds=PATIENCE):
        until = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), until, f"waited {seconds} s for {what}")
            time.sleep(0.005)

    def wait_for_work(self, process, seconds, number=signal.SIGTERM):
        """Until a process has worked so many processor seconds and hears a signal."""
        def is_there():
            self.assertIsNone(process.poll(), "it has ended before the signal")
            return processor_seconds(process.pid) >= seconds and handles(process.pid, number)

        self.wait_until(is_there, "the work to begin")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def succeed(self, *arguments, **options):
        result = run(*arguments, **options)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def json(self, *arguments):
        return json.loads(self.succeed(*arguments, "--format", "json").stdout)

    def assert_same_anyhow(self, arguments, keys):
        """The JSON of this command is the same with one thread and, by the baseline's instructions,
        with two. Returns it.
        """
        results = [
            json.loads(self.succeed(*arguments, "--format", "json", "--threads", threads,
                                    env={**os.environ, **environment}).stdout)
            for threads, environment in ((1, {}), (2, {"MODECOLLAPSE_ISA": "baseline"}))]
        for key in keys:
            self.assertEqual(results[0][key], results[1][key], key)
        return results[0]

    def refused(self, arguments, code, *words, **options):
        """The command fails with this exit code, prints no result, names every word, and leaves
        nothing behind.
        """
        before = sorted(os.listdir(self.folder))
        result = run(*arguments, **options)
        self.assertEqual(result.returncode, code, f"{arguments}: {result.stderr}")
        self.assertEqual(result.stdout, "", arguments)
        for word in words:
            self.assertIn(word, result.stderr, arguments)
        self.assertEqual(sorted(os.listdir(self.folder)), before, arguments)
        return result
