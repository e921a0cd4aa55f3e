import Foundation
import LiveServer
import Testing

/// A container's view: resolv.conf points at the server on port 53, and programs ask the C library. The server runs in a network
/// namespace of the test's own, which only root can make.
@Suite("The C library's resolver", .enabled(if: getuid() == 0 && ServerUnderTest.named == nil))
struct ResolverTests {
  @Test("short names, full names, outside names, reverse names")
  func resolves() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "clusterdns-netns-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (file, text) in [("Corefile", Self.corefile), ("cluster.yaml", Self.manifests), ("script", Self.script)] {
      try Data(text.utf8).write(to: folder.appending(path: file))
    }
    let output = try Shell.output("cd \(folder.path) && sh script \(try LiveServer.program()) cdns-\(getpid())")
    let lines = Set(
      output.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") })
    for expected in [
      "web: 10.96.0.10", "web.default: 10.96.0.10", "web.default.svc.cluster.local: 10.96.0.10", "db-0.db: 10.244.1.1",
      "www.example.org: 192.0.2.1", "10.96.0.10: web.default.svc.cluster.local", "gone: none", "gone.example.org: none",
    ] {
      #expect(lines.contains(expected), "\(expected) is missing in:\n\(output)")
    }
  }

  private static let corefile = """
    .:53 {
        errors
        health
        ready
        prometheus :9153
        kubernetes cluster.local in-addr.arpa ip6.arpa {
            pods insecure
            fallthrough in-addr.arpa ip6.arpa
        }
        forward . 127.0.0.1:5300
        cache 30
        loadbalance
    }
    .:5300 {
        hosts {
            192.0.2.1 www.example.org
        }
        template ANY ANY {
            match ^gone
            rcode NXDOMAIN
            fallthrough
        }
    }
    """

  private static let manifests = """
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: default}
    spec: {clusterIP: 10.96.0.10, ports: [{port: 80}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: db, namespace: default}
    spec: {clusterIP: None, ports: [{port: 80}]}
    ---
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata: {name: db-a, namespace: default, labels: {kubernetes.io/service-name: db}}
    addressType: IPv4
    endpoints: [{addresses: [10.244.1.1], hostname: db-0}]
    """

  /// `script PROGRAM NAMESPACE`: whatever happens, the server ends and the namespace goes.
  private static let script = """
    program=$1 namespace=$2
    finish() {
      [ -z "$server" ] || { kill $server; wait $server; }
      ip netns delete $namespace
      rm -rf /etc/netns/$namespace
    }
    ip netns add $namespace || exit 1
    trap finish EXIT
    mkdir -p /etc/netns/$namespace
    printf 'nameserver 127.0.0.1\\nsearch default.svc.cluster.local svc.cluster.local cluster.local\\noptions ndots:5\\n' \
      >/etc/netns/$namespace/resolv.conf
    printf 'hosts: dns\\n' >/etc/netns/$namespace/nsswitch.conf
    ip -n $namespace link set lo up
    ip -n $namespace address add 10.9.9.9/32 dev lo # the C library asks for IPv4 only where an interface has an address
    ip netns exec $namespace "$program" serve --conf Corefile --manifests cluster.yaml --api none >log 2>&1 &
    server=$!
    ask() { ip netns exec $namespace getent "$@"; }
    for try in $(seq 100); do
      kill -0 $server 2>/dev/null || { cat log; exit 1; }
      ask ahostsv4 web.default.svc.cluster.local >/dev/null && break
      sleep 0.1
    done
    for name in web web.default web.default.svc.cluster.local db-0.db www.example.org gone gone.example.org; do
      echo "$name: $(ask ahostsv4 $name | awk 'NR == 1 { print $1 }' | grep . || echo none)"
    done
    echo "10.96.0.10: $(ask hosts 10.96.0.10 | awk '{ print $2 }')"
    """
}
