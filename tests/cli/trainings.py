"""Checks of families whose trajectories are trainings of VAEs."""

import json

import numpy
import xarray
from program import ProgramTest, run


def unsealed(content):
    """The bytes of a saved file without their check sum."""
    return content[:content.rindex(b"\nmodecollapse sha256 ")]


class TrainingTest(ProgramTest):
    """What holds of every family whose trajectories are trainings of VAEs."""

    def assert_goes_on_bit_for_bit(self, arguments, first):
        """A training of `first` steps that is saved and continued to 30 is one of 30."""
        half, whole, once = (self.path(name) for name in ("half.nc", "whole.nc", "once.nc"))
        self.succeed(*arguments, "--horizon", first, "--save-models", half)
        resumed = self.json(*arguments, "--horizon", 30, "--continue-models", half,
                            "--save-models", whole)
        straight = self.json(*arguments, "--horizon", 30, "--save-models", once)
        self.assertEqual(resumed["steps"], straight["trajectories"] * (30 - first))
        self.assertEqual(resumed["mean_elbo"], straight["mean_elbo"], arguments)
        files = [xarray.open_dataset(path).load() for path in (whole, once, half)]
        for name in ("parameters", "first_moment", "second_moment", "steps", "failed"):
            numpy.testing.assert_array_equal(files[0][name], files[1][name])
        if first < 30:  # twin: a shorter training is another one
            self.assertTrue((files[0]["parameters"] != files[2]["parameters"]).any())

    def assert_all_fail(self, *arguments):
        """Trainings that diverge are counted as failed, and give no probability."""
        answer = run(*arguments, "--format", "json")
        self.assertEqual(answer.returncode, 6, answer.stderr)
        result = json.loads(answer.stdout)
        self.assertEqual(result["counts"]["failed"], result["trajectories"])
        self.assertIsNone(result["p_collapse"])

    def assert_damaged_are_refused(self, saved, changes, *calls):
        """Saved models that were cut, replaced or altered are refused (4) by every call.
        changes: name of a file -> its bytes from those of the saved one.
        """
        with open(saved, "rb") as file:
            content = file.read()
        changes = {"cut.nc": lambda whole: whole[:3000], "text.nc": lambda _: b"vae" * 100,
                   **changes}
        for name, change in changes.items():
            with open(self.path(name), "wb") as file:
                file.write(change(content))
            for call in calls:
                with self.subTest(name):
                    self.refused([*call, self.path(name)], 4, name)
