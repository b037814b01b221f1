"""One process at a time in a run folder; a process that was killed does not block the next one,
which says whose lock it took over.
"""

import os
import re
import signal
import socket
import subprocess
import unittest

from fault import PROGRAM, SCALE, FaultTest, LongTest, read_bytes, run


class Lock(LongTest):
    def start_and_wait(self, folder, *more):
        process = self.start(folder, *more)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        self.wait_until(lambda: self.lock_holder(folder)
                        and os.path.exists(f"{folder}/journal.bin"), "the run to start")
        return process

    def test_the_lock_of_a_killed_process_is_taken_over(self):
        folder = self.path("run")
        process = self.start_and_wait(folder)
        holder = self.lock_holder(folder)
        self.assertEqual(holder, f"{socket.gethostname()}:{process.pid}")
        process.kill()
        process.communicate()
        self.assertEqual(self.lock_holder(folder), holder)  # it could not clear it
        result = self.assert_resumes_to_the_same(folder)
        message = f"took over the lock of {holder}"
        self.assertIn(message, result.stderr)
        self.assertIn(message, read_bytes(f"{folder}/log.txt").decode())
        again = self.assert_resumes_to_the_same(folder)  # the twin: nobody died in between
        self.assertNotIn("took over", again.stderr)
        self.assertEqual(self.lock_holder(folder), "")

    def test_a_second_process_is_refused_and_the_first_unharmed(self):
        folder = self.path("run")
        first = self.start_and_wait(folder)
        holder = self.lock_holder(folder)
        for more in ((), ("--resume",)):
            second = run(*self.command(folder, *more)[1:])
            self.assertEqual(second.returncode, 2, second.stderr)
            self.assertEqual(second.stdout, "")
            self.assertIn(holder, second.stderr)
        self.assertIsNone(first.poll(), "the first was to be still at work")
        self.assertIn(f"running ({holder})", run("status", folder).stdout)
        stdout, stderr = first.communicate()
        self.assertEqual(first.returncode, 0, stderr)
        self.assert_same_result(folder, stdout)
        self.assertEqual(len(re.findall("started", read_bytes(f"{folder}/log.txt").decode())), 1)

    def test_a_stopped_process_still_holds_its_lock(self):
        folder = self.path("run")
        first = self.start_and_wait(folder)
        first.send_signal(signal.SIGSTOP)  # alive, but it does not answer: not dead
        self.assertEqual(self.resume(folder).returncode, 2)
        first.send_signal(signal.SIGCONT)
        stdout, stderr = first.communicate()
        self.assertEqual(first.returncode, 0, stderr)
        self.assert_same_result(folder, stdout)


class Log(FaultTest):
    def test_names_cannot_command_a_terminal_or_forge_a_line(self):
        folder = self.path("run")
        self.assertEqual(self.resume(folder, "--max-time", 0).returncode, 75)
        with open(f"{folder}/lock", "wb") as file:
            file.write(b"host\x1b[2J\ttab\xe2\x80\xae:1\n")
        self.assert_resumes_to_the_same(folder)
        log = read_bytes(f"{folder}/log.txt")
        self.assertIn(rb"took over the lock of host\x1b[2J\x09tab\u202e:1", log)
        self.assertFalse(set(log) & (set(range(32)) - {10}), log)


class Race(FaultTest):
    def test_many_at_once(self):
        for attempt in range(3 * SCALE):
            with self.subTest(attempt):
                folder = self.path(f"run-{attempt}")
                processes = [self.start(folder) for _ in range(8)]
                ends = [(*process.communicate(), process.returncode) for process in processes]
                winners = [(stdout, stderr) for stdout, stderr, code in ends if code == 0]
                self.assertEqual(len(winners), 1, ends)
                for _, stderr, code in ends:
                    self.assertIn(code, (0, 2), stderr)
                    self.assertNotIn("took over", stderr)
                    if code:
                        self.assertRegex(stderr, "in use by|holds a run already")
                self.assert_same_result(folder, winners[0][0])

    def test_status_does_not_keep_a_run_from_starting(self):
        folder = self.path("run")
        self.assertEqual(self.resume(folder, "--max-time", 0).returncode, 75)
        # `status` asks whether the lock is free by taking it for an instant, here 100 ms long
        looking = subprocess.Popen([PROGRAM, "status", folder], stdout=subprocess.PIPE, text=True,
                                   env=self.shim(folder, call="close", file="lock", number=1,
                                                 action="sleep", seconds=0.1))
        self.wait_until(lambda: any(call.what == "injected" for call in self.calls()),
                        "status to hold the lock")
        result = self.assert_resumes_to_the_same(folder)
        self.assertNotIn("took over", result.stderr)
        self.assertIn("stopped", looking.communicate()[0])

    def test_a_killed_lock_that_cannot_be_named(self):
        folder = self.path("run")
        self.assertEqual(self.resume(folder, "--max-time", 0).returncode, 75)
        for text in ("", "no newline", "\n", "x" * 5000):  # torn by a full disk, or not ours
            self.write("run/lock", text)
            self.assert_resumes_to_the_same(folder)


if __name__ == "__main__":
    unittest.main()
