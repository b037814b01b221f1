"""Selecting a slice of many axes, the command line of the phase diagram, its text."""

from __future__ import annotations

import unittest

from figure_checks import CommandLineCase, by_gid, faults, texts_of
from sweep_data import DIMENSIONS, FAILED, PENDING, RADII, synthetic_sweep

import numpy as np
import xarray as xr

from modecollapse.figures.phase_diagram import phase_diagram_figure, read_phase_diagram
from modecollapse.figures.results import ResultError
from modecollapse.figures.selection import SelectionError, parse_selection, select
from modecollapse.figures.sweep_axes import sorted_grid

WEIGHTS = (0.9, 0.5, 0.7)
PRECISIONS = ("double", "single")
SEEDS = tuple(str(10**18 + i) for i in range(12))


def three_axes() -> xr.Dataset:
    axes = {"radius": RADII, "target_weight": WEIGHTS, "precision": PRECISIONS}
    partners = {"weight": ("target_weight", (0.1, 0.2, 0.3))}
    return synthetic_sweep(axes, partners)


class Selecting(unittest.TestCase):
    def test_takes_the_nearest_coordinate(self):
        dataset = sorted_grid(three_axes())
        slice_, values = select(dataset, {"target_weight": "0.63"})
        self.assertEqual(slice_["p_collapse"].dims, ("radius", "precision"))
        self.assertEqual(values, {"target_weight": 0.7, "weight": 0.3})
        expected = three_axes().isel(target_weight=2)["p_collapse"]
        np.testing.assert_array_equal(slice_["p_collapse"], expected)

    def test_by_a_zipped_partner_and_by_a_choice(self):
        dataset = sorted_grid(three_axes())
        _, values = select(dataset, {"weight": 0.22, "precision": "single"})
        expected = {"target_weight": 0.5, "weight": 0.2, "precision": "single"}
        self.assertEqual(values, expected)

    def test_refuses(self):
        for selection, part in (
            ({"colour": "1"}, "no such axis (there are: radius, target-weight, weight"),
            ({"radius": "wide"}, "is not a number"),
            ({"radius": "nan"}, "is not a number"),
            ({"precision": "half"}, "is not one of double, single"),
            ({"weight": "0.1", "target_weight": "0.5"}, "selected twice"),
            ({"weight": 0.1, "radius": 1, "precision": "double"}, "leaves no axis"),
            ({}, "at most 2 axes"),
        ):
            with self.assertRaises(SelectionError) as raised:
                select(sorted_grid(three_axes()), selection)
            self.assertIn(part, str(raised.exception))

    def test_parse(self):
        parsed = parse_selection(["target-weight=0.5", "seed = 7"])
        self.assertEqual(parsed, {"target_weight": "0.5", "seed": "7"})
        for texts in (["radius"], ["=1"], ["radius="], ["a-b=1", "a_b=2"]):
            with self.assertRaises(SelectionError):
                parse_selection(texts)

    def test_the_value_is_in_the_header(self):
        dataset = three_axes()
        selection = {"target_weight": 0.63, "precision": "single"}
        text = " ".join(texts_of(phase_diagram_figure(dataset, selection)))
        for part in (r"$w^{\ast} = 0.7$", "$w_1 = 0.3$", "precision single"):
            self.assertIn(part, text)

    def test_fixed_dimension_is_in_the_header(self):
        dataset = synthetic_sweep({"radius": RADII})
        dataset.attrs["config_toml"] = "[fixed]\ndimension = 100\ndynamics = 'flow'\n"
        text = " ".join(texts_of(phase_diagram_figure(dataset)))
        self.assertIn("$d = 100$; gradient flow", text)


class Placing(unittest.TestCase):
    """Text is legible: nothing cut off, nothing on top of anything else."""

    def cases(self) -> dict[str, xr.Dataset]:
        weights = np.linspace(0.5, 0.9, 9)
        decades = 10.0 ** np.arange(10)
        unfinished: dict[tuple[int, ...], int] = {(8, 0): PENDING, (8, 1): FAILED}
        wide = synthetic_sweep({"radius": RADII, "dimension": 10 ** np.arange(1, 10)})
        jump = synthetic_sweep(p=[[0.0]] * 4 + [[1.0]] * 5)
        return {
            "plain": synthetic_sweep(),
            "unfinished": synthetic_sweep(unfinished=unfinished),
            "few": synthetic_sweep({"radius": RADII[:2], "dimension": (2, 3)}),
            "wide": wide,
            "long numbers": synthetic_sweep(
                {"radius": (1.123456, 1.123457), "dimension": (999999, 1000001)}
            ),
            "jump": jump,
            "zipped y": synthetic_sweep(partners={"weight": ("radius", weights)}),
            "zipped x": synthetic_sweep(
                partners={"seed": ("dimension", SEEDS[:6]), "x": ("radius", weights)}
            ),
            "logarithmic y": synthetic_sweep({"horizon": decades, "weight": WEIGHTS}),
            "seeds x": synthetic_sweep({"radius": RADII, "seed": SEEDS}),
            "seeds y": synthetic_sweep({"seed": SEEDS, "weight": WEIGHTS}),
            "two choices": synthetic_sweep({"seed": SEEDS, "precision": PRECISIONS}),
            "one axis": synthetic_sweep({"radius": RADII}),
            "one zipped axis": synthetic_sweep(
                {"dimension": DIMENSIONS}, {"radius": ("dimension", RADII[:6])}
            ),
            "one cell": synthetic_sweep({"dimension": (100,)}),
            "a choice": synthetic_sweep({"precision": PRECISIONS}),
            "curves": synthetic_sweep({"seed": SEEDS[:5], "radius": RADII}),
            "unfinished curve": synthetic_sweep(
                {"radius": RADII}, unfinished={(0,): PENDING, (8,): FAILED}
            ),
        }

    def test_texts_are_apart_and_inside(self):
        for name, dataset in self.cases().items():
            with self.subTest(name):
                self.assertEqual(faults(phase_diagram_figure(dataset)), [])

    def test_longest_header_fits(self):
        dataset = synthetic_sweep()
        dataset.attrs["seed"] = str(2**64 - 1)
        dataset.attrs["config_toml"] = (
            "[fixed]\ntarget-weight = 0.6667\nweight = 0.3333\nhorizon = 1234.5\n"
            "weights = 'fisher-rao'\ndynamics = 'sgd-full'\n"
        )
        dataset["trajectories_run"][0, 0] = 123456789
        dataset["counts"][0, 0] = [0, 850, 150, 0]
        self.assertEqual(faults(phase_diagram_figure(dataset)), [])

    def test_tags_of_contours_are_apart_or_left_out(self):
        figure = phase_diagram_figure(synthetic_sweep(p=[[0.0]] * 4 + [[1.0]] * 5))
        places = [
            tag.get_position() for tag in by_gid(figure, "contour_label_").values()
        ]
        self.assertEqual(len(places), 2)
        self.assertGreater(abs(np.log10(places[0][0] / places[1][0])), 0.4)
        radii = np.linspace(1.0, 3.0, 41)
        dataset = synthetic_sweep(
            {"radius": radii, "dimension": DIMENSIONS},
            p=np.repeat([[0.0], [1.0]], [20, 21], axis=0),
        )
        self.assertEqual(by_gid(phase_diagram_figure(dataset), "contour_label_"), {})


class PhaseDiagramCommand(CommandLineCase):
    figure = "phase-diagram"

    def setUp(self):
        super().setUp()
        self.result = self.path / "result.nc"
        three_axes().to_netcdf(self.result)

    def write(self, dataset: xr.Dataset) -> None:
        dataset.to_netcdf(self.result)

    def test_draws_a_selection(self):
        arguments = "--select", "target-weight=0.5", "--select", "precision=single"
        code, message = self.run_main(self.result, self.output, *arguments)
        self.assertEqual((code, message), (0, ""))
        self.assertTrue(self.output.read_bytes().startswith(b"\x89PNG"))

    def test_two_axes_need_no_selection(self):
        self.write(synthetic_sweep(unfinished={(8, 0): PENDING, (0, 0): FAILED}))
        for suffix in (".png", ".pdf", ".svg"):
            output = self.path / f"figure{suffix}"
            self.assertEqual(self.run_main(self.result, output), (0, ""))
            self.assertTrue(output.is_file())

    def test_a_file_read_back_is_the_same_dataset(self):
        read = read_phase_diagram(self.result)
        np.testing.assert_array_equal(read["p_collapse"], three_axes()["p_collapse"])
        self.assertEqual(read["precision"].values.tolist(), list(PRECISIONS))

    def test_three_axes_are_refused_with_a_hint(self):
        arguments = self.result, self.output
        hint = (
            "--select precision=single",
            "radius (1 to 3)",
            "target-weight (0.5, 0.7, 0.9)",
        )
        self.assert_refused(arguments, "at most 2 axes", "has 3", *hint)

    def test_wrong_selections(self):
        for selection, part in (
            ("radius", "is not NAME=VALUE"),
            ("colour=1", "no such axis"),
            ("radius=wide", "is not a number"),
        ):
            self.assert_refused(
                (self.result, self.output, "--select", selection), part, selection[:6]
            )

    def test_threshold_takes_no_selection(self):
        self.figure = "threshold"
        with self.assertRaises(SystemExit) as exit_:
            self.run_main(self.result, self.output, "--select", "radius=1")
        self.assertEqual(exit_.exception.code, 2)

    def test_missing_variable(self):
        self.write(three_axes().drop_vars("ci_low"))
        parts = "modecollapse phase-diagram", "missing ci_low"
        self.assert_refused((self.result, self.output), *parts)

    def test_other_shapes_are_refused(self):
        scalar = synthetic_sweep({"radius": (1.5,)}).squeeze(drop=True)
        mixed = synthetic_sweep()
        mixed["ci_low"] = mixed["ci_low"].isel(radius=0)
        empty = synthetic_sweep().isel(radius=slice(0, 0))
        nameless = synthetic_sweep().drop_vars("dimension")
        for dataset, part in (
            (scalar, "no axis"),
            (mixed, "ci_low"),
            (empty, "no cell"),
            (nameless, "dimension"),
        ):
            with self.assertRaisesRegex(ResultError, part):
                phase_diagram_figure(dataset)

    def test_nothing_complete(self):
        unfinished = {(i,): PENDING for i in range(9)}
        self.write(synthetic_sweep({"radius": RADII}, unfinished=unfinished))
        self.assert_refused((self.result, self.output), "no cell is complete")


if __name__ == "__main__":
    unittest.main()
