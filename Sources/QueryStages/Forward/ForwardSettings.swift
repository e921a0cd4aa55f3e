import DNSWire
import QueryEngine

/// What one `forward` line says beside its upstreams.
struct ForwardSettings: Sendable {
  /// The names that are forwarded: this one and those below it.
  var from = DomainName.root
  /// Names that are not forwarded, nor those below them, unless it is ``from`` itself.
  var except: [DomainName] = []
  /// Always TCP; goes before ``prefersUDP``.
  var forcesTCP = false
  /// UDP first, whatever the client used; what is truncated is asked again over TCP.
  var prefersUDP = false
  /// How long an idle TCP connection is kept.
  var expire: Duration = .seconds(10)
  /// So many failed probes in a row take an upstream down; 0 for no probes.
  var maxFails = 2
  /// The most questions to upstreams for one query; 0 for no bound but time.
  var maxConnectAttempts = 0
  var policy = ForwardPolicy.random
  var healthCheck = HealthCheck()
  /// The most queries at a time; 0 for no bound.
  var maxConcurrent = 0
  /// Response codes with which the next matching `forward` line is asked.
  var next: [ResponseCode] = []
  /// Whether an answer without records (NODATA) goes to the next matching line too.
  var nextOnNoData = false
  /// Response codes with which the next upstream is asked.
  var failover: [ResponseCode] = []
  /// SERVFAIL at once when all upstreams are down, instead of asking any one.
  var failsFast = false

  /// How an upstream is probed.
  struct HealthCheck: Sendable {
    var interval: Duration = .milliseconds(500)
    var recursionDesired = true
    var domain = DomainName.root
  }

  /// Whether this line is for the name.
  func matches(_ name: DomainName) -> Bool {
    guard name.isSubdomain(of: from) else { return false }
    return name == from || !except.contains { name.isSubdomain(of: $0) }
  }

  /// How upstreams are asked for a client that came over this transport.
  func transport(for client: Transport) -> UpstreamTransport {
    if forcesTCP { return .tcp }
    if prefersUDP { return .udp }
    return client == .tcp ? .tcp : .udp
  }
}

/// What the upstreams of a block share.
struct ForwardWorld: Sendable {
  let upstream: any Upstream
  let metrics: ForwardMetrics
  let probes: ForwardProbes
  let clock: StageClock
}
