import Corefile
import DNSWire
import NetworkAddresses
import QueryEngine

/// Reads `forward FROM TO… { … }`; each line is a route of one stage.
enum Forward: DirectiveReader {
  static let name = ForwardStage.name

  /// So many upstreams one line may have.
  private static let mostServers = 15

  static func read(_ lines: [Directive], into setup: BlockSetup) throws(CorefileError) {
    try read(lines, into: setup, clock: .system)
  }

  static func read(_ lines: [Directive], into setup: BlockSetup, clock: StageClock) throws(CorefileError) {
    let probes = ForwardProbes()
    let world = ForwardWorld(
      upstream: setup.environment.upstream, metrics: ForwardMetrics(setup.environment.metrics), probes: probes,
      clock: clock)
    var routes: [ForwardRoute] = []
    for line in lines { routes.append(try route(line, in: setup, world: world)) }
    setup.stages.append(ForwardStage(routes: routes))
    setup.services.append(probes)
  }

  private static func route(
    _ line: Directive, in setup: BlockSetup, world: ForwardWorld
  ) throws(CorefileError) -> ForwardRoute {
    try line.expectArguments(2...)
    var settings = ForwardSettings()
    settings.from = try from(line.arguments[0], in: setup)
    for option in line.options { try read(option, into: &settings) }
    var servers: [SocketAddress] = []
    for token in line.arguments.dropFirst() { servers += try Self.servers(token, in: setup) }
    guard servers.count <= mostServers else {
      throw line.arguments[1].error(
        "there are \(servers.count) upstreams", hint: "one line takes at most \(mostServers)")
    }
    return ForwardRoute(servers: servers, settings: settings, world: world)
  }

  /// FROM: one zone; of a prefix that makes several reverse zones only the first one counts, as in CoreDNS.
  private static func from(_ token: Token, in setup: BlockSetup) throws(CorefileError) -> DomainName {
    let zones = try [token].zoneNames()
    guard let first = zones.first else { throw token.error("\(token.shown) is no zone") }
    if zones.count > 1 {
      setup.environment.logger("plugin/forward").warning(
        "\(token.location): \(token.shown) makes \(zones.count) zones; only \(first) is forwarded")
    }
    return first
  }
}

// MARK: - TO

extension Forward {
  private static let defaultPort: UInt16 = 53

  /// The servers that a TO stands for: one, or those of a file.
  private static func servers(_ token: Token, in setup: BlockSetup) throws(CorefileError) -> [SocketAddress] {
    var text = token.text
    if let scheme = text.firstRange(of: "://") {
      try check(scheme: text[..<scheme.lowerBound].lowercased(), of: token)
      text.removeSubrange(..<scheme.upperBound)
    }
    if let server = SocketAddress(text, defaultPort: defaultPort) {
      guard server.port > 0 else { throw token.error("port 0 is no port of a server") }
      return [server]
    }
    if let percent = text.firstIndex(of: "%"), IPAddress(text[..<percent].drop { $0 == "[" }) != nil {
      throw token.error("\(token.shown) has a zone identifier", hint: "only addresses without one can be used")
    }
    guard text == token.text else { throw token.error("\(token.shown) is no address") }
    return try nameServers(token, in: setup)
  }

  private static func check(scheme: String, of token: Token) throws(CorefileError) {
    switch scheme {
    case "dns": return
    case "tls", "https", "quic", "grpc":
      throw token.error("forwarding over '\(scheme)://' comes with a later version", hint: "use dns://")
    default: throw token.error("unknown protocol '\(scheme)://'", hint: "use dns://")
    }
  }

  private static func nameServers(_ token: Token, in setup: BlockSetup) throws(CorefileError) -> [SocketAddress] {
    let octets: [UInt8]
    do {
      octets = try FileLoader.disk.read(setup.path(of: token.text))
    } catch {
      throw token.error(
        "\(token.shown) is neither an IP address nor a file that can be read: \(error.reason)",
        hint: "host names as upstreams come with a later version")
    }
    let file = ResolverConfiguration(resolvConf: String(decoding: octets, as: UTF8.self))
    guard !file.servers.isEmpty else {
      let cause = file.unusable.first.map { "; \($0) cannot be used" } ?? ""
      throw token.error("\(token.shown) names no name server\(cause)")
    }
    for address in file.unusable {
      setup.environment.logger("plugin/forward").warning(
        "\(token.location): \(token.shown): name server \(address) cannot be used")
    }
    return file.servers
  }
}

// MARK: - Options

extension Forward {
  private static let options = [
    "except", "force_tcp", "prefer_udp", "expire", "max_fails", "max_connect_attempts", "tls", "tls_servername",
    "policy",
    "health_check", "max_concurrent", "next", "next_on_nodata", "failover", "failfast_all_unhealthy_upstreams",
  ]

  private static func read(_ option: Directive, into settings: inout ForwardSettings) throws(CorefileError) {
    switch option.name.text {
    case "except": settings.except += try names(option)
    case "force_tcp": settings.forcesTCP = try flag(option)
    case "prefer_udp": settings.prefersUDP = try flag(option)
    case "expire": settings.expire = try option.onlyArgument("a duration").duration()
    case "max_fails": settings.maxFails = try number(option, "a number of failed probes")
    case "max_connect_attempts": settings.maxConnectAttempts = try number(option, "a number of attempts")
    case "max_concurrent": settings.maxConcurrent = try number(option, "a number of queries")
    case "policy": settings.policy = try policy(option)
    case "health_check": settings.healthCheck = try healthCheck(option)
    case "next": settings.next += try responseCodes(option)
    case "next_on_nodata": settings.nextOnNoData = try flag(option)
    case "failover": settings.failover += try failover(option)
    case "failfast_all_unhealthy_upstreams": settings.failsFast = try flag(option)
    case "tls", "tls_servername":
      throw option.error("\(option.name.shown): forwarding over TLS comes with a later version")
    default: throw option.unknownOption(in: options)
    }
  }

  private static func flag(_ option: Directive) throws(CorefileError) -> Bool {
    try option.expectNoArguments()
    try option.expectNoBlock()
    return true
  }

  private static func number(_ option: Directive, _ what: String) throws(CorefileError) -> Int {
    try option.onlyArgument(what).integer(in: 0...Int(UInt32.max), what: what)
  }

  private static func names(_ option: Directive) throws(CorefileError) -> [DomainName] {
    try option.expectArguments(1...)
    return try option.arguments.zoneNames()
  }

  private static func policy(_ option: Directive) throws(CorefileError) -> ForwardPolicy {
    let word = try option.onlyArgument("a policy").choice(of: ForwardPolicy.allCases.map(\.rawValue), what: "policy")
    return ForwardPolicy(rawValue: word) ?? .random
  }

  private static func responseCodes(_ option: Directive) throws(CorefileError) -> [ResponseCode] {
    try option.expectArguments(1...)
    var codes: [ResponseCode] = []
    for token in option.arguments {
      guard let code = ResponseCode(token.text) else {
        throw token.error("\(token.shown) is no response code", hint: "write it like NXDOMAIN or SERVFAIL")
      }
      codes.append(code)
    }
    return codes
  }

  private static func failover(_ option: Directive) throws(CorefileError) -> [ResponseCode] {
    let codes = try responseCodes(option)
    if let index = codes.firstIndex(of: .noError) {
      throw option.arguments[index].error("'NOERROR' is an answer that no other upstream is asked after")
    }
    return codes
  }

  /// `health_check DURATION [no_rec] [domain FQDN]`.
  private static func healthCheck(_ option: Directive) throws(CorefileError) -> ForwardSettings.HealthCheck {
    try option.expectArguments(1...4)
    var check = ForwardSettings.HealthCheck()
    check.interval = try option.arguments[0].duration(in: .milliseconds(1) ... .seconds(86_400))
    var rest = option.arguments.dropFirst()
    while let word = rest.popFirst() {
      switch try word.choice(of: ["no_rec", "domain"], what: "option of health_check") {
      case "no_rec": check.recursionDesired = false
      default:
        guard let name = rest.popFirst(), let domain = try [name].zoneNames().first else {
          throw word.error("'domain' needs a name")
        }
        check.domain = domain
      }
    }
    return check
  }
}
