"""Nobody outside host/families names a family: scripts/family-names says nothing of the tree as it
is, and finds every way of naming one that is planted in a copy.
"""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def found_in(folder):
    done = subprocess.run([ROOT / "scripts" / "family-names", folder], capture_output=True,
                          text=True, check=False)
    return done.returncode, done.stdout


class FamilyNames(unittest.TestCase):
    def test_the_tree_names_none(self):
        self.assertEqual(found_in(ROOT), (0, ""))

    def test_what_is_planted_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(ROOT / "host", f"{folder}/host")
            shutil.copytree(ROOT / "python" / "bindings", f"{folder}/python/bindings")
            self.assertEqual(found_in(folder), (0, ""))
            for file, line in (("cli/probability.cpp", 'if (family == "realnvp") return;'),
                               ("report/members.cpp", "if (&family == &mixture_family()) return;"),
                               ("sweep/pieces.cpp", "const bool flows = is_realnvp(options);"),
                               ("experiments/threshold.cpp",
                                '#include "host/families/linear_vae/ensemble.hpp"'),
                               ("cli/basin.cpp", 'family_named("mixture");')):
                path = pathlib.Path(folder, "host", file)
                before = path.read_text(encoding="utf-8")
                path.write_text(before + line + "\n", encoding="utf-8")
                code, text = found_in(folder)
                self.assertEqual(code, 1, line)
                self.assertIn(file, text)
                path.write_text(before, encoding="utf-8")


if __name__ == "__main__":
    unittest.main()
