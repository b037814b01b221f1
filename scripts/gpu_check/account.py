"""What earlier items found, kept in a folder and brought up to date after every item: a kill loses
the item in progress only.

    gpu-check.json      the account: machine, commit, and a line an item (name, result, seconds,
                        remark, date, commit)
    NAME.log, NAME.*    of every item; all of it once more in logs.tar.gz
"""
import json
import os
import pathlib
import tarfile
import time

SCHEMA = 2
NAME = "gpu-check.json"
ARCHIVE = "logs.tar.gz"


class OtherCard(Exception):
    pass


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def write_whole(path, data):
    """Never a half-written file."""
    part = path.with_name(path.name + ".new")
    part.write_bytes(data)
    os.replace(part, path)


class Account:
    def __init__(self, folder, machine, commit, quick):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data = {"schema": SCHEMA, **machine, "date": now(), "commit": commit, "quick": quick,
                     "passed": True, "parity": "not checked", "parts": []}
        earlier = self.folder / NAME
        if earlier.is_file():
            found = json.loads(earlier.read_text(encoding="utf-8"))
            if found.get("schema") != SCHEMA:
                raise OtherCard(f"{earlier} is of another version of this program")
            if found["gpu"] != machine["gpu"] or found["quick"] != quick:
                raise OtherCard(f"{folder} holds the results of another card or of another size: "
                                f"{found['gpu']}{', quick' if found['quick'] else ''}")
            self.data["parts"], self.data["parity"] = found["parts"], found["parity"]

    def line(self, name):
        return next((part for part in self.data["parts"] if part["name"] == name), None)

    def enter(self, name, ended):
        """What an earlier call found stays where this one could not run the item."""
        earlier = self.line(name)
        if ended.result == "skipped" and earlier and earlier["result"] != "skipped":
            return
        for path in self.folder.glob(f"{name}.*"):
            path.unlink()
        if ended.result != "skipped":
            write_whole(self.folder / f"{name}.log", ended.log.encode())
        for suffix, data in ended.files.items():
            write_whole(self.folder / f"{name}.{suffix}", data)
        new = {"name": name, "result": ended.result, "seconds": round(ended.seconds, 2),
               "remark": ended.remark, "date": now(), "commit": self.data["commit"]}
        if earlier:
            self.data["parts"][self.data["parts"].index(earlier)] = new
        else:
            self.data["parts"].append(new)
        if name == "parity":
            self.data["parity"] = ended.result
        self.save()

    def save(self):
        parts = self.data["parts"]
        # what failed has not passed, nor has what the time was too short for
        self.data["passed"] = not any(part["result"] == "failed" or part["remark"] == NO_TIME
                                      for part in parts)
        self.data["date"] = now()
        write_whole(self.folder / NAME, (json.dumps(self.data, indent=1) + "\n").encode())
        part = self.folder / (ARCHIVE + ".new")
        with tarfile.open(part, "w:gz") as archive:
            for path in sorted(self.folder.iterdir()):
                if path.is_file() and path.name not in (ARCHIVE, part.name):
                    archive.add(path, path.name)
        os.replace(part, self.folder / ARCHIVE)


NO_TIME = "no time left in this call"
