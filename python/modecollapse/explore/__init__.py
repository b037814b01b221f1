"""`modecollapse-explore`: P(collapse), basins and trajectories under sliders, in a browser.

    modecollapse-explore                     a page on this machine, until Ctrl-C
    modecollapse-explore --export RESULT.nc FILE.html
                                             a computed plane as one file that needs nothing else

The page computes what the command line computes, by the same commands with the same checks, and
shows the command of every number. It is served on the loopback interface only, to whoever has the
link, whose token is drawn at every start. One computation runs at a time, in a process of its own
that is ended when it takes longer than --seconds. Nothing is read from or written to the disk.
Exit codes: 0 ended by Ctrl-C, or written; 2 wrong use.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from .._text import printable

EXIT_USAGE = 2
MOST_SECONDS = 3600.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="modecollapse-explore",
        description=str(__doc__).split("\n\n")[0],
        epilog="From another machine: ssh -L PORT:127.0.0.1:PORT HOST, with the PORT of the link.",
    )
    parser.add_argument(
        "--port", type=int, default=0, metavar="N",
        help="1024 to 65535; 0: a free one (default)",
    )  # fmt: skip
    parser.add_argument(
        "--seconds", type=float, default=20.0, metavar="N",
        help=f"most that one computation may take, 0.1 to {MOST_SECONDS:g} (default 20)",
    )  # fmt: skip
    parser.add_argument(
        "--export", nargs=2, type=Path, metavar=("RESULT.nc", "FILE.html"),
        help="write a page of a computed phase diagram, and serve nothing",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    if options.port and not 1024 <= options.port <= 65535:
        parser.error(f"--port {options.port}: is out of range (allowed: 0, or 1024 to 65535)")
    if not 0.1 <= options.seconds <= MOST_SECONDS:
        parser.error(
            f"--seconds {options.seconds:g}: is out of range (allowed: 0.1 to {MOST_SECONDS:g})"
        )
    try:
        if options.export:
            return write_page(*options.export)
        return serve_page(options.port, options.seconds)
    except (ValueError, OSError, ModuleNotFoundError) as error:
        print(f"modecollapse-explore: error: {printable(str(error))}", file=sys.stderr)
        return EXIT_USAGE


def write_page(result: Path, output: Path) -> int:
    from .export import write_plane

    write_plane(result, output)
    print(f"written: {printable(str(output))}")
    return 0


def serve_page(port: int, seconds: float) -> int:
    from .server import ExploreServer

    with ExploreServer(port, seconds) as server:
        print(f"open {server.link}\nCtrl-C ends it.", flush=True)
        try:
            server.serve_forever(poll_interval=0.2)
        except KeyboardInterrupt:
            print()
    return 0
