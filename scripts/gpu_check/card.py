"""What the machine is: its card, driver, toolkit and processor."""
import os
import re
import shutil
import subprocess


class NoCard(Exception):
    pass


def text_of(command, environment, limit=30):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False,
                              env=environment)
    except (OSError, subprocess.TimeoutExpired) as error:
        return None, str(error)
    return (done.stdout if done.returncode == 0 else None), (done.stdout + done.stderr).strip()


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        found = re.search(r"^model name\s*: (.*)$", file.read(), re.MULTILINE)
    return found.group(1).strip() if found else "unknown"


def describe(environment):
    """{gpu, driver, compute_capability, cuda, cpu, cores}; raises NoCard."""
    path = environment["PATH"]
    if not shutil.which("nvidia-smi", path=path):
        raise NoCard("no nvidia-smi, which comes with the driver")
    query = ["nvidia-smi", "--query-gpu=name,driver_version,compute_cap", "--format=csv,noheader"]
    answer, said = text_of(query, environment)
    if not answer or not answer.strip():
        raise NoCard(f"nvidia-smi: {said or 'no output'}")
    name, driver, capability = (part.strip() for part in answer.splitlines()[0].split(","))
    compiler, _ = text_of(["nvcc", "--version"], environment)
    release = re.search(r"release ([0-9.]+)", compiler or "")
    return {"gpu": name, "driver": driver, "compute_capability": capability,
            "cuda": release.group(1) if release else "", "cpu": processor(),
            "cores": os.cpu_count()}
