import CLinux
import DNSWire
import FinishedAnswers
import Glibc
import NetworkAddresses
import QueryEngine
import Reclamation
import Synchronization

/// One thread with one UDP socket: takes a batch of datagrams, answers what it can at once, hands the rest to the stages, and sends the batch.
final class UDPWorker: Sendable {
  let socket: OpenSocket
  private let server: QueryServer
  /// The server's, held here: reaching it through the server would count references in each batch.
  private let reclaimer: Reclaimer
  private let number: Int
  private let local: SocketAddress

  /// The socket, shared with the answers that stages give later: closed when the last of them is gone.
  final class OpenSocket: Sendable {
    let socket: UDPSocket
    init(_ socket: consuming UDPSocket) { self.socket = socket }
  }

  /// - Parameter number: tells the workers of a process apart.
  init(socket: consuming UDPSocket, local: SocketAddress, server: QueryServer, number: Int) {
    self.socket = OpenSocket(socket)
    self.local = local
    self.server = server
    reclaimer = server.reclaimer
    self.number = number
  }

  /// Runs until the socket is told to stop receiving.
  func run() {
    let batch = DatagramBatch(wantsDestination: local.address.isUnspecified)
    var plan = server.plan
    var version = server.planVersion
    var fast = FastPath(plan: plan, metrics: server.metrics)
    var lastBatch: UInt64 = 0
    while true {
      let count = batch.receive(socket.socket.descriptor)
      guard count > 0 else {
        if count == 0 || count == -EBADF { return }
        continue
      }
      if server.planVersion != version {
        (plan, version) = (server.plan, server.planVersion)
        fast = FastPath(plan: plan, metrics: server.metrics)
      }
      let start = ServerClock.nanoseconds
      answer(batch, count: count, plan: plan, fast: &fast, duration: lastBatch)
      batch.send(socket.socket.descriptor)
      fast.finishBatch()
      lastBatch = ServerClock.nanoseconds &- start
    }
  }

  /// Answers the datagrams of the batch, as a reader of finished answers: each step for all of them, so that the memory that the next step
  /// needs is on its way meanwhile.
  private func answer(_ batch: DatagramBatch, count: Int, plan: ServerPlan, fast: inout FastPath, duration: UInt64) {
    let slot = reclaimer.enter(hint: number)
    defer { reclaimer.leave(slot) }
    let arrival = FastPath.Arrival(
      transport: .udp, isIPv6: local.address.family == .ipv6, now: ServerClock.seconds, nanoseconds: duration)
    for index in 0..<count {
      // One that must not be answered is read as nothing.
      let length = batch.isAnswerable(index, at: local) ? batch.length(index) : 0
      unsafe fast.read(batch.packet(index), count: length, at: index, plan: plan)
    }
    for index in 0..<count { fast.fetchAnswers(at: index) }
    for index in 0..<count {
      let outcome = unsafe fast.answer(
        batch.packet(index), count: batch.length(index), at: index, into: batch.replyBuffer, plan: plan,
        arrival: arrival)
      switch outcome {
      case .reply(let length): batch.addReply(to: index, length: length)
      case .silence: continue
      case .stages: askStages(batch, index)
      }
    }
  }

  /// Has the stages answer a datagram; the answer leaves when it is there.
  private func askStages(_ batch: DatagramBatch, _ index: Int) {
    guard let client = batch.client(index), let ticket = StageTickets.take() else { return }
    let packet = batch.octets(index)
    let destination = batch.destination(index) ?? local.address
    let origin = QueryOrigin(
      client: client, local: SocketAddress(destination, port: local.port), transport: .udp)
    let (server, socket) = (server, socket)
    let fromAnyAddress = local.address.isUnspecified
    Task {
      defer { ticket.giveBack() }
      guard let reply = await server.answer(packet, from: origin) else { return }
      Datagram(reply, to: client, from: fromAnyAddress ? destination : nil).send(socket.socket.descriptor)
    }
  }
}

/// How many queries may be with the stages at once; further ones are dropped, and their clients ask again.
///
/// One that waits for an upstream costs up to 18 KiB: as many as may wait stay below 64 MiB.
struct StageTickets: Sendable {
  private static let limit = 3_200
  private static let taken = Atomic<Int>(0)

  static func take() -> StageTickets? {
    if taken.wrappingAdd(1, ordering: .relaxed).oldValue < limit { return StageTickets() }
    taken.wrappingSubtract(1, ordering: .relaxed)
    return nil
  }

  func giveBack() { Self.taken.wrappingSubtract(1, ordering: .relaxed) }
}
