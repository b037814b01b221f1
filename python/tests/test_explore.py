"""modecollapse-explore: what its server answers, to whom, and for how long it computes."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from typing import Any

import modecollapse
from modecollapse.explore import main
from modecollapse.explore.controls import linear_vae, mixture
from modecollapse.explore.export import plane_data, write_plane
from modecollapse.explore.server import MOST_BYTES, ExploreServer
from modecollapse.explore.views import VIEWS, checked, command_line, compute
from modecollapse.explore.worker import Abandoned, Busy, TooLong, Worker

PROGRAM = os.environ["MODECOLLAPSE_PROGRAM"]
SLOW = {"target-weight": "0.6", "annealing": "linear", "initial-temperature": "10",
        "annealing-time": "50"}  # fmt: skip


class Server(unittest.TestCase):
    server: ExploreServer
    port: int
    host: str

    @classmethod
    def setUpClass(cls):
        cls.server = ExploreServer(0, 60.0)
        cls.addClassCleanup(cls.server.server_close)
        cls.addClassCleanup(cls.server.shutdown)
        threading.Thread(target=cls.server.serve_forever, args=(0.05,), daemon=True).start()
        cls.port = cls.server.server_address[1]
        cls.host = f"127.0.0.1:{cls.port}"

    def send(self, method: str, path: str, body: Any = None, **headers: str):
        """(status, text): Host and X-Token as the page would send them, unless given."""
        given = {"Host": self.host, "X-Token": self.server.token}
        given.update({name.replace("_", "-"): value for name, value in headers.items()})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        text = body if isinstance(body, (str, bytes, type(None))) else json.dumps(body)
        connection.request(method, path, text, given)
        answer = connection.getresponse()
        self.headers = answer.headers
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def ask(self, view: str, **options: str):
        names = {name.replace("_", "-"): text for name, text in options.items()}
        status, text = self.send("POST", "/ask", {"view": view, "options": names})
        return status, json.loads(text)

    def test_it_listens_on_the_loopback_alone(self):
        self.assertEqual(self.server.socket.getsockname()[0], "127.0.0.1")

    def test_the_page_needs_nothing_else(self):
        status, text = self.send("GET", f"/?token={self.server.token}")
        self.assertEqual(status, 200)
        self.assertNotRegex(text, r"(?:src|href)\s*=|https?://|@import|url\(")
        policy = self.headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        nonce = re.search(r"script-src 'nonce-([^']+)'", policy)[1]
        self.assertEqual(set(re.findall(r'<script nonce="([^"]*)"', text)), {nonce})
        self.assertEqual(text.count("<script"), text.count(f'<script nonce="{nonce}"'))
        self.assertEqual(self.headers["Cache-Control"], "no-store")

    def test_only_with_the_token(self):
        for token in ("", "x", self.server.token[:-1], self.server.token + "x", "%C3%A9"):
            self.assertEqual(self.send("GET", f"/?token={token}")[0], 403, token)
        question = {"view": "sample", "options": {}}
        for token in ("", "x", self.server.token[:-1]):
            self.assertEqual(self.send("POST", "/ask", question, X_Token=token)[0], 403, token)
        other = ExploreServer(0, 1.0)
        self.addCleanup(other.server_close)
        self.assertNotEqual(other.token, self.server.token)

    def test_only_under_its_own_name(self):
        page = f"/?token={self.server.token}"
        names = ("example.org", f"example.org:{self.port}", "127.0.0.1", f"127.0.0.1:{self.port}x",
                 f"127.0.0.1:{self.port + 1}", f"[::1]:{self.port}", "")  # fmt: skip
        for host in names:
            self.assertEqual(self.send("GET", page, Host=host)[0], 403, host)
        self.assertEqual(self.send("GET", page, Host=f"localhost:{self.port}")[0], 200)

    def test_not_from_another_page(self):
        question = {"view": "basins", "options": {}}
        for origin in ("http://example.org", "null", f"https://{self.host}"):
            self.assertEqual(self.send("POST", "/ask", question, Origin=origin)[0], 403, origin)
        status, _ = self.send("POST", "/ask", question, Origin=f"http://{self.host}")
        self.assertEqual(status, 200)

    def test_there_are_no_files(self):
        for path in ("/etc/passwd", "/../../etc/passwd", "/assets/explore.js", "//etc/passwd"):
            self.assertEqual(self.send("GET", f"{path}?token={self.server.token}")[0], 404, path)
        self.assertEqual(self.send("PUT", "/ask")[0], 501)

    def test_options_that_could_reach_a_file_or_be_long_work_are_refused(self):
        for name in ("output", "config", "means", "grid", "trajectories", "threads", "accuracy"):
            for view in VIEWS:
                status, answer = self.ask(view, **{name: "2"})
                self.assertEqual(status, 400, (view, name))
                self.assertIn("is not given here", answer["error"])
        for text in ("1,2", "1:2", "log:1:2:3", "-1", "../x", "x" * 33, "1 2", "", "1\n"):
            status, answer = self.ask("sample", radius=text)
            self.assertEqual((status, "radius" in answer["error"]), (400, True), text)

    def test_values_are_checked_as_those_of_the_command_line(self):
        for view, options in (
            ("theory", {"radius": "20"}),
            ("sample", {"dimension": "1"}),
            ("basins", {"target_weight": "1"}),
            ("vae-theory", {"kl_weight": "nan"}),
            ("vae-trajectories", {"horizon": "1e10"}),
            ("trajectories", {"annealing": "quick"}),
        ):
            status, answer = self.ask(view, **options)
            self.assertEqual(status, 400, view)
            found, given = checked(view, {n.replace("_", "-"): t for n, t in options.items()})
            command = [PROGRAM, found.command]
            command += [word for name, text in given.items() for word in (f"--{name}", text)]
            said = subprocess.run(command, capture_output=True, text=True)
            self.assertEqual(said.returncode, 2)
            (name,) = options
            self.assertIn(f"--{name.replace('_', '-')}", answer["error"])
            allowed = re.search(r"\(allowed:.*\)", answer["error"])
            self.assertIn(allowed[0], said.stderr)

    def test_what_is_no_question(self):
        for body in ("", "x", "[1]", "1", "{}", '{"view": 1}', '{"view": "x", "options": 3}',
                     "[" * 3000):  # fmt: skip
            self.assertEqual(self.send("POST", "/ask", body)[0], 400, body[:20])
        self.assertEqual(self.send("POST", "/ask", b"x" * (MOST_BYTES + 1))[0], 413)
        self.assertEqual(self.send("POST", "/ask", Content_Length="-1")[0], 413)
        self.assertEqual(self.ask("passwd")[0], 400)

    def test_the_numbers_are_those_of_the_command_line(self):
        for view, options in (
            ("sample", {"radius": "2", "dimension": "50"}),
            ("theory", {"radius": "1.5", "dimension": "1000000"}),
            ("vae-theory", {"kl_weight": "1.7", "dimension": "1000", "horizon": "50"}),
        ):
            status, answer = self.ask(view, **options)
            self.assertEqual(status, 200)
            _, *words = answer["command"].split()
            told = subprocess.run([PROGRAM, *words, "--format", "json", "-q"],
                                  capture_output=True, text=True, check=True).stdout  # fmt: skip
            number = float(re.search(r'"p_collapse": ([^,]+),', told)[1])
            answered = answer["values"]["p_collapse"]
            self.assertEqual(answered[0] if isinstance(answered, list) else answered, number, view)


class Work(unittest.TestCase):
    def test_every_stop_of_every_slider_is_allowed(self):
        for controls, views in ((mixture(), ("sample", "basins")), (linear_vae(), ("vae-sample",))):
            for view in views:
                for control in controls:
                    if control.option not in VIEWS[view].takes:
                        continue
                    others = self.needed(control, controls)
                    for value in {control.values[0], control.values[-1], *control.values[1:4]}:
                        if value:
                            found, given = checked(view, {**others, control.option: value})
                            self.resolves(found.command, given)

    def needed(self, control, controls):
        """What else must be given with it."""
        if control.option == "annealing" or control.needs:
            rows = {row.option: row for row in controls if row.needs and row is not control}
            schedule = {} if control.option == "annealing" else {"annealing": "linear"}
            return {**{name: row.start for name, row in rows.items()}, **schedule}
        return {}

    def resolves(self, command, given):
        from modecollapse._extension import engine

        if given.get("annealing") in ("none", "constant"):
            given = {n: t for n, t in given.items() if n not in SLOW or n == "target-weight"}
        engine().resolved_options(command, {n: (t, f"--{n}={t}") for n, t in given.items()})

    def test_one_at_a_time_bounded_and_abandoned(self):
        worker = Worker(0.5)
        self.addCleanup(worker.close)
        began = time.monotonic()
        with self.assertRaisesRegex(TooLong, "longer than 0.5 s"):
            worker.ask("critical", SLOW, lambda: False)
        self.assertLess(time.monotonic() - began, 30)
        with self.assertRaises(Abandoned):
            worker.ask("critical", SLOW, lambda: True)

    def test_a_queue_has_an_end(self):
        worker = Worker(60.0)
        self.addCleanup(worker.close)
        gone = threading.Event()
        outcomes = []

        def ask():
            try:
                worker.ask("critical", SLOW, gone.is_set)
                outcomes.append("answered")
            except (Abandoned, Busy) as error:
                outcomes.append(type(error).__name__)

        threads = [threading.Thread(target=ask) for _ in range(12)]
        for thread in threads:
            thread.start()
        while outcomes.count("Busy") < 4:
            time.sleep(0.01)
        gone.set()
        for thread in threads:
            thread.join()
        self.assertEqual(outcomes.count("Busy"), 4)
        self.assertEqual(outcomes.count("Abandoned"), 8)

    def test_the_command_says_what_was_computed(self):
        text = command_line("theory", {"radius": "2", "dimension": "10"})
        self.assertEqual(text, "modecollapse theory --radius 2 --dimension 10 --accuracy 0.05")
        values = compute("vae-over-beta", {})
        self.assertEqual(len(values["activity"]), len(values["kl_weight"]))


class CommandLine(unittest.TestCase):
    def test_wrong_use(self):
        for words in (["--port", "80"], ["--port", "70000"], ["--seconds", "0"], ["x"]):
            with self.assertRaises(SystemExit) as end, open(os.devnull, "w") as nowhere:
                error, sys.stderr = sys.stderr, nowhere
                try:
                    main(words)
                finally:
                    sys.stderr = error
            self.assertEqual(end.exception.code, 2)

    def test_a_plane_as_one_file(self):
        with tempfile.TemporaryDirectory() as folder:
            result = modecollapse.phase_diagram(
                {"quantity": "theory", "axes": {"radius": [1, 2], "dimension": [10, 100, 1000]},
                 "fixed": {"accuracy": 0.1, "target_weight": 0.5}},
                run_dir=Path(folder) / "run",
            )  # fmt: skip
            page = Path(folder) / "plane.html"
            write_plane(Path(folder) / "run" / "result.nc", page)
            text = page.read_text(encoding="utf-8")
            code = main(["--export", str(page), str(Path(folder) / "other.html")])
        self.assertEqual(code, 2)
        self.assertNotRegex(text, r"<(?:script|link|img)[^>]*(?:src|href)=|@import|url\(")
        data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])
        self.assertEqual([axis["option"] for axis in data["axes"]], ["dimension", "radius"])
        expected = result.p_collapse.transpose("dimension", "radius").values
        for row, wanted in zip(data["values"][0], expected):
            for value, number in zip(row, wanted):
                self.assertAlmostEqual(value, number, places=6)
        self.assertEqual(data["run"], result.attrs["config_toml"])

    def test_text_of_a_file_ends_no_script(self):
        result = modecollapse.phase_diagram(
            {"axes": {"radius": [1, 2]}, "fixed": {"trajectories": 10, "seed": 1}}, raw=True
        )
        result.attrs["config_toml"] = "</script><script>alert(1)</script>"
        from modecollapse.explore.page import page

        text = page("plane", ("plane.js",), plane_data(result), "<b>")
        self.assertEqual(text.count("</script>"), 2)
        self.assertNotIn("<b>", text)


if __name__ == "__main__":
    unittest.main()
