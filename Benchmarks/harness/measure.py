"""One run: load on one server, and what it cost it."""
import json
import os
import pathlib
import shutil
import subprocess
import time

from . import processes
from .servers import SERVER_CPU

GENERATOR = pathlib.Path(__file__).resolve().parent.parent / "generator"

# The ways to ask, with the generator's options. "singly": one query per system call, as resolvers do.
MODES = {
    "UDP": ["-b", "32"],
    "UDP singly": ["-b", "1"],
    "UDP random case": ["-b", "32", "-x"],
    "UDP 20 k/s": ["-b", "32", "-r", "20000"],
    "TCP": ["-t", "-b", "1"],
}


def client_cpu():
    """The CPU of the generator: not the server's, where there is a second one."""
    return max(os.sched_getaffinity(0) - {SERVER_CPU}, default=SERVER_CPU)


def compile_generator(folder):
    """Builds dnsload and dnsecho; returns their paths."""
    compiler = shutil.which("cc") or shutil.which("clang")
    if not compiler:
        raise SystemExit("bench: no C compiler (cc or clang) on PATH")
    paths = [pathlib.Path(folder, name) for name in ("dnsload", "dnsecho")]
    for path in paths:
        subprocess.run([compiler, "-O2", "-o", path, GENERATOR / f"{path.name}.c"], check=True)
    return paths


def run(dnsload, server, queries, mode, seconds):
    """Load on the server for so many seconds. CPU times are microseconds per answered query; `noise` is CPU seconds per second
    that neither server nor generator used."""
    pids = processes.family(server.process.pid)
    cpu, machine, begin = processes.cpu_seconds(pids), processes.machine_cpu_seconds(), time.monotonic()
    command = [dnsload, "-q", queries, "-p", str(server.port), "-l", str(seconds), *MODES[mode]]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE,
                          preexec_fn=lambda: os.sched_setaffinity(0, {client_cpu()}))
    result = json.loads(said.stdout)
    wall = time.monotonic() - begin
    user, system = (after - before for before, after in zip(cpu, processes.cpu_seconds(pids)))
    busy, stolen = (after - before for before, after in zip(machine, processes.machine_cpu_seconds()))
    answered = max(1, result["completed"])
    rss, anonymous = processes.memory_mib(pids)
    result.update(
        server=server.name, mode=mode, cpu_us=(user + system) / answered * 1e6, user_us=user / answered * 1e6,
        system_us=system / answered * 1e6, load=(user + system) / wall, rss_mib=rss, anonymous_mib=anonymous,
        noise=max(0, (busy + stolen - user - system - result["client_cpu_s"]) / wall))
    return result
