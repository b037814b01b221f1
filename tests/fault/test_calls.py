"""Every call that touches the run folder fails once, in every way: exit code 5, nothing
acknowledged is lost, the run goes on to the same result.

The faults come from shim.c. Each kind of call fails at k = 1, 2, ... until the program makes no
k-th call of that kind; the shim's own record says which fault was injected, so a loop that injects
nothing fails. Acknowledged is what a successful fdatasync of the journal covered.
"""

import os
import shutil
import unittest

from fault import HEADER, RECORD, SCALE, FaultTest, LongTest, read_bytes, records_of

CHANGING = ("write", "pwrite", "fsync", "fdatasync", "rename", "ftruncate")


def codes_after(call):
    """Exit codes that are right when this call has failed."""
    if call.file == "log.txt":
        return {0}  # the log never stops a run
    if call.file == "lock":  # 0: only the name of its last holder is lost
        return {"open": {0, 2}, "read": {0}, "pwrite": {5}, "ftruncate": {0, 5}}[call.call]
    if call.call in ("open", "read") and call.file in ("manifest.toml", "journal.bin"):
        return {2, 4, 5}  # cannot be read: refused; the journal cannot be opened for writing: 5
    if call.call == "read":
        return {0, 5}  # of the result, to verify it: the netCDF library does without some of them
    return {5}


class Calls(FaultTest):
    options = ("--threads", "1")  # with one worker the calls come in one order

    def prepare(self, folder):
        """A new run: there is nothing."""

    def numbers(self, call):
        """All of them; reads, of which verification makes many, in steps at scale 1."""
        number = 1
        while True:
            yield number
            number += 7 if call == "read" and number > 5 and SCALE == 1 else 1

    def inject_everywhere(self, action, calls, *more):
        hits = set()
        for call in calls:
            for number in self.numbers(call):
                folder = self.path(f"{call}-{number}")
                self.prepare(folder)
                result = self.run_with_fault(folder, *more, call=call, number=number, action=action)
                injected = [c for c in result.calls if c.what == "injected"]
                # the program makes no such call any more: the twin without a fault
                if not injected:
                    self.assertEqual(result.code, 0, result.stderr)
                    self.assert_same_result(folder, result.stdout)
                    break
                self.assertEqual(len(injected), 1)
                hits.add(call)
                note = f"{injected[0]} {action}: exit code {result.code}, {result.stderr}"
                with self.subTest(note):
                    self.check(folder, injected[0], result, action, note)
                shutil.rmtree(folder, ignore_errors=True)
        self.assertEqual(hits, set(calls))

    def check(self, folder, call, result, action, note):
        if action == "kill":
            self.assertEqual(result.code, -9, note)
        else:
            self.assertIn(result.code, codes_after(call), note)
            self.assertFalse([name for name in os.listdir(folder) if ".part" in name], note)
        if result.code > 0:
            self.assertEqual(result.stdout, "", note)
            # the message names the file
            self.assertIn(call.file.split(".part")[0], result.stderr, note)
        self.check_files(folder, result, note)
        if (call.call, call.file) == ("fdatasync", "journal.bin") and action != "kill":
            # what may never have reached the disk is cut off, although it can still be read
            self.assertEqual(read_bytes(f"{folder}/journal.bin"), self.synced_journal(result), note)
        again = self.assert_resumes_to_the_same(folder, note)
        self.assertEqual("cut a torn record" in again.stderr, self.leaves_torn(call, action), note)

    def synced_journal(self, result):
        """The journal up to what the last successful sync of the failed run covered."""
        synced = [c.bytes for c in result.calls
                  if (c.call, c.file, c.what) == ("fdatasync", "journal.bin", "done")]
        return self.reference().journal[:max([HEADER, *synced])]

    def leaves_torn(self, call, action):
        return (call.call, call.file, action) == ("write", "journal.bin", "kill")

    def check_files(self, folder, result, note):
        """What was acknowledged is there; result.nc is there in full or not at all."""
        synced = [c.bytes for c in result.calls if (c.call, c.what) == ("fdatasync", "done")]
        if synced:
            self.assertGreaterEqual(len(self.records(folder)), (synced[-1] - HEADER) // RECORD,
                                    note)
        if os.path.exists(f"{folder}/result.nc"):
            self.assert_same_result(folder, self.reference().csv, note)

    def test_what_is_synced_before_what(self):
        calls = [(c.call, c.file.split(".part")[0])
                 for c in self.run_with_fault(self.path("run")).calls]
        # a name appears only when what it stands for is on the disk
        for name in ("manifest.toml", "journal.bin", "result.nc"):
            self.assertLess(calls.index(("write", name)), calls.index(("fsync", name)), name)
            self.assertLess(calls.index(("fsync", name)), calls.index(("rename", name)), name)
            self.assertIn(("fsync", "run"), calls[calls.index(("rename", name)):][:4], name)
        self.assertLess(calls.index(("rename", "manifest.toml")),
                        calls.index(("rename", "journal.bin")))
        self.assertLess(calls.index(("fdatasync", "journal.bin")),
                        calls.index(("write", "result.nc")))
        self.assertEqual(max(i for i, c in enumerate(calls) if c == ("write", "journal.bin")) + 1,
                         calls.index(("fdatasync", "journal.bin")))

    def test_input_output_error(self):
        self.inject_everywhere("EIO", (*CHANGING, "open", "read"))

    def test_no_space(self):
        self.inject_everywhere("ENOSPC", (*CHANGING, "open"))

    def test_killed_at_every_call_that_changes_a_file(self):
        self.inject_everywhere("kill", CHANGING)


class CallsOfAResume(Calls):
    """The same for a run that goes on from a journal with a torn tail; the old result.nc says
    something else.
    """

    kept = HEADER + 3 * RECORD

    def prepare(self, folder):
        stopped = self.path("stopped")
        if not os.path.exists(stopped):
            self.assertEqual(self.resume(stopped, "--max-time", 0).returncode, 75)
            self.assertEqual(self.resume(self.path("whole")).returncode, 0)
            with open(f"{stopped}/journal.bin", "wb") as file:
                file.write(read_bytes(self.path("whole/journal.bin"))[:self.kept + 50])
            self.assertEqual(len(self.records(stopped)), 3)
        shutil.copytree(stopped, folder)

    def inject_everywhere(self, action, calls, *more):
        super().inject_everywhere(action, calls, "--resume", *more)

    def check(self, folder, call, result, action, note):
        self.assertIn(result.code, {-9} if action == "kill" else codes_after(call), note)
        kept = read_bytes(self.path("stopped/journal.bin"))[:self.kept]
        self.assertEqual(read_bytes(f"{folder}/journal.bin")[:self.kept], kept, note)
        self.assertTrue(os.path.exists(f"{folder}/result.nc"), note)
        # the old result, or the new one if only the folder could not be synced: nothing between
        if result.code != 0:
            self.assertIn(self.pending(folder), (0, 4), note)
        self.assert_resumes_to_the_same(folder, note)

    def pending(self, folder):
        import netCDF4
        with netCDF4.Dataset(f"{folder}/result.nc") as data:
            return int((data["status"][...] == 1).sum())


class Acknowledged(LongTest):
    """In the middle of a longer run, with several workers and several syncs."""

    lasts = 1.2

    def test_nothing_synced_is_lost_when_a_later_write_or_sync_fails(self):
        total = len(records_of(self.reference().journal))
        # write 1 is the header
        cases = [("fdatasync", 2, "EIO"), ("fdatasync", 3, "ENOSPC"), ("write", 3, "ENOSPC"),
                 ("write", 4, "kill")]
        for i, (call, number, action) in enumerate(cases * SCALE):
            with self.subTest(call=call, number=number, action=action):
                folder = self.path(f"run-{i}")
                result = self.run_with_fault(folder, call=call, number=number, action=action,
                                             file="journal.bin")
                self.assertEqual(result.code, -9 if action == "kill" else 5, result.stderr)
                before = read_bytes(f"{folder}/journal.bin")
                synced = [c.bytes for c in result.calls
                          if (c.call, c.file, c.what) == ("fdatasync", "journal.bin", "done")][-1]
                acknowledged = (synced - HEADER) // RECORD
                self.assertTrue(0 < acknowledged < total,
                                f"{acknowledged} of {total}: the fault was not in the middle")
                self.assertGreaterEqual(len(self.records(folder)), acknowledged)
                self.assertFalse(os.path.exists(f"{folder}/result.nc"))
                if call == "fdatasync":  # what may never have reached the disk is not counted on
                    self.assertEqual(len(before), synced)
                self.assert_resumes_to_the_same(folder)
                self.assertEqual(read_bytes(f"{folder}/journal.bin")[:synced], before[:synced])
                shutil.rmtree(folder)


class Harmless(FaultTest):
    """Faults that a program must put up with."""

    def test_short_writes(self):
        for number, count in ((1, 10 ** 9), (1, 1), (2, 1), (3, 1), (4, 1)):
            folder = self.path(f"short-{number}-{count}")
            result = self.run_with_fault(folder, call="write,pwrite", number=number, action="short",
                                         count=count)
            self.assertEqual(result.code, 0, result.stderr)
            self.assert_same_result(folder, result.stdout)
            if count > 1:
                self.assertEqual({c.file for c in result.calls if c.what == "injected"}
                                 & {"journal.bin", "lock"}, {"journal.bin", "lock"})

    def test_interrupted_writes(self):
        for call, file in (("write", "journal.bin"), ("pwrite", "lock"), ("read", "journal.bin")):
            folder = self.path(f"{call}-{file}")
            self.assertEqual(self.resume(folder, "--max-time", 0).returncode, 75)
            result = self.run_with_fault(folder, "--resume", call=call, number=1, action="EINTR",
                                         count=3, file=file)
            self.assertEqual(result.code, 0, result.stderr)
            self.assertGreater(sum(c.what == "injected" for c in result.calls), 0)
            self.assert_same_result(folder, result.stdout)


if __name__ == "__main__":
    unittest.main()
