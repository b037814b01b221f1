"""A journal cut at every byte, and with every bit turned: the same result as ever, or exit code 4
with the run as it was. Never another result.

A twin shows that the comparison can fail: a journal whose record says something else, with a
checksum to match, gives another result or is refused.
"""

import shutil
import struct
import tempfile
import unittest
import zlib
from concurrent.futures import ThreadPoolExecutor

from fault import (
    HEADER, RECORD, SCALE, SIZE, FaultTest, contents_of, records_of, run, write_bytes)  # fmt: skip

FLIP_STEP = 7 if SCALE == 1 else 1  # every 7th bit in CI

FEW = """[axes]
radius = [1.25, 2.0]
[fixed]
dimension = 5
trajectories = 20
seed = 3
[adaptive]
interval-width = 0.3
level = [0.3]
max-trajectories = 40
"""


class DamagedJournal(FaultTest):
    sweep = FEW
    options = ("--threads", "1")

    def setUp(self):
        super().setUp()
        # a run with all its records, and the result.nc of an earlier stop
        self.stopped = self.path("stopped")
        self.assertEqual(self.resume(self.stopped, "--max-time", 0).returncode, 75)
        self.whole = self.reference().journal
        self.count = len(records_of(self.whole))
        self.assertEqual(len(self.whole), HEADER + RECORD * self.count)
        self.assertGreaterEqual(self.count, 4)

    def run_with(self, journal):
        """A new folder: the stopped run with this journal."""
        folder = tempfile.mkdtemp(dir=self.folder)
        shutil.copytree(self.stopped, folder, dirs_exist_ok=True)
        write_bytes(f"{folder}/journal.bin", journal)
        return folder

    def resume_with_each(self, journals):
        """Resumes runs with these journals, two at a time as most of it is waiting for the disk. A
        result must be the one, a refusal must touch nothing. Returns (exit code, messages) of each.
        """
        def resume(journal):
            folder = self.run_with(journal)
            return folder, self.snapshot(folder), self.resume(folder)

        answers = []
        with ThreadPoolExecutor(2) as pool:
            for name, (folder, before, result) in zip(journals,
                                                      pool.map(resume, journals.values())):
                if result.returncode == 0:
                    self.assert_same_result(folder, result.stdout, name)
                else:
                    self.assertEqual(result.returncode, 4, f"{name}: {result.stderr}")
                    self.assertEqual(result.stdout, "", name)
                    self.assertIn("journal.bin", result.stderr, name)
                    self.assertEqual(self.snapshot(folder), before, name)
                answers.append((result.returncode, result.stderr))
                shutil.rmtree(folder)
        return answers

    def resume_with(self, journal):
        return self.resume_with_each({"": journal})[0]

    def test_cut_at_every_byte(self):
        sizes = range(len(self.whole) + 1)
        answers = self.resume_with_each({size: self.whole[:size] for size in sizes})
        for size, (code, message) in zip(sizes, answers):
            self.assertEqual(code, 4 if size < HEADER else 0, f"{size}: {message}")
            self.assertEqual("cut a torn record" in message,
                             size >= HEADER and (size - HEADER) % RECORD != 0, f"{size}: {message}")
        self.assertEqual(sum(code == 4 for code, _ in answers), HEADER)

    def flipped(self, bit):
        journal = bytearray(self.whole)
        journal[bit // 8] ^= 1 << bit % 8
        return bytes(journal)

    def test_every_bit_turned(self):
        last = 8 * (HEADER + RECORD * (self.count - 1))
        bits = range(0, 8 * len(self.whole), FLIP_STEP)
        answers = self.resume_with_each({bit: self.flipped(bit) for bit in bits})
        for bit, (code, message) in zip(bits, answers):
            self.assertEqual(code, 4 if bit < last else 0, f"{bit}: {message}")
            self.assertIn("damaged" if bit < last else f"cut a torn record of {RECORD} bytes",
                          message, str(bit))
        self.assertAlmostEqual(sum(code == 4 for code, _ in answers), last / FLIP_STEP, delta=1)

    def test_what_else_may_stand_at_the_end(self):
        for name, tail in {"zeros, as after a crash": bytes(5 * RECORD),
                           "noise": bytes(range(256)) * 3, "one byte": b"M"}.items():
            with self.subTest(name):
                code, message = self.resume_with(self.whole + tail)
                self.assertEqual(code, 0)
                self.assertIn(f"{len(tail)} bytes", message)
        # a hole
        self.assertEqual(self.resume_with(self.whole[:HEADER] + bytes(RECORD)
                                          + self.whole[HEADER + RECORD:])[0], 4)
        # no record is valid: all computed again
        self.assertEqual(self.resume_with(self.whole[:HEADER] + self.whole[HEADER + 1:])[0], 0)

    def test_status_and_merge_refuse_it_too(self):
        folder = self.run_with(self.flipped(8 * HEADER + 3))
        before = self.snapshot(folder)
        for arguments in (["status", folder], ["merge", folder]):
            self.refused(arguments, 4, "journal.bin", "record 0 of")
        self.assertEqual(self.snapshot(folder), before)

    def forged(self, record, at, value):
        """The journal with a number of a record replaced and its checksum put right."""
        block = bytearray(self.whole[HEADER + RECORD * record:][:RECORD])
        block[at:at + 8] = value.to_bytes(8, "little")
        block[-4:] = zlib.crc32(bytes(block[:-4])).to_bytes(4, "little")
        return self.whole[:HEADER + RECORD * record] + bytes(block) + self.whole[
            HEADER + RECORD * (record + 1):]

    def test_two_records_of_a_piece_must_agree(self):
        first = slice(HEADER, HEADER + RECORD)
        plus, matched = (int.from_bytes(self.whole[HEADER + at:HEADER + at + 8], "little")
                         for at in (24, 48))
        self.assertNotEqual(plus, matched)
        whole = self.whole
        try:  # aligned_plus and matched change places: the total stays right
            self.whole = self.forged(0, 24, matched)
            other = self.forged(0, 48, plus)[first]
        finally:
            self.whole = whole
        folder = self.run_with(whole + other)
        before = self.snapshot(folder)
        for arguments in (["status", folder], ["merge", folder, "--run-dir", self.path("merged")]):
            self.refused(arguments, 4, "cell 0, piece 0", "disagree")
        result = self.resume(folder)
        self.assertEqual((result.returncode, result.stdout), (4, ""), result.stderr)
        self.assertIn("disagree", result.stderr)
        self.assertEqual(self.snapshot(folder), before)
        # all agree but steps
        one = self.forged(0, 80, self.number(0, 80) + 1)[first]
        result = self.resume(self.run_with(whole + one))
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn("disagree", result.stderr)
        # the twin: the same record twice, as where shards were merged, changes nothing
        result = self.resume(self.run_with(whole + whole[first]))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout, self.reference().csv)

    def number(self, record, at):
        return int.from_bytes(self.whole[HEADER + RECORD * record + at:][:8], "little")

    def test_counts_that_nobody_can_have_counted(self):
        """Crafted with right checksums, so that sums overflow, some to the right total."""
        total = sum(self.number(0, at) for at in range(24, 80, 8))
        most, negative = 2**63 - 1, 2**64 - 1
        for name, values in (
            ("a total that wraps round to the right one",
             {24: most, 32: most, 40: total + 2, **dict.fromkeys(range(48, 80, 8), 0)}),
            ("a negative count",
             {24: negative, 32: total + 1, **dict.fromkeys(range(40, 80, 8), 0)}),
            ("one count beyond all", {24: most}),
            ("negative steps", {80: negative}),
            ("quasi-collapses of weights that are fixed", {88: 1}),
            ("a status that is none", {16: 2}),
            ("a status beyond a byte", {16: 256}),
        ):
            with self.subTest(name):
                whole = self.whole
                for at, value in values.items():
                    self.whole = self.forged(0, at, value)
                folder, self.whole = self.run_with(self.whole), whole
                before = self.snapshot(folder)
                for result in (self.resume(folder), run("status", folder), run("merge", folder)):
                    self.assertEqual((result.returncode, result.stdout), (4, ""), result.stderr)
                    self.assertIn("journal.bin: record 0", result.stderr)
                self.assertEqual(self.snapshot(folder), before)

    def test_steps_that_overflow_over_several_pieces(self):
        cell = self.number(0, 0)
        pieces = [i for i in range(self.count) if self.number(i, 0) == cell]
        self.assertGreater(len(pieces), 1)
        for i in pieces[:2]:
            self.whole = self.forged(i, 80, 2**63 - 1)
        result = self.resume(self.run_with(self.whole))
        self.assertEqual((result.returncode, result.stdout), (4, ""), result.stderr)
        self.assertIn("overflow", result.stderr)

    def test_records_that_do_not_belong(self):
        for at, value, words in ((0, 2, "names cell 2, the grid has 2"),
                                 (8, 1, "cell 0: piece 0 is missing"),
                                 (24, 1000, "trajectories where")):
            with self.subTest(words):
                folder = self.run_with(self.forged(0, at, value))
                result = self.resume(folder)
                self.assertEqual(result.returncode, 4, result.stderr)
                self.assertIn(words, result.stderr)

    def test_the_twin_another_count_with_a_right_checksum_is_another_result(self):
        plus, matched = (int.from_bytes(self.whole[HEADER + at:HEADER + at + 8], "little")
                         for at in (24, 48))
        self.assertNotEqual(plus, matched)
        # aligned_plus and matched change places: the total stays right
        self.whole = self.forged(0, 24, matched)
        folder = self.run_with(self.forged(0, 48, plus))
        result = self.resume(folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotEqual(result.stdout, self.reference().csv)
        self.assertNotEqual(contents_of(f"{folder}/result.nc"), self.reference().contents)

    def test_another_format_is_no_damage(self):
        """Told apart, and nothing is touched: the format's number, sealed or not."""
        header = bytearray(self.whole[:HEADER])
        header[7:8] = b"1"
        sealed = bytes(header[:-4]) + zlib.crc32(bytes(header[:-4])).to_bytes(4, "little")
        for code, head, words in ((2, sealed, ("format 1", "manifest.toml", "another folder")),
                                  (4, bytes(header), ("damaged",))):
            folder = self.run_with(head + self.whole[HEADER:])
            before = self.snapshot(folder)
            for result in (self.resume(folder), run("status", folder), run("merge", folder)):
                self.assertEqual((result.returncode, result.stdout), (code, ""), result.stderr)
                for word in words:
                    self.assertIn(word, result.stderr)
            self.assertEqual(self.snapshot(folder), before)

    def test_the_size_of_a_tally_is_that_of_the_sweep(self):
        self.assertEqual(self.whole[44:52], struct.pack("<2I", SIZE.counts, SIZE.sums))
        for counts, sums in ((SIZE.counts - 1, SIZE.sums), (SIZE.counts + 1, SIZE.sums),
                             (SIZE.counts, 0), (0, 0), (2**32 - 1, 2**32 - 1)):
            for records in (b"", self.whole[HEADER:]):
                with self.subTest((counts, sums, len(records))):
                    header = self.whole[:44] + counts.to_bytes(4, "little") + sums.to_bytes(
                        4, "little") + self.whole[52:HEADER - 4]
                    header += zlib.crc32(header).to_bytes(4, "little")
                    folder = self.run_with(header + records)
                    before = self.snapshot(folder)
                    for result in (self.resume(folder), run("status", folder)):
                        self.assertEqual((result.returncode, result.stdout), (4, ""),
                                         result.stderr)
                    self.assertEqual(self.snapshot(folder), before)


if __name__ == "__main__":
    unittest.main()
