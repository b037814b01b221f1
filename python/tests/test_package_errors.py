"""What the package refuses: the exception and the words."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import modecollapse
from modecollapse import _commands


class Errors(unittest.TestCase):
    def refused(self, error, *words, **arguments):
        function = arguments.pop("function", modecollapse.probability)
        with self.assertRaises(error) as caught:
            function(**arguments)
        for word in words:
            self.assertIn(word, str(caught.exception))
        self.assertNotIn("--", str(caught.exception))

    def test_values(self):
        self.refused(ValueError, "radius=12", "0.001 to 10", radius=12)
        self.refused(ValueError, "radius=nan", "not a number", radius=float("nan"))
        self.refused(ValueError, "dimension=2.5", "whole number", dimension=2.5)
        self.refused(ValueError, "radius=[]", "one value", radius=[])
        self.refused(ValueError, "radius", "neither", radius=object())
        self.refused(ValueError, "seed=-1", "18446744073709551615", seed=-1)
        self.refused(ValueError, "precision=half", "double|single", precision="half")
        self.refused(ValueError, "target_weight=1", "0.9999", target_weight=1)
        threshold = modecollapse.threshold
        self.refused(ValueError, "level", "empty", level=[], function=threshold)
        self.refused(
            ValueError, "radius_range=3:1", radius_range=(3, 1), function=threshold
        )
        trajectory = modecollapse.trajectory
        self.refused(
            ValueError, "start=", "eigenvalue", start=[0.9, 0.9, -0.9], function=trajectory
        )
        self.refused(
            ValueError, "start=", "id", start=[0, 0, 0], id=[1], function=trajectory
        )

    def test_every_option_is_checked_by_name(self):
        for name, function in _commands.report_functions().items():
            for option, spec in _commands.options_of(name.replace("_", "-")).items():
                if spec.kind == "text":
                    continue
                with self.subTest(command=name, option=option):
                    with self.assertRaisesRegex(ValueError, f"{option}=nonsense"):
                        function(**{option: "nonsense"})

    def test_unknown_arguments(self):
        for error in (TypeError, ValueError):
            self.refused(error, "probability()", "'raduis'", "nearest: radius", raduis=1)
        self.refused(TypeError, "'format'", format="json")

    def test_conflicts_and_files(self):
        self.refused(ValueError, "tolerance=1e-08", precision="single", tolerance=1e-8)
        self.refused(ValueError, "output=/no/such", output="/no/such/folder.nc")
        self.refused(ValueError, "config", "absent.toml", config="absent.toml")

    def test_no_device(self):
        if modecollapse.info()["cuda"]["devices"]:
            self.skipTest("a CUDA device answers on this machine")
        with self.assertRaisesRegex(RuntimeError, "cuda"):
            modecollapse.probability(backend="cuda", seed=1)

    def test_descriptions_of_phase_diagrams(self):
        diagram = modecollapse.phase_diagram
        for description, words in (
            ({"axes": {"radius": [12.0]}}, "radius = 12 .description.toml, line 2"),
            ({"axes": {"raduis": [1.0]}}, "raduis.*radius"),
            ({"fixed": {"radius": 1}}, "axes"),
            ({"axes": 3}, "axes=3"),
            ({"axes": {"radius": object()}}, "radius"),
            ({"axes": {"radius": {1: 2}}}, "radius.*neither"),  # its keys were the axis
            ({"axes": {"radius": b"12"}}, "radius.*neither"),
            ({"axes": {"radius": [1]}, "fixed": {"a b\nseed = 1": 2}}, "unknown key"),
            ({"axes": {"radius": [1]}, "fixed": {"weights": 'so"ft\n'}}, "one of the choices"),
            (
                {
                    "axes": {"seed": [1]},
                    "fixed": {"family": "vae", "data": Path("absent", 'a"b.npy')},
                },
                'a"b.npy',
            ),
        ):
            with self.assertRaisesRegex(ValueError, words):
                diagram(description)
        with self.assertRaisesRegex(ValueError, "absent.toml"):
            diagram("absent.toml")
        with self.assertRaises(TypeError):
            diagram({"axes": {"radius": [1.0]}}, rnu_dir="x")

    def test_a_full_or_broken_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "file")
            file.write_text("")
            with self.assertRaises(OSError):
                modecollapse.phase_diagram(
                    {"axes": {"radius": [1.0]}, "fixed": {"trajectories": 1}},
                    run_dir=file / "run",
                )


if __name__ == "__main__":
    unittest.main()
