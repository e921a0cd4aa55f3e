"""clusterdns as it is measured: wired as kubeadm's Corefile wires it, and as a resolver that only forwards and caches."""
import os
import pathlib
import shutil
import signal
import subprocess

from .dataset import ZONE
from .servers import Server, free_port


class ClusterDNS(Server):
    """Metrics on, answers shuffled, no log of queries. It has one worker a CPU that it may use."""

    @classmethod
    def missing(cls):
        return None if os.path.exists(cls.program) else f"{cls.program} is not built (make build)"

    @classmethod
    def version(cls):
        if not shutil.which("git"):
            return None
        said = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=pathlib.Path(__file__).parent,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        return said.stdout.strip() or None

    def command(self):
        conf = self.write("Corefile", f"""
.:{self.port} {{
  bind 127.0.0.1
  errors
  kubernetes {ZONE} in-addr.arpa ip6.arpa {{
    ttl 30
    pods insecure
    fallthrough in-addr.arpa ip6.arpa
  }}
  prometheus 127.0.0.1:{free_port()}
  forward . 127.0.0.1:{free_port()}
  cache 30 {{
    disable success {ZONE}
    disable denial {ZONE}
  }}
  loadbalance
}}
""")
        return [self.program, "serve", "--conf", conf, "--manifests", self.dataset.manifests, "--api", "none"]

    def reload(self):
        """Has the configuration read again."""
        os.kill(self.process.pid, signal.SIGUSR1)

    def reloads(self):
        """How often that was done so far."""
        return (self.folder / "log").read_text().count("Reloading complete")


class Forwarder(ClusterDNS):
    """Only `forward` and `cache`: every name comes from another server."""

    upstream = None

    def command(self):
        conf = self.write("Corefile", f"""
.:{self.port} {{
  bind 127.0.0.1
  errors
  prometheus 127.0.0.1:{free_port()}
  forward . 127.0.0.1:{self.upstream.port}
  cache
  loadbalance
}}
""")
        return [self.program, "serve", "--conf", conf, "--api", "none"]
