"""TOML files that the parser must not see: it overflowed its stack, or did what is undefined."""

import os
import unittest

from program import ProgramTest, run

GOOD = b'[axes]\nradius = [1.2, 1.5]\n[fixed]\ndimension = 10\ntrajectories = 10\nseed = 7\n'


class TomlFiles(ProgramTest):
    def file(self, content):
        with open(self.path("sweep.toml"), "wb") as stream:
            stream.write(content)
        return self.path("sweep.toml")

    def refuse(self, content, *words):
        arguments = ("phase-diagram", self.file(content), "--run-dir", self.path("run"))
        self.refused(arguments, 2, "sweep.toml, line", *words)

    def test_too_deep(self):
        for opening, times in (
            (b"a.", 50000), (b"a . ", 50000), (b"'a'.", 50000), (b'"a.b".', 65), (b"a = [", 1),
            (b"x={", 1),
        ):  # fmt: skip
            content = opening * times
            if times == 1:
                content = opening + (b"[" * 50000 if opening.endswith(b"[") else b"x={" * 50000)
            with self.subTest(opening):
                self.refuse(GOOD + content + b"a = 1\n", "too deep", "64")
        self.refuse(b"[" + b"a." * 50000 + b"a]\n" + GOOD, "line 1,", "too deep")

    def test_letters_outside_strings(self):
        for text in ("é = 1", "radius = é", "[é]", "x = [1, ü]", "\u00a0", "\u2028"):
            with self.subTest(text):
                self.refuse(GOOD + text.encode() + b"\n", "line 7", "outside strings and comments")

    def test_bytes_that_are_no_text(self):
        overlong = (b"\xc0\xaf", b"\xe0\x9f\xbf")
        for wrong in (*overlong, b"\xff", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"):
            for place in (b"# %s\n", b"x = '%s'\n", b"%s\n"):
                with self.subTest(wrong=wrong, place=place):
                    self.refuse(GOOD + place % wrong, "line 7", "not UTF-8")

    def test_what_is_well_formed_passes(self):
        """Twin: the same letters and signs where they belong."""
        for text in (
            "# é ü \u2028 [[[[ a.b.c \" '\n",
            "\ufeff",
            "# " + "a." * 1000 + "\n",
            "# " + "[" * 1000 + "\n",
        ):
            with self.subTest(text):
                result = run("phase-diagram", self.file(text.encode() + GOOD), "--dry-run")
                self.assertEqual(result.returncode, 0, result.stderr)
        radii = b", ".join(b"1.%d" % i for i in range(100, 600))
        many = GOOD.replace(b"[1.2, 1.5]", b"[" + radii + b"]")
        self.assertEqual(run("phase-diagram", self.file(many), "--dry-run").returncode, 0)
        for name in (
            '"""a\n"b" é"""',
            "\'\'\'a\n\'b\' é\'\'\'",
            '"é \\" # ["',
            "'é \" # ['",
        ):
            with self.subTest(name):  # the parser reads it, and the option is refused by its name
                file = self.file(GOOD + b"precision = " + name.encode() + b"\n")
                result = run("phase-diagram", file, "--run-dir", self.path("run"))
                self.assertEqual(result.returncode, 2)
                self.assertIn("precision", result.stderr)
                self.assertFalse(os.path.exists(self.path("run")))


if __name__ == "__main__":
    unittest.main()
