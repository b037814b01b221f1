"""Writes the seed corpus of the fuzz targets, tests/fuzz/corpus, from the program's own output.

    python3 tests/fuzz/make_corpus.py build/cpu/modecollapse

Files named found-* are inputs that once broke something: they are kept as they are.
"""

import gzip
import pathlib
import struct
import subprocess
import sys
import tempfile

CORPUS = pathlib.Path(__file__).resolve().parent / "corpus"
COMMANDS = ["probability", "threshold", "theory", "phase-diagram", "status", "merge", "trajectory",
            "basin", "folds", "variance", "sample", "info"]
LINES = {
    "flow": ["probability", "--radius", "1.5", "--dimension", "10", "--seed", "7"],
    "annealed": ["probability", "--initial-temperature", "4", "--annealing", "linear",
                 "--annealing-time", "2", "--weights", "simplex", "--weight",
                 "0.25", "--format=json"],
    "sgd": ["threshold", "--dynamics", "sgd", "--batch-size", "4", "--estimator", "score",
            "--dimension", "log:2:100:3", "--radius-range", "0.5:3"],
    "flows": ["probability", "--family", "realnvp", "--layers", "4", "--depth", "1",
              "--optimizer", "sgd", "--trajectories", "10"],
    "basin": ["basin", "--format", "csv"],
    "trajectory": ["trajectory", "--start", "0.1,0.2,0.3", "--times", "0:1:0.5"],
    "theory": ["theory", "--accuracy", "1e-4", "--dimension", "10,100"],
    "variance": ["variance", "--start", "0.9,-0.9,-0.9"],
    "sample": ["sample", "--flows", "flows.nc", "--samples", "5"],
    "sweep": ["phase-diagram", "sweep.toml", "--run-dir", "run", "--shard", "1/3", "--max-time",
              "5"],
    "help": ["folds", "--help"],
    "unknown": ["probabilty", "--radios=1", "-x", "--"],
}
SWEEPS = {
    "plain": '[axes]\nradius = "1:2:0.25"\ndimension = [10, 100]\n[fixed]\nseed = 7\n',
    "zipped": '[axes]\nradius = [1.1, 1.2]\nseed = "1:2:1"\nzip = [["radius", "seed"]]\n',
    "adaptive": "[axes]\ntarget-weight = [0.5, 0.6]\n[adaptive]\ninterval-width = 0.2\n"
                "level = [0.3]\nnear-width = 0.12\nmax-trajectories = 400\n",
    "flows": '[axes]\nlayers = [2, 4]\n[fixed]\nfamily = "realnvp"\ndimension = 2\n'
             "trajectories = 4\n",
    "annealed": '[axes]\ninitial-temperature = "log:1:10:3"\nprecision = ["double", "single"]\n'
                '[fixed]\nannealing = "linear"\n',
}
SMALL = ("[axes]\nradius = [1.25, 2.0]\ndimension = [5, 20]\n[fixed]\ntrajectories = 40\nseed = 7\n"
         "[adaptive]\ninterval-width = 0.2\nlevel = [0.3]\nnear-width = 0.12\n"
         "max-trajectories = 400\n")  # as in journal.cpp




def npy(kind: str, shape: str, numbers: bytes, version: int = 1) -> bytes:
    head = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    length = struct.pack("<H" if version == 1 else "<I", len(head))
    return b"\x93NUMPY" + bytes([version, 0]) + length + head + numbers


def idx(kind: int, *sizes: int, numbers: bytes) -> bytes:
    return bytes([0, 0, kind, len(sizes)]) + struct.pack(f">{len(sizes)}I", *sizes) + numbers


DATA = {
    "pixels.npy": npy("|u1", "(2, 3)", bytes(range(6))),
    "doubles.npy": npy("<f8", "(3, 1)", struct.pack("<3d", 1, -0.5, 1e300), version=2),
    "singles.npy": npy(">f4", "(2, 1, 2)", struct.pack(">4f", 1, 2, 3, 4), version=3),
    "labels.npy": npy("<i8", "(4,)", struct.pack("<4q", 0, 1, -2, 3)),
    "flags.npy": npy("|b1", "(2, 2)", b"\0\1\1\0"),
    "nan.npy": npy("<f8", "(1, 2)", struct.pack("<2d", 0, float("nan"))),
    "pixels.idx": idx(8, 2, 2, 2, numbers=bytes(range(8))),
    "doubles.idx": idx(14, 2, 1, numbers=struct.pack(">2d", 0.25, -3)),
    "huge.idx": idx(8, 2**31, 2**31, 2**31, numbers=b"1"),
    "pixels.idx.gz": gzip.compress(idx(8, 2, 3, numbers=bytes(range(6))), mtime=0),
    "cut.npy.gz": gzip.compress(npy("|u1", "(2, 3)", bytes(range(6))), mtime=0)[:-9],
}

TEXTS = {  # a byte of options (letters, long sentences, n_max, v), then the file
    "plain": b"\0the cat sat\nthe dog\n\na cat\n",
    "few-words": b"\x47b a b\nc b a\nd\n",
    "lower-drop": b"\x0fA a b B a\nB\n",
    "mark-crlf": b"\0\xef\xbb\xbfone two\r\ntwo\r\n",
    "letters": "\x01\u00e9t\u00e9 \u4e2d\u6587\n\U0001f600\n".encode(),
    "torn": b"\0a\xe2\x82\nb\n",
    "overlong": b"\0\xc0\x80\n",
    "nul": b"\0a\0b\n",
    "escape": b"\0\x1b[31m\n",
    "blank": b"\0 \t\r\n\n",
    "no-end": b"\0last line",
}


def main(program: str) -> None:
    def write(target: str, name: str, content: bytes) -> None:
        (CORPUS / target).mkdir(parents=True, exist_ok=True)
        (CORPUS / target / name).write_bytes(content)

    for name, words in LINES.items():
        write("arguments", name, "\n".join(words).encode())
        if words[0] not in ("sample", "phase-diagram", "folds", "probabilty"):
            dumped = subprocess.run([program, *words, "--dump-config"], capture_output=True)
            assert dumped.returncode == 0, dumped.stderr
            write("config", name, bytes([COMMANDS.index(words[0])]) + dumped.stdout)
    for name, text in SWEEPS.items():
        write("sweep", name, text.encode())
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "sweep.toml")
        file.write_text(SMALL)
        subprocess.run([program, "phase-diagram", file, "--run-dir", f"{folder}/run"], check=True,
                       capture_output=True)
        whole = pathlib.Path(folder, "run", "journal.bin").read_bytes()
    write("journal", "whole", b"\0" + whole)
    write("journal", "repaired", b"\xff" + whole[:64 + 3 * 128])
    write("journal", "torn", b"\0" + whole[:-5])
    for name, content in DATA.items():
        write("data", name, bytes([1]) + content)
    for name, content in TEXTS.items():
        write("text", name, content)
    for what in range(8):
        write("members", f"change-{what}", bytes([what, 3, 1, 5, what, 11, 2, 1]))
    write("members", "unchanged", b"")


if __name__ == "__main__":
    main(sys.argv[1])
