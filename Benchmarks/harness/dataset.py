"""A cluster that is asked: manifests for clusterdns, the same records as a zone file for its peers, and the queries.

Service i is svc<i> in namespace ns<i mod NAMESPACES> and has one port, http, 80/TCP; every 10th is headless. ClusterIPs count
up from 10.96.0.10, endpoints from 10.128.0.1; the endpoints of headless services have host names."""
import ipaddress
import json
import pathlib
import random

ZONE = "cluster.local"
# Shares of the query mix: hits by type, names without the type asked for, and names that a search list makes.
MIX = {"A": 70, "SRV": 10, "AAAA": 10, "NXDOMAIN": 10}
WILD = f"wild.{ZONE}"  # every name below it has an address, in the zone file
OUTSIDE = ["www.example.com", "api.example.net", "packages.example.org", "cdn.images.example"]


class Dataset:
    """`mix` holds the shares of the queries; `queries` is how many different lines the generator goes through."""

    def __init__(self, services=10_000, endpoints=3, namespaces=100, headless_every=10, mix=None, queries=100_000, ttl=30):
        self.services, self.endpoints = services, endpoints
        self.namespaces, self.headless_every = min(namespaces, services), headless_every
        self.mix, self.query_count, self.ttl = mix or MIX, queries, ttl

    def write(self, folder, zone=True):
        """Writes manifests (a folder of them), zone file and queries below the folder."""
        folder = pathlib.Path(folder)
        self.manifests, self.zone_file = folder / "manifests", folder / "cluster.zone"
        self.queries, self.misses = folder / "queries", folder / "misses"
        self.manifests.mkdir(parents=True)
        self.write_manifests(self.manifests / "cluster.yaml")
        self.write_queries(self.queries)
        self.misses.write_text(f"any.{WILD} A answer\n")
        if zone:
            self.write_zone(self.zone_file)
        return self

    def namespace(self, i):
        return f"ns{i % self.namespaces}"

    def name(self, i):
        return f"svc{i}.{self.namespace(i)}.svc.{ZONE}"

    def is_headless(self, i):
        return i % self.headless_every == self.headless_every - 1

    def cluster_ip(self, i):
        return str(ipaddress.IPv4Address("10.96.0.10") + i)

    def endpoint_ips(self, i):
        first = ipaddress.IPv4Address("10.128.0.1") + i * self.endpoints
        return [str(first + j) for j in range(self.endpoints)]

    def addresses(self, i):
        """What an A query for service i answers."""
        return self.endpoint_ips(i) if self.is_headless(i) else [self.cluster_ip(i)]

    # ------------------------------------------------------------ files

    def write_manifests(self, path):
        """Namespaces, Services and EndpointSlices; one JSON document a line."""
        with open(path, "w") as file:
            for document in self._documents():
                file.write("---\n" + json.dumps(document) + "\n")

    def _documents(self):
        for k in range(self.namespaces):
            yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"ns{k}"}}
        for i in range(self.services):
            yield self._service(i)
            yield self._slice(i)

    def _service(self, i):
        return {
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": f"svc{i}", "namespace": self.namespace(i)},
            "spec": {"clusterIP": "None" if self.is_headless(i) else self.cluster_ip(i),
                     "ports": [{"name": "http", "protocol": "TCP", "port": 80}]}}

    def answer_octets(self):
        """The mean length of the answers to A queries with EDNS, one query a service."""
        names = sum(len(self.name(i)) + 2 for i in range(self.services)) / self.services
        return round(12 + names + 4 + 16 * self.endpoints + 11)

    def write_changes(self, path, turn, count=1_000):
        """A file that gives each of the first headless services a second slice, with one endpoint, another one each turn."""
        with open(path, "w") as file:
            for i in list(filter(self.is_headless, range(self.services)))[:count]:
                document = self._slice(i)
                document["metadata"]["name"] = f"svc{i}-2"
                document["endpoints"] = [{"addresses": [f"10.250.{turn % 250}.{i % 250 + 1}"], "conditions": {"ready": True}}]
                file.write("---\n" + json.dumps(document) + "\n")

    def _slice(self, i):
        endpoints = [{"addresses": [ip], "conditions": {"ready": True}} for ip in self.endpoint_ips(i)]
        if self.is_headless(i):
            for j, endpoint in enumerate(endpoints):
                endpoint["hostname"] = f"svc{i}-{j}"
        return {
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
            "metadata": {"name": f"svc{i}-1", "namespace": self.namespace(i),
                         "labels": {"kubernetes.io/service-name": f"svc{i}"}},
            "ports": [{"name": "http", "protocol": "TCP", "port": 80}], "endpoints": endpoints}

    def write_zone(self, path):
        with open(path, "w") as file:
            file.write(f"$ORIGIN {ZONE}.\n$TTL {self.ttl}\n@ IN SOA ns.dns hostmaster 1 7200 1800 86400 {self.ttl}\n"
                       f"@ IN NS ns.dns\nns.dns IN A 10.96.0.10\n*.{WILD}. IN A 192.0.2.1\n")
            for owner, kind, data in self._records():
                file.write(f"{owner}. IN {kind} {data}\n")

    def _records(self):
        for i in range(self.services):
            name = self.name(i)
            if not self.is_headless(i):
                yield name, "A", self.cluster_ip(i)
                yield f"_http._tcp.{name}", "SRV", f"0 100 80 {name}."
                continue
            for j, ip in enumerate(self.endpoint_ips(i)):
                host = f"svc{i}-{j}.{name}"
                yield name, "A", ip
                yield host, "A", ip
                yield f"_http._tcp.{name}", "SRV", f"0 {100 // self.endpoints} 80 {host}."

    def write_queries(self, path):
        """One query a line, with what must come back: NAME TYPE answer|nodata|nxdomain."""
        choose = random.Random(1)
        with open(path, "w") as file:
            for kind in choose.choices(list(self.mix), list(self.mix.values()), k=self.query_count):
                file.write(" ".join(self._query(kind, choose)) + "\n")

    def _query(self, kind, choose):
        i = choose.randrange(self.services)
        if kind == "A":
            return self.name(i), "A", "answer"
        if kind == "SRV":
            return f"_http._tcp.{self.name(i)}", "SRV", "answer"
        if kind == "AAAA":
            return self.name(i), "AAAA", "nodata"
        namespace = self.namespace(choose.randrange(self.services))
        searched = [
            f"svc{i}.{self.namespace(i)}.{namespace}.svc.{ZONE}",
            f"{choose.choice(OUTSIDE)}.{namespace}.svc.{ZONE}",
            f"{choose.choice(OUTSIDE)}.svc.{ZONE}",
            f"{choose.choice(OUTSIDE)}.{ZONE}",
        ]
        return choose.choice(searched), choose.choice(["A", "AAAA"]), "nxdomain"
