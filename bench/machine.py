"""The machine and the build that a benchmark ran on: what a reader needs to judge the figures, and
no path of the machine.
"""
import json
import os
import pathlib
import platform
import re
import shlex
import subprocess


def first_cpu():
    """The fields of the first processor in /proc/cpuinfo; empty where there is none."""
    try:
        text = pathlib.Path("/proc/cpuinfo").read_text().split("\n\n")[0]
    except OSError:
        return {}
    return {key.strip(): value.strip() for key, _,
            value in (line.partition(":") for line in text.splitlines())}


def describe():
    cpu = first_cpu()
    flags = set(cpu.get("flags", "").split())
    wanted = ["sse4_2", "avx", "avx2", "fma", "avx512f", "avx512dq", "avx512vl", "avx512bw"]
    memory = re.search(r"MemTotal:\s+(\d+)", pathlib.Path(
        "/proc/meminfo").read_text()) if os.path.exists("/proc/meminfo") else None
    return {
        "processor": cpu.get("model name") or platform.processor() or platform.machine(),
        "family": cpu.get("cpu family"),
        "model": cpu.get("model"),
        "stepping": cpu.get("stepping"),
        "cores": os.cpu_count(),
        "virtual": "hypervisor" in flags,
        "instruction_sets": [name for name in wanted if name in flags],
        "memory_bytes": 1024 * int(memory.group(1)) if memory else None,
        "system": f"{platform.system()} {platform.release()}",
        "c_library": " ".join(platform.libc_ver()),
    }


def slug(machine):
    """`AMD EPYC`, family 26, model 2 -> `amd-epyc-f26-m2`."""
    name = re.sub(r"[^a-z0-9]+", "-", machine["processor"].lower()).strip("-")
    return name + (f"-f{machine['family']}-m{machine['model']}" if machine["family"] else "")


def code_flags(command):
    """The options that change the code: -O, -f, -m, -std and NDEBUG."""
    return [word for word in shlex.split(command) if re.match(r"-(O|f|m|std=|DNDEBUG)", word)]


def describe_build(source, build_dir):
    commands = json.loads((build_dir / "compile_commands.json").read_text())
    flags = {}
    for entry in commands:
        name = os.path.relpath(entry["file"], source)
        lanes = re.search(r"MC_LANES_FUNCTION=(\w+)", entry["command"])
        if name == "kernels/gradient_flow/lanes.cpp":
            flags[lanes.group(1) if lanes else "flow_lanes_baseline"] = code_flags(entry["command"])
        elif name.startswith("bench/peers/odeint"):
            flags[name] = code_flags(entry["command"])
    return {"commit": commit_of(source), "compiler": compiler_of(build_dir), "flags": flags}


def compiler_of(build_dir):
    """`GNU 12.2.0`, as CMake found it."""
    text = next((build_dir / "CMakeFiles").glob("*/CMakeCXXCompiler.cmake")).read_text()
    return " ".join(re.search(rf'set\(CMAKE_CXX_COMPILER_{key} "([^"]*)"\)', text).group(1)
                    for key in ("ID", "VERSION"))


def commit_of(source):
    def git(*arguments):
        return subprocess.run(["git", "-C", source, *arguments], capture_output=True, text=True,
                              check=True).stdout.strip()

    try:
        changed = git("status", "--porcelain", "--untracked-files=no", "--",
                      "include", "kernels", "host", "bench", "cmake", "CMakeLists.txt")
        return git("rev-parse", "--short=12", "HEAD") + ("+dirty" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
