import DNSWire
import FinishedAnswers
import Logging
import NIOCore
import NIOPosix
import NetworkAddresses
import QueryEngine
import Reclamation
import Synchronization
import Transports

/// The sockets that are open, by address. A new configuration keeps those that it still needs, so that no query is lost.
actor Listeners {
  private let metrics: MetricsRegistry
  private let reclaimer: Reclaimer
  private let limits: TCPLimits
  private let log: Logger
  private let cut: CutAnswers
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: UDPListener.cores)
  private var open: [NetworkAddresses.SocketAddress: Listener] = [:]

  /// Both transports of one address and port.
  private struct Listener {
    let server: QueryServer
    let udp: UDPListener
    let tcp: TCPListener

    func stop() async {
      udp.stop()
      await tcp.stopAccepting()
      tcp.closeConnections()
    }
  }

  init(metrics: MetricsRegistry, reclaimer: Reclaimer, limits: TCPLimits, log: Logger) {
    self.metrics = metrics
    self.reclaimer = reclaimer
    self.limits = limits
    self.log = log
    cut = CutAnswers(log: log)
  }

  /// The addresses that are open.
  var addresses: [NetworkAddresses.SocketAddress] {
    open.values.map(\.udp.address).sorted { $0.description < $1.description }
  }

  /// Answers at these addresses with these blocks from now on, and at no others.
  ///
  /// - Throws: when an address cannot be opened; then everything is as it was before.
  func replace(with blocks: [NetworkAddresses.SocketAddress: [BlockPlan]]) async throws(ListenError) {
    var opened: [NetworkAddresses.SocketAddress: Listener] = [:]
    for (address, plans) in blocks where open[address] == nil {
      do {
        opened[address] = try await listen(address, plans)
      } catch .other(let place, _, errno: EAFNOSUPPORT) where place.address.isUnspecified {
        log.warning("\(place): the system has no IPv6; serving IPv4 only")
      } catch {
        for listener in opened.values { await listener.stop() }
        throw error
      }
    }
    for (address, listener) in open {
      if let plans = blocks[address] {
        listener.server.plan = ServerPlan(blocks: plans)
      } else {
        open[address] = nil
        await listener.stop()
      }
    }
    open.merge(opened) { $1 }
  }

  private func listen(_ address: NetworkAddresses.SocketAddress, _ plans: [BlockPlan]) async throws(ListenError)
    -> Listener
  {
    let server = QueryServer(plan: ServerPlan(blocks: plans), metrics: metrics.queries, reclaimer: reclaimer)
    let udp = try UDPListener(address, server: server)
    do {
      return Listener(
        server: server, udp: udp,
        tcp: try await TCPListener(
          udp.address, server: server, group: group, limits: limits, onCut: { [cut] in cut.note($0) }))
    } catch {
      udp.stop()
      throw error
    }
  }

  /// Closes everything.
  func stop() async {
    for listener in open.values { await listener.stop() }
    open = [:]
    try? await group.shutdownGracefully()
  }
}

/// Warns of answers that are longer than any message can be, once a minute at most.
private final class CutAnswers: Sendable {
  private let log: Logger
  private let last = Mutex<ContinuousClock.Instant?>(nil)

  init(log: Logger) { self.log = log }

  func note(_ question: Question) {
    let now = ContinuousClock.now
    let isDue = last.withLock { last in
      if let last, now - last < .seconds(60) { return false }
      last = now
      return true
    }
    guard isDue else { return }
    log.warning(
      "the answer to \(question.name) \(question.type) is longer than a message can be (65535 octets): it was cut")
  }
}
