"""scripts/fortunes: sentences of a package that is made here."""

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "fortunes"

FORTUNES = """\
It isn't over-
done, is it?  "Mr. A. Smith of Rome says: no!" And he
knows it well.
\t\t-- Anon. Who said so at length
%
\t+---+---+
\t| a | b |
\t+---+---+
%
Too short.
%
_\bI_\bt isn't over-
done, is it?

A last caf\u00e9 without a stop
%
"""

SENTENCES = """\
It isn't over-done , is it ?
" Mr . A . Smith of Rome says : no ! "
And he knows it well .
A last caf\u00e9 without a stop
"""


@unittest.skipUnless(shutil.which("dpkg-deb"), "needs dpkg-deb")
class Fortunes(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def package(self, files):
        root = self.folder / "root"
        fortunes = root / "usr/share/games/fortunes"
        fortunes.mkdir(parents=True)
        (root / "DEBIAN").mkdir()
        (root / "DEBIAN/control").write_text(
            "Package: few\nVersion: 1\nArchitecture: all\nMaintainer: nobody <n@example.org>\n"
            "Description: few\n")
        for name, text in files.items():
            (fortunes / name).write_text(text, encoding="utf-8")
        package = self.folder / "few.deb"
        subprocess.run(["dpkg-deb", "--root-owner-group", "-b", root, package], check=True,
                       capture_output=True)
        return package

    def run_script(self, *arguments):
        return subprocess.run([sys.executable, SCRIPT, *map(str, arguments)], capture_output=True,
                              text=True)

    def test_sentences_of_prose(self):
        package = self.package({"some": FORTUNES, "some.dat": "no text, the places of it",
                                "ascii-art": "A drawing of many words.\n"})
        done = self.run_script(self.folder / "text", "--package", package)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((self.folder / "text").read_text(encoding="utf-8"), SENTENCES)
        self.assertIn("4 sentences", done.stdout)

    def test_what_has_no_sentence_is_refused(self):
        done = self.run_script(self.folder / "text", "--package", self.package({"some": "%\n"}))
        self.assertEqual(done.returncode, 1)
        self.assertIn("no sentence", done.stderr)
        self.assertFalse((self.folder / "text").exists())

    def test_what_is_no_package_is_refused(self):
        done = self.run_script(self.folder / "text", "--package", SCRIPT)
        self.assertEqual(done.returncode, 1)
        self.assertIn("no package", done.stderr)


if __name__ == "__main__":
    unittest.main()
