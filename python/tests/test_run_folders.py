"""Run folders from Python.

Pending cells warn, the environment of a job array is not read, closed descriptors do no harm.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import tempfile
import textwrap
import unittest
import warnings
from pathlib import Path
from unittest import mock

import modecollapse
import xarray as xr

DESCRIPTION = {
    "axes": {"radius": [1.25, 2.0], "dimension": [5, 20]},
    "fixed": {"trajectories": 50, "seed": 3},
}
ARRAY = {
    "SLURM_ARRAY_TASK_ID": "1",
    "SLURM_ARRAY_TASK_MIN": "0",
    "SLURM_ARRAY_TASK_MAX": "1",
    "SLURM_ARRAY_TASK_COUNT": "2",
}
PENDING = "{} of 4 cells are pending"


class RunFolders(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def test_a_dataset_with_pending_cells_warns(self):
        parts = self.folder / "parts"
        for i, pending in ((0, 2), (1, 2)):
            with self.assertWarnsRegex(UserWarning, PENDING.format(pending)):
                modecollapse.phase_diagram(DESCRIPTION, run_dir=parts, shard=f"{i}/2")
            if i == 0:
                with self.assertWarnsRegex(UserWarning, PENDING.format(2)):
                    modecollapse.merge(parts)
        stopped = self.folder / "stopped"
        with self.assertWarnsRegex(UserWarning, PENDING.format(4)):
            modecollapse.phase_diagram(DESCRIPTION, run_dir=stopped, max_time=0)
        with self.assertWarnsRegex(UserWarning, PENDING.format(4)):
            modecollapse.status(stopped)
        with warnings.catch_warnings():  # the twin: nothing is pending
            warnings.simplefilter("error")
            modecollapse.merge(parts)
            modecollapse.status(parts)
            modecollapse.phase_diagram(DESCRIPTION, run_dir=stopped, resume=True)

    def test_the_environment_of_a_job_array_is_not_read(self):
        whole = modecollapse.phase_diagram(DESCRIPTION)
        with mock.patch.dict(os.environ, ARRAY):
            xr.testing.assert_equal(modecollapse.phase_diagram(DESCRIPTION), whole)
            with self.assertRaisesRegex(ValueError, "i/n"):
                modecollapse.phase_diagram(DESCRIPTION, shard="slurm")

    def test_closed_descriptors(self):
        code = f"""
import modecollapse
modecollapse.phase_diagram({DESCRIPTION!r}, run_dir={str(self.folder / "run")!r}, max_time=0)
modecollapse.phase_diagram({DESCRIPTION!r}, run_dir={str(self.folder / "run")!r}, resume=True)
"""
        script = self.folder / "script.py"
        script.write_text(textwrap.dedent(code), encoding="utf-8")
        shell = 'exec "$0" "$@" <&- >&- 2>&-'
        subprocess.run(["sh", "-c", shell, sys.executable, str(script)], check=True)
        run = self.folder / "run"
        whole = modecollapse.phase_diagram(DESCRIPTION)
        xr.testing.assert_equal(
            modecollapse.phase_diagram(DESCRIPTION, run_dir=run, resume=True), whole
        )
        journal = (run / "journal.bin").read_bytes()
        counts, sums = struct.unpack_from("<2I", journal, 44)  # host/sweep/journal.hpp
        self.assertEqual((len(journal) - 64) % (32 + 8 * (counts + sums)), 0)


if __name__ == "__main__":
    unittest.main()
