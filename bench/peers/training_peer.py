"""What the peers of trained ensembles share (vae_peer.py, sequence_peer.py): one core for all, the
program's time as that of two horizons, less each other, PyTorch's loop of Adam, the command line
and the JSON object that it prints.

A peer brings CASES by name; Case(name) with multiply_adds(); options_of(arguments, case, folder),
what the program is told of the case; and a function (arguments, case) for each library, whose
result takes all steps of all members when it is called.
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import tempfile
import time

if hasattr(os, "sched_setaffinity"):  # before a library counts the cores
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

RATE = 1e-3


def start_torch(arguments):
    """PyTorch on one core, with a seed and the precision that is asked for."""
    import torch
    torch.set_num_threads(1)
    torch.manual_seed(7)
    torch.set_default_dtype(torch.float32 if arguments.precision == "single" else torch.float64)
    return torch


def optimized(torch, parameters, steps, loss):
    """The run of so many steps of Adam down loss(), a sum over members: they are independent, its
    gradient is each one's.
    """
    optimizer = torch.optim.Adam(parameters, lr=RATE)

    def run():
        for _ in range(steps):
            optimizer.zero_grad(set_to_none=True)
            loss().backward()
            optimizer.step()
    return run


def program_seconds(arguments, options):
    """Of so many steps of all members, each repetition: of a long horizon, less the least of the
    shortest one.
    """
    options = ["probability", *options, "--precision", arguments.precision, "--trajectories",
               arguments.members, "--exact-data", 0, "--threads", 1, "--seed", 7,
               "--learning-rate", RATE, "--quiet"]

    def once(horizon):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([arguments.program, *map(str, options), "--horizon", str(horizon)],
                       check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    turns = range(arguments.repetitions)
    both = [(once(arguments.steps + 1), once(1)) for _ in turns]
    return [long - min(short for _, short in both) for long, _ in both]


def arguments_of(documentation, libraries, cases, *, case, steps):
    """The parser of a peer's command line, to which it may add. case, steps: unless given."""
    parser = argparse.ArgumentParser(description=documentation,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", choices=["program", *libraries])
    parser.add_argument("--program", default="modecollapse")
    parser.add_argument("--case", choices=sorted(cases), default=case)
    parser.add_argument("--precision", choices=["single", "double"], default="double")
    for name, value in (("members", 16), ("steps", steps), ("repetitions", 5)):
        parser.add_argument("--" + name, type=int, default=value)
    return parser


def print_times(arguments, case, options_of, libraries):
    """Of one step of one member, processor seconds, least and median; and the multiply-adds."""
    seconds = []  # of all steps of all members
    if arguments.peer == "program":
        with tempfile.TemporaryDirectory() as folder:
            seconds = program_seconds(arguments, options_of(arguments, case, folder))
    else:
        run = libraries[arguments.peer](arguments, case)
        run()
        for _ in range(arguments.repetitions):
            begun = time.process_time()
            run()
            seconds.append(time.process_time() - begun)
    steps = arguments.steps * arguments.members
    del arguments.program
    print(json.dumps({**vars(arguments), "cpu_seconds_a_step": statistics.median(seconds) / steps,
                      "least_cpu_seconds_a_step": min(seconds) / steps,
                      "multiply_adds": case.multiply_adds()}))
