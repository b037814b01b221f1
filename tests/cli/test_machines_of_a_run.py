"""Shards and parts of one run that several machines have computed: the result names them all."""

import csv
import io
import os
import unittest

from sweeps import AXES, FIXED, MERGED, Sweep


class InstructionSets(Sweep):
    text = AXES + FIXED

    def setUp(self):
        super().setUp()
        self.sets = self.json("info")["cpu"]["instruction_sets"]
        if len(self.sets) < 2:
            self.skipTest("this machine has one instruction set only")

    def environment(self, i):
        return {**os.environ, "MODECOLLAPSE_ISA": self.sets[i]}

    def test_shards_of_different_processors_merge(self):
        expected = self.sweep(self.text)
        for i in (0, 1):
            self.sweep(self.text, "--shard", f"{i}/2", folder="parts", env=self.environment(-i))
        result = self.succeed("merge", self.path("parts"), "--format", "csv")
        self.assertEqual(list(csv.DictReader(io.StringIO(result.stdout))), expected)
        self.same_files("run", "parts", (*MERGED, "isa"))
        self.assertEqual(self.open("parts").attrs["isa"], f"{self.sets[0]}, {self.sets[-1]}")

    def test_a_resume_on_another_processor_goes_on(self):
        expected = self.sweep(self.text, folder="whole")
        self.sweep(self.text, "--max-time", 0, code=75, env=self.environment(0))
        for _ in range(2):
            self.assertEqual(self.sweep(self.text, "--resume", env=self.environment(-1)), expected)
        self.same_files("whole", "run", ("started", "finished", "isa"))
        self.assertEqual(self.open("run").attrs["isa"], f"{self.sets[0]}, {self.sets[-1]}")


class Devices(Sweep):
    """A manifest stands for its machine: the line that records it is written anew."""

    text = AXES + FIXED

    def recorded(self, folder, line):
        """Puts `line` in the place of the manifest's line about the device."""
        path = self.path(f"{folder}/manifest.toml")
        with open(path, encoding="utf-8") as file:
            lines = file.readlines()
        kept = [one for one in lines if not one.startswith("# recorded device = ")]
        self.assertEqual(len(kept), len(lines) - 1)
        with open(path, "w", encoding="utf-8") as file:
            file.writelines([*kept, line])

    def test_shards_of_several_machines(self):
        self.sweep(self.text)
        this = self.open("run").attrs["device"]
        self.assertEqual(this, self.json("info")["cpu"]["device"])
        for i in range(4):
            self.sweep(self.text, "--shard", f"{i}/4", folder="parts")
        self.recorded("parts/shard-1-of-4", "# recorded device = Zilog Z80, Another\n")
        self.recorded("parts/shard-2-of-4", "# recorded device = Another\n")
        self.recorded("parts/shard-3-of-4", "")  # by a version that did not record it
        self.succeed("merge", self.path("parts"))
        every = ", ".join(sorted(["Another", "Zilog Z80", this]))
        self.assertEqual(self.open("parts").attrs["device"], every)
        self.same_files("run", "parts", (*MERGED, "device"))

    def test_runs_that_recorded_none(self):
        for i in (0, 1):
            self.sweep(self.text, "--shard", f"{i}/2", folder="parts")
            self.recorded(f"parts/shard-{i}-of-2", "")
        self.succeed("merge", self.path("parts"))
        self.assertEqual(self.open("parts").attrs["device"], "")

    def test_a_resume_elsewhere_names_both(self):
        self.sweep(self.text, "--max-time", 0, code=75)
        this = self.open("run").attrs["device"]
        self.recorded("run", "# recorded device = Another\n")
        self.sweep(self.text, "--resume")
        self.assertEqual(self.open("run").attrs["device"], ", ".join(sorted(["Another", this])))


if __name__ == "__main__":
    unittest.main()
