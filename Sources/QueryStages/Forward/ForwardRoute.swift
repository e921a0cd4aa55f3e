import DNSWire
import NetworkAddresses
import QueryEngine
import Synchronization

/// One `forward` line: its upstreams, and how a question goes from one to the other.
final class ForwardRoute: Sendable {
  let settings: ForwardSettings
  private let targets: [ForwardTarget]
  private let world: ForwardWorld
  private let flights = ForwardFlights()
  private let turn = Atomic<Int>(0)
  private let concurrent = Atomic<Int>(0)

  /// How long a query may take in all: an answer should come before clients' usual five seconds are over.
  static let deadline: Duration = .milliseconds(4750)
  /// So often one upstream is asked for one query at most.
  private static let mostTriesPerTarget = 3

  /// - Precondition: at least one server.
  init(servers: [SocketAddress], settings: ForwardSettings, world: ForwardWorld) {
    precondition(!servers.isEmpty)
    self.settings = settings
    self.world = world
    targets = servers.map { ForwardTarget($0, settings: settings, world: world) }
  }

  /// How a question ended.
  enum Outcome: Sendable {
    case answer(Message)
    case failure(String)
    case cancelled
  }

  /// Answers a query, together with those that ask the same at the same time.
  func answer(_ query: Query) async -> Response {
    defer { concurrent.wrappingSubtract(1, ordering: .relaxed) }
    guard enters() else { return refusal(query) }
    let question = ForwardQuestion(query, over: settings.transport(for: query.origin.transport))
    return response(await flights.join(question, { await ask(question) }), of: question, to: query)
  }

  /// Counts one more query; whether it may go on.
  private func enters() -> Bool {
    let running = concurrent.wrappingAdd(1, ordering: .relaxed).newValue
    return settings.maxConcurrent == 0 || running <= settings.maxConcurrent
  }

  private func refusal(_ query: Query) -> Response {
    world.metrics.rejects.add(1)
    return Response(.refused, to: query, failure: "concurrent queries exceeded maximum \(settings.maxConcurrent)")
  }

  /// What the client gets. Not part of the frame that waits.
  @inline(never)
  private func response(_ outcome: Outcome, of question: ForwardQuestion, to query: Query) -> Response {
    switch outcome {
    case .answer(let message): question.response(message, to: query)
    case .failure(let text): Response(.servFail, to: query, failure: text)
    case .cancelled: Response(.servFail, to: query, failure: UpstreamError.cancelled.text)
    }
  }

  /// Whether the next matching line is to be asked after this answer.
  func passesOn(_ message: Message) -> Bool {
    if settings.nextOnNoData, message.responseCode == .noError, message.answers.isEmpty { return true }
    return settings.next.contains(message.responseCode)
  }
}

// MARK: - From one upstream to the other

extension ForwardRoute {
  /// Asks one upstream after the other until one answers or time is up.
  private func ask(_ question: ForwardQuestion) async -> Outcome {
    var attempts = ForwardAttempts(order: order(), maximum: settings.maxConnectAttempts)
    let deadline = world.clock.now() + Self.deadline
    while world.clock.now() < deadline, let index = nextTarget(&attempts) {
      do throws(UpstreamError) {
        let message = try await targets[index].exchange(question.message, over: question.transport, until: deadline)
        guard settings.failover.contains(message.responseCode) else { return .answer(message) }
        attempts.failedOver(index, message)
      } catch .cancelled {
        return .cancelled
      } catch {
        attempts.failed(index, error, mostTries: Self.mostTriesPerTarget)
      }
    }
    return attempts.outcome
  }

  private func order() -> [Int] {
    var random = SystemRandomNumberGenerator()
    let turn = turn.wrappingAdd(1, ordering: .relaxed).oldValue & Int.max
    return settings.policy.order(count: targets.count, turn: turn, using: &random)
  }

  /// Whom to ask next; `nil` when there is nobody left.
  private func nextTarget(_ attempts: inout ForwardAttempts) -> Int? {
    if let index = attempts.next(isDown: { targets[$0].isDown }) { return index }
    guard attempts.areAllDown else { return nil }
    world.metrics.healthcheckBroken.add(1)
    return settings.failsFast ? nil : attempts.nextOfAny()
  }
}
