"""The HTML report: one self-contained page for every kind of result."""

from __future__ import annotations

import contextlib
import io
import tempfile
import tomllib
import unittest
from html.parser import HTMLParser
from pathlib import Path

import modecollapse
import xarray as xr
from modecollapse import _commands, report
from modecollapse.figures.__main__ import main as draw
from saved_members import saved_flows, saved_vaes

SMALL = {"trajectories": 300, "seed": 7}
ARGUMENTS = {
    "probability": {**SMALL, "radius": 2, "dimension": 10},
    "threshold": {**SMALL, "dimension": [10, 100], "radius_range": (1, 1.3)},
    "trajectory": {"id": [0, 1], "times": [0, 5, 10], "seed": 7},
    "theory": {"dimension": [100], "radius": 1.5},
    "variance": {"start": [0.1, 0.2, 0.0], "batch_size": 10, "seed": 7},
    "basin": {"s": 0.25, "grid": 9},
}
DESCRIPTION = {"axes": {"radius": [1.5, 2], "dimension": [10, 100]}, "fixed": SMALL}


class Page(HTMLParser):
    """What a test looks for: outside references, pictures, tables, the configuration."""

    def __init__(self, text):
        super().__init__()
        self.links, self.pictures, self.cells, self.config = [], [], [], ""
        self.open = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.links += [attributes[n] for n in ("href", "src") if n in attributes]
        if tag == "img":
            self.pictures.append(attributes)
        if tag not in ("img", "meta", "link", "br"):
            self.open.append((tag, attributes.get("id")))

    def handle_endtag(self, tag):
        opened, _ = self.open.pop()
        assert opened == tag, (opened, tag)

    def handle_data(self, data):
        if self.open and self.open[-1][0] in ("td", "th"):
            self.cells.append(data)
        if self.open and self.open[-1] == ("pre", "config"):
            self.config += data


class Report(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        self.file = self.folder / "result.nc"

    def page(self):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            self.assertEqual(report.main([str(self.file)]), 0)
        output = self.folder / "result.html"
        self.assertIn(str(output), printed.getvalue())
        page = Page(output.read_text(encoding="utf-8"))
        self.assertEqual(page.open, [])
        self.assertTrue(all(link.startswith("data:") for link in page.links))
        return page

    def test_every_command_that_computes_a_result(self):
        for name, function in _commands.report_functions().items():
            with self.subTest(command=name):
                arguments = ARGUMENTS.get(name, {})
                if name == "sample":
                    arguments = {"flows": saved_flows(self.folder), "samples": 5}
                elif name in ("encode", "reconstruct"):
                    arguments = saved_vaes(self.folder)
                result = function(**arguments, output=self.file)
                page = self.page()
                drawn = name.replace("_", "-") in report.figure_functions()
                self.assertEqual(len(page.pictures), int(drawn))
                for key in ("version", "git_sha", "config_hash"):
                    self.assertIn(result.attrs[key], page.cells)
                self.assertEqual(page.config, result.attrs["config_toml"])

    def test_numbers_are_those_of_the_result(self):
        result = modecollapse.probability(**ARGUMENTS["probability"], output=self.file)
        cells = self.page().cells
        for name, count in zip(result.outcome.values, result.counts.values.reshape(-1)):
            place = cells.index(name.replace("_", " "))
            self.assertEqual(cells[place + 1], str(count))

        modecollapse.folds(output=self.file)
        self.assertIn("1.10878", self.page().cells)

    def test_a_search_over_another_option(self):
        cooled = {"initial_temperature": 10, "radius": 2, "dimension": 10, "level": 0.2}
        result = modecollapse.threshold(
            over="annealing_time", over_range=(1, 60), trajectories=200, seed=7, **cooled,
            output=self.file)  # fmt: skip
        page = self.page()
        self.assertEqual(len(page.pictures), 1)
        self.assertIn(f"{result.critical_value.item():.6g}", page.cells)
        self.assertIn("t0", page.cells)

    def test_a_family_that_is_no_mixture(self):
        family = {"family": "linear-vae", "seed": 7}
        modecollapse.probability(**family, trajectories=50, output=self.file)
        self.assertEqual(len(self.page().pictures), 1)
        found = modecollapse.threshold(
            **family, trajectories=50, dimension=100, level=0.5, output=self.file)  # fmt: skip
        self.assertIn(f"{found.critical_value.item():.6g}", self.page().cells)
        modecollapse.trajectory(**family, id=[0, 1], times=[0, 5], output=self.file)
        self.page()
        modecollapse.theory(family="linear-vae", output=self.file)
        self.page()

    def test_the_words_of_the_result_are_explained_and_no_others(self):
        modecollapse.probability(**ARGUMENTS["probability"], output=self.file)
        cells, words = self.page().cells, modecollapse.words()
        for word in ("aligned_plus", "matched", "p_collapse", "ci_low", "clopper-pearson"):
            self.assertEqual(cells[cells.index(words[word]) - 1], word)
        self.assertNotIn(words["collapsed_plus"], cells)

    def test_saved_members_are_no_result(self):
        for file in (saved_flows(self.folder), saved_vaes(self.folder)["models"]):
            with contextlib.redirect_stderr(io.StringIO()) as said:
                self.assertEqual(report.main([str(file)]), 2)
            self.assertIn("trained members", said.getvalue())
            self.assertEqual(len(said.getvalue().splitlines()), 1)

    def test_the_page_says_how_to_run_it_again(self):
        result = modecollapse.probability(**ARGUMENTS["probability"], output=self.file)
        config = self.folder / "config.toml"
        config.write_text(self.page().config)
        again = modecollapse.probability(config=config)
        xr.testing.assert_equal(again, result)

    def test_phase_diagrams(self):
        run = self.folder / "run"
        result = modecollapse.phase_diagram(DESCRIPTION, run_dir=run)
        self.file = run / "result.nc"
        self.folder = run
        page = self.page()
        self.assertEqual(len(page.pictures), 1)
        self.assertEqual(page.cells.count("complete"), 4 + 1)  # cells; and the word, explained
        config = run / "config.toml"
        config.write_text(page.config)
        self.assertEqual(tomllib.loads(page.config)["fixed"]["seed"], 7)
        xr.testing.assert_equal(modecollapse.phase_diagram(config), result)

    def test_a_plane_of_critical_values(self):
        run = self.folder / "run"
        plane = {"quantity": "threshold", "axes": {"dimension": [10, 100], "level": [0.1, 0.9]},
                 "fixed": {**SMALL, "trajectories": 64, "radius_range": "1:1.3"}}  # fmt: skip
        result = modecollapse.phase_diagram(plane, run_dir=run)
        self.file, self.folder = run / "result.nc", run
        page = self.page()
        self.assertEqual(len(page.pictures), 1)
        self.assertIn("R_c", page.cells)
        self.assertIn(f"{float(result.r_c[1, 0]):.6g}", page.cells)
        self.assertIn("not reached", page.cells)
        self.assertIn("unsettled", page.cells)

    def test_more_axes_than_a_figure_has(self):
        axes = {**DESCRIPTION["axes"], "target_weight": [0.5, 0.6]}
        run = self.folder / "run"
        modecollapse.phase_diagram({"axes": axes, "fixed": SMALL}, run_dir=run)
        self.file, self.folder = run / "result.nc", run
        page = self.page()
        self.assertEqual(page.pictures, [])
        self.assertEqual(page.cells.count("complete"), 8 + 1)

    def test_axes_of_names(self):
        run = self.folder / "run"
        axes = {"weights": ["softmax", "fisher-rao"], "radius": [1, 2]}
        fixed = {**SMALL, "trajectories": 10, "horizon": 5}
        modecollapse.phase_diagram({"axes": axes, "fixed": fixed}, run_dir=run)
        self.file, self.folder = run / "result.nc", run
        cells = self.page().cells
        self.assertEqual(cells.count("complete"), 4 + 1)
        self.assertEqual(cells.count("softmax"), 2)
        self.assertIn("fisher-rao", cells)

    def test_rare_collapse(self):
        result = modecollapse.probability(
            rare=True, radius=1.12, dimension=300, seed=5, trajectories=17000, output=self.file)
        cells = self.page().cells
        self.assertIn(f"{result.p_collapse.item():.6g}", cells)
        self.assertNotIn("share", cells)  # it counts none by outcome

    def test_the_outcomes_of_many_ensembles_are_no_figure(self):
        modecollapse.threshold(**ARGUMENTS["threshold"], level=[0.2, 0.5], output=self.file)
        with contextlib.redirect_stderr(io.StringIO()) as errors:
            self.assertEqual(draw(["probability", str(self.file), str(self.folder / "x.png")]), 2)
        self.assertIn("not a result of `modecollapse probability`", errors.getvalue())
        self.assertIn("Critical radius", errors.getvalue())

    def test_refused(self):
        for name, content in (("absent.nc", None), ("text.nc", "no NetCDF")):
            path = self.folder / name
            if content:
                path.write_text(content)
            with contextlib.redirect_stderr(io.StringIO()) as errors:
                self.assertEqual(report.main([str(path)]), 2)
            self.assertIn(name, errors.getvalue())
        xr.Dataset({"x": 1}).to_netcdf(self.file)
        with contextlib.redirect_stderr(io.StringIO()) as errors:
            self.assertEqual(report.main([str(self.file)]), 2)
        self.assertIn("not a result of modecollapse", errors.getvalue())


if __name__ == "__main__":
    unittest.main()
