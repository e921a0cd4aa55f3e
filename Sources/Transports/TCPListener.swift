public import DNSWire
import FinishedAnswers
import Glibc
public import NIOCore
import NIOPosix
public import NetworkAddresses
public import QueryEngine
import Reclamation

/// What TCP clients are held to.
public struct TCPLimits: Sendable {
  /// Connections in all; the idlest goes when one more comes.
  public var connections = 10_000
  /// Connections of one client address; its idlest goes when one more comes.
  public var connectionsPerClient = 1_000
  /// Queries of one connection that the stages have at once; no more are read meanwhile.
  public var queriesInFlight = 100
  /// How long a connection may do nothing (RFC 7766 §6.2.3).
  public var idle: TimeAmount = .seconds(10)
  /// How long a message may take from its first octet to its last.
  public var partialMessage: TimeAmount = .seconds(4)
  /// How long a client may leave answers unread.
  public var unreadAnswers: TimeAmount = .seconds(10)

  /// The default limits.
  public init() {}
}

/// The TCP side of one address and port (RFC 7766): queries in a pipe, answered as each answer comes.
public final class TCPListener: Sendable {
  /// Where it listens; the port is the one that the system chose when any was asked for.
  public let address: NetworkAddresses.SocketAddress
  private let channel: any Channel
  private let table: ConnectionTable

  /// Opens the port.
  ///
  /// - Parameter onCut: hears of questions whose answers were cut because no message can be longer than 65,535 octets.
  /// - Parameter address: where.
  /// - Parameter server: what answers.
  /// - Parameter limits: how many connections there may be, and how long they may be idle.
  /// - Parameter group: the event loops that connections are spread over.
  public init(
    _ address: NetworkAddresses.SocketAddress, server: QueryServer, group: any EventLoopGroup,
    limits: TCPLimits = TCPLimits(),
    onCut: @escaping @Sendable (Question) -> Void = { _ in }
  ) async throws(ListenError) {
    let table = ConnectionTable(limits: limits)
    let loops = TCPLoops(group: group, server: server, limits: limits, table: table, onCut: onCut)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 4096)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      // One short read in turn: clients with long pipes must not keep a new one waiting.
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelOption(
        .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 2_048, maximum: 8_192)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            TCPConnection(loop: loops[channel.eventLoop], channel: channel))
        }
      }
    if address.address.family == .ipv6 {
      // IPv4 has a listener of its own: [::] must leave it the port.
      _ = bootstrap.serverChannelOption(ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only), value: 1)
    }
    do {
      // Not by host: resolving `::` fails where no interface has an IPv6 address.
      let place = try NIOCore.SocketAddress(ipAddress: address.address.description, port: Int(address.port))
      channel = try await bootstrap.bind(to: place).get()
    } catch let error as IOError {
      throw ListenError(address, .tcp, errno: error.errnoCode)
    } catch {
      throw .other(address, .tcp, errno: EINVAL)
    }
    self.address = NetworkAddresses.SocketAddress(
      address.address, port: channel.localAddress?.port.flatMap(UInt16.init) ?? address.port)
    self.table = table
  }

  /// Takes no more connections; those there are go on.
  public func stopAccepting() async {
    try? await channel.close()
  }

  /// Closes all connections.
  public func closeConnections() { table.closeAll() }

  /// How many connections there are.
  public var connectionCount: Int { table.count }
}

/// What the connections of one event loop share: the fast path, and its buffers. Used on that loop only.
@safe
final class TCPLoop {
  let server: QueryServer
  let limits: TCPLimits
  let table: ConnectionTable
  private let onCut: @Sendable (Question) -> Void
  private let number: Int
  private var plan: ServerPlan
  private var version: UInt64
  private var fast: FastPath
  /// How long the answer before took, in nanoseconds.
  private var lastAnswer: UInt64 = 0
  private let query: UnsafeMutableBufferPointer<UInt8>
  private let reply: UnsafeMutableBufferPointer<UInt8>

  /// Room for the longest message, and for the words that reach behind it.
  private static let room = 65_535 + 64

  init(
    server: QueryServer, limits: TCPLimits, table: ConnectionTable, number: Int,
    onCut: @escaping @Sendable (Question) -> Void
  ) {
    self.onCut = onCut
    self.server = server
    self.limits = limits
    self.table = table
    self.number = number
    plan = server.plan
    version = server.planVersion
    fast = FastPath(plan: plan, metrics: server.metrics)
    unsafe query = .allocate(capacity: Self.room)
    unsafe query.initialize(repeating: 0)
    unsafe reply = .allocate(capacity: Self.room)
    unsafe reply.initialize(repeating: 0)
  }

  deinit {
    unsafe query.deallocate()
    unsafe reply.deallocate()
  }

  /// Answers a message from finished answers, and appends the reply with its length to `output`.
  func answer(_ message: ByteBuffer, isIPv6: Bool, to output: inout ByteBuffer) -> FastOutcome {
    if server.planVersion != version {
      (plan, version) = (server.plan, server.planVersion)
      fast = FastPath(plan: plan, metrics: server.metrics)
    }
    let count = message.readableBytes
    unsafe message.withUnsafeReadableBytes { unsafe UnsafeMutableRawBufferPointer(query).copyMemory(from: $0) }
    let slot = server.reclaimer.enter(hint: number)
    defer { server.reclaimer.leave(slot) }
    let arrival = FastPath.Arrival(
      transport: .tcp, isIPv6: isIPv6, now: ServerClock.seconds, nanoseconds: lastAnswer)
    let start = ServerClock.nanoseconds
    defer { lastAnswer = ServerClock.nanoseconds &- start }
    let outcome = unsafe fast.answer(
      query.baseAddress.unsafelyUnwrapped, count: count, into: reply.baseAddress.unsafelyUnwrapped, plan: plan,
      arrival: arrival)
    fast.finishBatch()
    if case .reply(let length) = outcome {
      output.writeInteger(UInt16(length))
      unsafe output.writeBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(reply)[..<length]))
      unsafe noteCut(reply[2], of: message)
    }
    return outcome
  }

  /// Tells of an answer that was cut: its flags say so.
  ///
  /// - Parameter flags: the third octet of the reply.
  func noteCut(_ flags: UInt8, of message: ByteBuffer) {
    guard flags & 0x02 != 0, let query = try? Message(parsing: Array(message.readableBytesView)) else { return }
    query.questions.first.map(onCut)
  }
}

/// The loops' shared parts, one for each event loop.
///
/// Safety of the unchecked conformance: each part is used on its own loop only.
private struct TCPLoops: @unchecked Sendable {
  private let loops: [ObjectIdentifier: TCPLoop]

  init(
    group: any EventLoopGroup, server: QueryServer, limits: TCPLimits, table: ConnectionTable,
    onCut: @escaping @Sendable (Question) -> Void
  ) {
    var loops: [ObjectIdentifier: TCPLoop] = [:]
    for loop in group.makeIterator() {
      // Behind the slots that UDP workers take first.
      let number = Reclaimer.slotCount / 2 + loops.count
      loops[ObjectIdentifier(loop)] = TCPLoop(
        server: server, limits: limits, table: table, number: number, onCut: onCut)
    }
    self.loops = loops
  }

  subscript(loop: any EventLoop) -> TCPLoop {
    guard let part = loops[ObjectIdentifier(loop)] else { preconditionFailure("a connection on a foreign event loop") }
    return part
  }
}
