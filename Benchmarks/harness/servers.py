"""The servers beside ours: each is started on CPU 0 with one worker, on a free port of 127.0.0.1, and ended by its PID."""
import os
import pathlib
import re
import socket
import subprocess
import time

from . import dns
from .dataset import ZONE

SERVER_CPU = 0


def free_port():
    """A port that is free for UDP and TCP on 127.0.0.1."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            try:
                udp.bind(tcp.getsockname())
            except OSError:
                continue
            return tcp.getsockname()[1]


class Server:
    """A running server. Subclasses say how it is configured."""

    program = None

    def __init__(self, name, dataset, folder, cpus=frozenset({SERVER_CPU})):
        self.name, self.dataset, self.cpus = name, dataset, cpus
        self.folder = pathlib.Path(folder, re.sub(r"\W+", "-", name))
        self.folder.mkdir()
        self.port = free_port()
        self.process = None

    @classmethod
    def missing(cls):
        """Why it can't be measured here, or None."""
        return None if os.path.exists(cls.program) else f"{cls.program} is not installed"

    @classmethod
    def version(cls):
        said = subprocess.run([cls.program, cls.version_option], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        found = re.search(r"\d+\.\d+(\.\d+)?", said.stdout)
        return found[0] if found else "?"

    def start(self, limit=60):
        """Starts it and waits until it answers right; returns the seconds that took."""
        command = self.command()
        with open(self.folder / "log", "w") as log:
            begin = time.monotonic()
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, start_new_session=True,
                preexec_fn=lambda: os.sched_setaffinity(0, self.cpus))
        while not self.answers_right():
            if self.process.poll() is not None or time.monotonic() - begin > limit:
                log = (self.folder / "log").read_text()[-2000:]
                self.stop()
                raise RuntimeError(f"{self.name} did not come up:\n{log}")
            time.sleep(0.005)
        return time.monotonic() - begin

    def answers_right(self):
        last = self.dataset.services - 1
        return all(
            dns.addresses(self.port, self.dataset.name(i)) == sorted(self.dataset.addresses(i)) for i in (0, last // 2, last))

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path


class Echo(Server):
    """The limit: a server that only sets QR, and fills replies up to so many octets."""

    octets = 0

    @classmethod
    def missing(cls):
        return None

    @classmethod
    def version(cls):
        return None

    def command(self):
        return [self.program, "127.0.0.1", str(self.port), str(self.octets)]

    def answers_right(self):
        return dns.addresses(self.port, ZONE) is not None


class NSD(Server):
    program = "/usr/sbin/nsd"
    version_option = "-v"

    def command(self):
        conf = self.write("nsd.conf", f"""
server:
  ip-address: 127.0.0.1@{self.port}
  server-count: 1
  tcp-count: 200
  username: ""
  chroot: ""
  zonesdir: "{self.folder}"
  database: ""
  pidfile: "{self.folder}/nsd.pid"
  xfrdfile: "{self.folder}/xfrd.state"
  zonelistfile: "{self.folder}/zone.list"
  rrl-ratelimit: 0
  minimal-responses: yes
remote-control:
  control-enable: no
zone:
  name: {ZONE}
  zonefile: {self.dataset.zone_file}
""")
        return [self.program, "-c", conf, "-d"]


class Knot(Server):
    program = "/usr/sbin/knotd"
    version_option = "-V"

    def command(self):
        conf = self.write("knot.conf", f"""
server:
  listen: 127.0.0.1@{self.port}
  rundir: {self.folder}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
control:
  listen: {self.folder}/knot.sock
database:
  storage: {self.folder}
log:
  - target: stderr
    any: warning
zone:
  - domain: {ZONE}
    file: {self.dataset.zone_file}
    zonefile-sync: -1
""")
        return [self.program, "-c", conf]


class BIND(Server):
    program = "/usr/sbin/named"
    version_option = "-v"

    def command(self):
        conf = self.write("named.conf", f"""
options {{
  directory "{self.folder}"; pid-file "{self.folder}/named.pid"; session-keyfile none;
  listen-on port {self.port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
  recursion no; minimal-responses yes; dnssec-validation no; notify no; tcp-clients 200;
}};
controls {{ }};
logging {{ category default {{ null; }}; }};
zone "{ZONE}" {{ type primary; file "{self.dataset.zone_file}"; }};
""")
        return [self.program, "-f", "-n", "1", "-c", conf]
