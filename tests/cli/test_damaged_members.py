"""Saved flows whose bytes were changed: found out by the seal at the end, and without a seal never
a crash of the program, although HDF5 crashes on some of them.
"""

import subprocess
import unittest

from program import PATIENCE, PROGRAM, ProgramTest
from test_realnvp import SMALL


class DamagedMembers(ProgramTest):
    def setUp(self):
        super().setUp()
        self.succeed(*SMALL, "--horizon", 2, "--save-flows", self.path("flows.nc"))
        with open(self.path("flows.nc"), "rb") as file:
            self.bytes = file.read()

    def sample(self, content):
        with open(self.path("changed.nc"), "wb") as file:
            file.write(content)
        command = [PROGRAM, "sample", "--flows", self.path("changed.nc"), "--samples", "1"]
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)

    def flipped(self, content, bit):
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        return bytes(changed)

    def test_the_seal_finds_every_bit(self):
        self.assertEqual(self.sample(self.bytes).returncode, 0)  # twin
        for bit in (0, 8 * 9 + 1, 8 * 1000 + 3, 4 * len(self.bytes), 8 * len(self.bytes) - 9 * 8):
            result = self.sample(self.flipped(self.bytes, bit))
            self.assertEqual(result.returncode, 4, bit)
            if bit > 64:  # before: no NetCDF file at all
                self.assertIn("checksum at its end", result.stderr, bit)

    def test_without_a_seal_nothing_crashes_the_program(self):
        seal = self.bytes.rindex(b"\nmodecollapse sha256 ")
        plain = self.bytes[:seal]
        self.assertEqual(self.sample(plain).returncode, 0)  # twin: its content hash still holds
        # the first kilobytes hold HDF5's own structures
        codes = [self.sample(self.flipped(plain, bit)).returncode
                 for bit in range(64, 8 * 4000, 8 * 97 + 5)]
        self.assertLessEqual(set(codes), {0, 2, 4}, codes)
        self.assertGreater(codes.count(4), 5, codes)


if __name__ == "__main__":
    unittest.main()
