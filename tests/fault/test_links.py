"""Links, modes and names of files: what a run or --output writes, and what it must never touch.

Inside a run folder no symbolic link is followed (exit 2, the file outside as it was). Outside, a
link of the output's name is its user's own and stays one.
"""

import os
import stat
import unittest

from fault import PROGRAM, FaultTest, read_bytes, run

RUN_FILES = ("manifest.toml", "journal.bin", "lock", "log.txt", "result.nc")
POINT = ("probability", "--trajectories", 100, "--seed", 1, "--dimension", 5)


def mode_of(path):
    return stat.S_IMODE(os.stat(path).st_mode)


class LinksInARunFolder(FaultTest):
    def test_a_link_for_any_file_of_a_run_is_refused(self):
        victim = self.write("victim", "somebody's")
        for prepared in (False, True):  # an empty folder, and one that holds a stopped run
            for name in RUN_FILES:
                with self.subTest(name, prepared=prepared):
                    folder = self.path(f"run-{prepared}-{name}")
                    os.mkdir(folder)
                    if prepared:
                        self.assertEqual(self.resume(folder, "--max-time", 0).returncode, 75)
                        os.remove(f"{folder}/{name}")
                    os.symlink(victim, f"{folder}/{name}")
                    commands = [self.command(folder, "--resume")[1:]]
                    if prepared and name not in ("lock", "log.txt"):
                        commands += [["status", folder], ["merge", folder]]
                    for command in commands:
                        result = run(*command)
                        self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
                        self.assertIn(f"{name}: is a symbolic link", result.stderr)
                    self.assertEqual(read_bytes(victim), b"somebody's")
                    self.assertTrue(os.path.islink(f"{folder}/{name}"))

    def test_what_is_no_regular_file_is_refused_and_not_waited_for(self):
        for name in RUN_FILES:
            folder = self.path(f"fifo-{name}")
            os.mkdir(folder)
            os.mkfifo(f"{folder}/{name}")
            result = run(*self.command(folder, "--resume")[1:])
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertIn("no regular file", result.stderr)

    def test_a_linked_shard_is_refused_and_a_linked_run_folder_is_its_users_own(self):
        os.makedirs(self.path("elsewhere"))
        os.makedirs(self.path("parts"))
        os.symlink(self.path("elsewhere"), self.path("parts/shard-0-of-2"))
        for command in (
            self.command(self.path("parts"), "--shard", "0/2")[1:],
            ["status", self.path("parts")],
        ):
            result = run(*command)
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertIn("shard-0-of-2: is a symbolic link", result.stderr)
        self.assertEqual(os.listdir(self.path("elsewhere")), [])
        os.symlink(self.path("elsewhere"), self.path("run"))
        result = run(*self.command(self.path("run"))[1:])
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_same_result(self.path("elsewhere"), result.stdout)

    def test_temporary_names_cannot_be_foretold(self):
        names = []
        for i in range(3):
            calls = self.run_with_fault(self.path(f"run-{i}")).calls
            names.append({c.file for c in calls if ".part" in c.file})
            self.assertGreaterEqual(len(names[-1]), 3)  # manifest, journal, result
        self.assertFalse(names[0] & names[1] or names[1] & names[2], names)


class Output(FaultTest):
    def output(self, path, *more, umask=0o022):
        result = run(*POINT, "--output", path, *more, preexec_fn=lambda: os.umask(umask))
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def test_a_link_is_written_through(self):
        os.makedirs(self.path("store/deep"))
        for ending in (".nc", ".json", ".csv"):
            target = self.write(f"store/deep/target{ending}", "old")
            os.symlink(
                f"deep/target{ending}", self.path(f"store/second{ending}")
            )  # relative, twice
            link = self.path(f"link{ending}")
            os.symlink(f"store/second{ending}", link)
            self.output(link)
            self.assertTrue(
                os.path.islink(link) and os.path.islink(self.path(f"store/second{ending}"))
            )
            self.assertNotEqual(read_bytes(target), b"old")
        self.assertEqual(
            sorted(os.listdir(self.path("store/deep"))), ["target.csv", "target.json", "target.nc"]
        )

    def test_a_link_to_nothing_yet_makes_its_target(self):
        os.symlink(self.path("new.json"), self.path("link.json"))
        self.output(self.path("link.json"))
        self.assertTrue(os.path.islink(self.path("link.json")))
        self.assertGreater(os.path.getsize(self.path("new.json")), 100)

    def test_links_that_lead_nowhere_are_refused_before_the_run(self):
        os.symlink("a.json", self.path("b.json"))
        os.symlink("b.json", self.path("a.json"))
        os.symlink("absent/x.json", self.path("c.json"))
        os.symlink("/dev/null", self.path("d.json"))
        for name, word in (
            ("a", "Too many levels"),
            ("c", "No such file"),
            ("d", "not a regular file"),
        ):
            self.refused([*POINT, "--output", self.path(f"{name}.json")], 2, "--output", word)

    def test_the_mode_of_a_file_is_kept_and_a_new_one_follows_the_umask(self):
        for ending in (".nc", ".json", ".csv"):
            for mode in (0o600, 0o640, 0o444, 0o666, 0o755):
                path = self.write(f"kept{ending}", "old")
                os.chmod(path, mode)
                self.output(path)
                self.assertEqual(mode_of(path), mode, (ending, oct(mode)))
                os.remove(path)
        for umask in (0o022, 0o077, 0o002):
            self.output(self.path("new.json"), umask=umask)
            self.assertEqual(mode_of(self.path("new.json")), 0o666 & ~umask)
            os.remove(self.path("new.json"))

    def test_a_private_file_is_at_no_time_open_to_others(self):
        path = self.write("private.json", "old")
        os.chmod(path, 0o600)
        environment = self.shim(self.folder, call="fsync", number=1, action="kill")
        result = run(*POINT, "--output", path, env=environment)
        self.assertEqual(result.returncode, -9)
        left = [name for name in os.listdir(self.folder) if ".part" in name]
        self.assertEqual([mode_of(self.path(name)) for name in left], [0o600])

    def test_the_longest_names_a_file_can_have(self):
        for name in (
            "x" * 250 + ".json",
            "x" * 245 + ".json",
            "x" * 252 + ".nc",
            "\u00e9" * 123 + ".json",
        ):
            self.output(self.path(name))
            self.assertEqual(
                [entry for entry in os.listdir(self.folder) if entry != "sweep.toml"], [name]
            )
            os.remove(self.path(name))
        self.refused(
            [*POINT, "--output", self.path("x" * 251 + ".json")], 2, "--output", "too long"
        )

    def test_another_users_file_that_cannot_be_replaced_is_refused_before_the_run(self):
        if os.geteuid() != 0:
            self.skipTest("only root can make another user's file")
        folder = self.path("shared")
        os.mkdir(folder)
        os.chmod(folder, 0o1777)
        os.chown(folder, 65533, -1)
        os.chmod(self.folder, 0o755)
        with open(f"{folder}/x.json", "w", encoding="utf-8"):
            pass
        os.chmod(f"{folder}/x.json", 0o644)
        os.symlink(f"{folder}/y.json", f"{folder}/link.json")
        for name in (
            "x.json",
            "link.json",
        ):  # of root; a stranger's link in a folder like /tmp is not followed
            result = run(*POINT, "--output", f"{folder}/{name}", user=65534)
            self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
            self.assertIn("ermission denied", result.stderr)
        self.assertEqual(sorted(os.listdir(folder)), ["link.json", "x.json"])


class ClosedDescriptors(FaultTest):
    def run_closed(self, closed, *arguments):
        """With these of the standard descriptors closed; the rest go to files of this test."""
        rest = {0: "</dev/null", 1: f">{self.path('out')}", 2: f"2>{self.path('err')}"}
        shut = {0: "<&-", 1: ">&-", 2: "2>&-"}
        redirections = " ".join(shut[n] if n in closed else rest[n] for n in (0, 1, 2))
        return os.spawnlp(
            os.P_WAIT, "sh", "sh", "-c", f'exec "$0" "$@" {redirections}', *map(str, arguments)
        )

    def test_nothing_that_is_printed_lands_in_a_file(self):
        expected = self.reference()
        for closed in ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)):
            with self.subTest(closed):
                folder = self.path("run" + "".join(map(str, closed)))
                self.assertEqual(
                    self.run_closed(closed, *self.command(folder, "--max-time", 0)), 75
                )
                self.assertEqual(self.run_closed(closed, *self.command(folder, "--resume")), 0)
                self.assertEqual(sorted(self.records(folder)), sorted(set(self.records(folder))))
                self.assertEqual(len(read_bytes(f"{folder}/journal.bin")), len(expected.journal))
                self.assert_same_result(folder, expected.csv)
                path = self.path("point.json")
                self.assertEqual(self.run_closed(closed, PROGRAM, *POINT, "--output", path), 0)
                self.assertTrue(
                    read_bytes(path).startswith(b"{") and read_bytes(path).endswith(b"}\n")
                )


if __name__ == "__main__":
    unittest.main()
