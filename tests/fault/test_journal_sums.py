"""A journal of a family with quantities: sums that no members have, and records that disagree in
one, are refused (exit 4). A twin: other sums that numbers can have are another result.
"""

import shutil
import struct
import tempfile
import unittest
import zlib

from fault import HEADER, FaultTest, rows_of, write_bytes


class DamagedSums(FaultTest):
    """The same of a family with quantities: their sums stand behind the counts."""

    sweep = """[axes]
radius = [1, 3]
[fixed]
family = "realnvp"
dimension = 2
layers = 1
width = 2
depth = 1
batch-size = 4
horizon = 5
evaluation-samples = 20
trajectories = 4
seed = 7
"""
    counts, sums = 10, 10  # four classes, steps, members that have each of the five quantities
    size = 8 * (4 + counts + sums)

    def setUp(self):
        super().setUp()
        self.whole = self.reference().journal
        self.assertEqual(len(self.whole), HEADER + 2 * self.size)
        self.assertEqual(self.resume(self.path("run"), "--max-time", 0).returncode, 75)

    def forged(self, values):
        block = bytearray(self.whole[HEADER:HEADER + self.size])
        for word, value in values.items():
            at = 8 * (3 + word)
            block[at:at + 8] = (struct.pack("<d", value) if word >= self.counts
                                else struct.pack("<q", value))
        block[-4:] = zlib.crc32(bytes(block[:-4])).to_bytes(4, "little")
        return bytes(block)

    def resume_with(self, journal):
        folder = tempfile.mkdtemp(dir=self.folder)
        shutil.copytree(self.path("run"), folder, dirs_exist_ok=True)
        write_bytes(f"{folder}/journal.bin", journal)
        return self.resume(folder)

    def test_sums_that_no_numbers_have(self):
        nan, infinite = float("nan"), float("inf")
        for name, values in (
            ("squares that are no number", {11: nan}), ("squares below 0", {11: -1.0}),
            ("a sum that is no number", {10: nan}),
            ("a sum beyond its squares", {10: 1e3, 11: 1.0}),
            ("an infinite sum of finite squares", {10: infinite}),
            ("sums of no member", {5: 0}), ("squares of no member", {5: 0, 10: 0.0, 11: 1.0}),
            ("more members than there are", {5: 5}),
            ("a negative number of members", {5: -1}),
        ):
            with self.subTest(name):
                result = self.resume_with(self.whole[:HEADER] + self.forged(values)
                                          + self.whole[HEADER + self.size:])
                self.assertEqual((result.returncode, result.stdout), (4, ""), result.stderr)
                self.assertIn("record 0 of 2 holds what nobody can have counted", result.stderr)
        # the twin: other sums that numbers can have are another result
        result = self.resume_with(self.whole[:HEADER] + self.forged({10: 2.0, 11: 3.0})
                                  + self.whole[HEADER + self.size:])
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotEqual(result.stdout, self.reference().csv)
        self.assertEqual(rows_of(result.stdout)[0]["projected_variance"], "0.5")

    def test_records_of_a_piece_that_differ_in_a_sum_alone(self):
        record = self.whole[HEADER:HEADER + self.size]
        for word in range(self.counts, self.counts + self.sums):
            (value,) = struct.unpack_from("<d", record, 8 * (3 + word))
            other = self.forged({word: value * (1 + 2**-52)})
            result = self.resume_with(self.whole + other)
            self.assertEqual(result.returncode, 4, result.stderr)
            self.assertIn("cell 0, piece 0: two records disagree", result.stderr)
        self.assertEqual(self.resume_with(self.whole + record).returncode, 0)


if __name__ == "__main__":
    unittest.main()
