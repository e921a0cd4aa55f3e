/// Every directive, in the one order in which their stages see a query. The order in a Corefile does not matter.
///
/// It is CoreDNS's own order (its `plugin.cfg`), so that a Corefile means the same here.
let stageOrder: [any DirectiveReader.Type] = [
  Root.self,
  Reload.self,
  Bind.self,
  Ready.self,
  Health.self,
  Prometheus.self,
  Errors.self,
  Log.self,
  Loadbalance.self,
  Cache.self,
  Template.self,
  Transfer.self,
  Hosts.self,
  Kubernetes.self,
  File.self,
  Auto.self,
  Loop.self,
  Forward.self,
  Whoami.self,
]

/// CoreDNS's directives that are not built here yet, each with what an error says about it.
let directivesToCome: [String: String] = {
  let built = Set(stageOrder.map { $0.name })
  return Dictionary(
    uniqueKeysWithValues: coreDNSDirectives.filter { !built.contains($0) }.map { ($0, "it comes with a later version") }
  )
}()

/// The directives of CoreDNS 1.14, in its order.
private let coreDNSDirectives = [
  "root", "metadata", "geoip", "cancel", "proxyproto", "quic", "grpc_server", "https", "https3", "timeouts",
  "multisocket", "reload",
  "nsid", "bufsize", "bind", "debug", "trace", "ready", "health", "pprof", "shed", "prometheus", "errors", "log",
  "dnstap", "local",
  "dns64", "any", "chaos", "loadbalance", "tsig", "rewrite", "autopath", "acl", "cache", "header", "dnssec", "tls",
  "minimal",
  "template", "transfer", "hosts", "k8s_external", "kubernetes", "file", "auto", "secondary", "etcd", "loop", "forward",
  "grpc",
  "erratic", "whoami", "sign", "view",
]
