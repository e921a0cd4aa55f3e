// ClusterDiscoveryDNS: DNS as a source of endpoint sets.
//
// A lookup is `TargetLookup`: which questions, and what their answers mean. `StubResolver` asks one question of the servers, `ReplyReading`
// judges one reply, `RefreshTimes` says when to ask again. The sockets are those of Transports' UpstreamClient.

public import ClusterDiscovery
import NetworkAddresses
public import QueryEngine
import Transports

/// Whom to ask, and how: what resolv.conf(5) says.
public typealias ResolverConfiguration = QueryEngine.ResolverConfiguration

/// DNS as a source of endpoint sets.
///
/// | target | what is asked | what an endpoint is |
/// |---|---|---|
/// | `web.shop:http` | SRV of `_http._tcp.web.shop.svc.cluster.local`, then A and AAAA of its hosts, unless the answer brings them along | a host's address with the record's port and weight |
/// | `web.shop:8080` | A and AAAA of `web.shop.svc.cluster.local` | an address, with the port 8080 |
/// | `web.shop` | SRV of `web.shop.svc.cluster.local`, which lists all ports | as with a port's name; with several ports the error says to name one |
///
/// A Service with a ClusterIP is one endpoint in DNS; a headless one has its instances there.
///
/// * **When.** A subscription asks again when the shortest TTL of what it was told runs out, or for a denial, what its SOA record allows (RFC
///   2308), within ``DNSSourceSettings/refresh``; after a failure with growing pauses. ``lookup(_:)`` always asks.
/// * **Not there.** NXDOMAIN is `DiscoveryError.Reason.notFound`. So is a headless Service without ready endpoints: DNS
///   tells both alike. A name that exists, without records of the type (NODATA), is a set without endpoints.
/// * **Priorities** (RFC 2782). Endpoints of the lowest priority that has addresses are ready. The others are not ready but serving, so that
///   they are used when none of those is there; their `metadata["priority"]` says which they have.
/// * **Weights** (RFC 2782). A host's weight is shared by its addresses. Of weight 0 becomes the smallest there is.
/// * **Failures.** SERVFAIL, silence, refusals, referrals and truncation that TCP does not mend lead to the next server; when no server is left, to
///   `DiscoveryError.Reason.unavailable`. An answer of which a part is missing is no answer.
public struct DNSSource: DiscoverySource {
  /// `DNS 10.96.0.10:53`, with all servers.
  public let name: String

  private let resolver: StubResolver
  private let settings: DNSSourceSettings
  private let sleep: @Sendable (Duration) async throws -> Void

  /// How many questions may be on their way at a time, for all subscriptions.
  private static let mostQuestions = 512

  /// Asks the servers of a configuration.
  ///
  /// - Throws: `DiscoveryError.Reason.unavailable` when the system has no descriptors or threads left.
  public init(_ configuration: ResolverConfiguration, settings: DNSSourceSettings = .init()) throws(DiscoveryError) {
    let client: UpstreamClient
    do throws(UpstreamError) {
      client = try UpstreamClient(maximumSockets: Self.mostQuestions)
    } catch {
      throw DiscoveryError(.unavailable, "no sockets for questions to DNS servers: \(error.text)")
    }
    self.init(configuration, settings: settings, upstream: client)
  }

  /// Asks the servers of a file in the form of resolv.conf(5), which is read now.
  ///
  /// - Throws: `DiscoveryError.Reason.unavailable` when the file cannot be read or names no server that can be used.
  public init(
    resolvConf path: String = "/etc/resolv.conf", settings: DNSSourceSettings = .init()
  ) throws(DiscoveryError) {
    try self.init(try ResolverConfiguration(file: path), settings: settings)
  }

  /// For tests: with sockets and pauses of their own.
  init(
    _ configuration: ResolverConfiguration, settings: DNSSourceSettings = .init(), upstream: any Upstream,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    name = "DNS \(configuration.servers.map(\.description).joined(separator: ", "))"
    resolver = StubResolver(configuration, upstream: upstream)
    self.settings = settings
    self.sleep = sleep
  }

  /// The endpoints that the servers tell now. Takes at most the timeout for each server and attempt, for each of three questions in a row.
  public func lookup(_ target: Target) async throws(DiscoveryError) -> EndpointSet {
    try await find(target).update.get()
  }

  /// The endpoints now, and again whenever what was told runs out.
  public func subscribe(to target: Target) -> EndpointUpdates {
    EndpointUpdates { publisher in
      var times = RefreshTimes(within: settings.refresh)
      var generator = SystemRandomNumberGenerator()
      while !Task.isCancelled {
        let found = await find(target)
        guard !Task.isCancelled else { return }
        publisher.publish(found.update)
        let pause = times.pause(afterTTL: found.ttl, using: &generator)
        guard (try? await sleep(pause)) != nil else { return }
      }
    }
  }

  private func find(_ target: Target) async -> FoundEndpoints {
    await TargetLookup(target, settings: settings, resolver: resolver).run()
  }
}

/// How a ``DNSSource`` asks.
public struct DNSSourceSettings: Sendable, Hashable {
  /// What makes a target's name a complete one.
  public enum Completion: Sendable, Hashable {
    /// The target's cluster domain: one question, and no other name can be meant.
    case clusterDomain
    /// The search list and `ndots` of the resolver's configuration: `web.shop.svc` with `cluster.local` from there. For programs that do not know
    /// the domain of the cluster that they run in.
    case searchList
  }

  /// What makes a target's name a complete one.
  public let completion: Completion
  /// Which addresses count. DNS does not tell a Service's first family: it is IPv4 where there are such addresses.
  public let families: EndpointFamilies
  /// The shortest and the longest time from one question of a subscription to the next, whatever the TTLs say: 1 s to a day.
  public let refresh: ClosedRange<Duration>

  /// Complete names, each instance once, and a question every 1 to 30 s, unless something else is said.
  public init(
    completion: Completion = .clusterDomain, families: EndpointFamilies = .first,
    refresh: ClosedRange<Duration> = .seconds(1) ... .seconds(30)
  ) {
    self.completion = completion
    self.families = families
    self.refresh = refresh.clamped(to: .seconds(1) ... .seconds(86_400))
  }
}

extension ResolverConfiguration {
  /// Longer than any resolv.conf, in octets.
  private static let longestFile = 1 << 20

  /// Reads a file in the form of resolv.conf(5). One that names no server means the host itself.
  fileprivate init(file path: String) throws(DiscoveryError) {
    do throws(DiscoveryError) {
      self.init(resolvConf: String(decoding: try FileContents.read(path, upTo: Self.longestFile), as: UTF8.self))
    } catch {
      throw DiscoveryError(.unavailable, "\(error.message); name the DNS servers instead")
    }
    guard servers.isEmpty else { return }
    if let first = unusable.first {
      throw DiscoveryError(
        .unavailable, "\(path): the name server \(first) cannot be used; name the DNS servers instead")
    }
    servers = [SocketAddress(.v4(.loopback), port: 53)]
  }
}
