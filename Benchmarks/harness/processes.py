"""What /proc says of a process and its descendants, and of the machine."""
import os
import platform

TICK = os.sysconf("SC_CLK_TCK")


def _stat(pid):
    with open(f"/proc/{pid}/stat") as file:
        text = file.read()
    return text[text.rindex(")") + 2:].split()  # [0] is the state, [1] the parent


def family(pid):
    """The process and all its descendants."""
    parents = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            parents[int(entry)] = int(_stat(entry)[1])
        except OSError:
            pass  # it has ended
    found = {pid}
    while more := {p for p, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def cpu_seconds(pids):
    """(user, system) CPU time so far."""
    fields = [_stat(pid) for pid in pids]
    return sum(int(f[11]) for f in fields) / TICK, sum(int(f[12]) for f in fields) / TICK


def memory_mib(pids):
    """(resident, of it anonymous)."""
    rss = anonymous = 0
    for pid in pids:
        with open(f"/proc/{pid}/status") as file:
            for line in file:
                if line.startswith("VmRSS:"):
                    rss += int(line.split()[1])
                elif line.startswith("RssAnon:"):
                    anonymous += int(line.split()[1])
    return rss / 1024, anonymous / 1024


def machine_cpu_seconds():
    """(busy, stolen by the hypervisor) CPU time of the whole machine so far."""
    with open("/proc/stat") as file:
        v = [int(x) for x in file.readline().split()[1:]]
    return (v[0] + v[1] + v[2] + v[5] + v[6]) / TICK, v[7] / TICK


def machine():
    """One line that says what this machine is."""
    model = "unknown CPU"
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    cpus = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {cpus} CPUs, {memory:.0f} GiB, Linux {platform.release()}"


def let_run_on(pid, cpus):
    """Lets every thread of a process run on these CPUs."""
    for thread in os.listdir(f"/proc/{pid}/task"):
        os.sched_setaffinity(int(thread), cpus)
