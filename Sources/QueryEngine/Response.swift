public import DNSWire

/// What a stage answers: a message, and what the stages before it want to know.
public struct Response: Sendable {
  /// The answer. A change makes the finished bytes void.
  public var message: Message {
    didSet { finished = nil }
  }
  /// The same answer as finished octets with the query's ID, question and flags, when a stage has them and nobody changed the message since.
  public private(set) var finished: [UInt8]?
  /// The messages that follow the first one over TCP, each made when it is sent: those of a zone transfer (RFC 5936 §2.2). `nil` for all other answers.
  public var following: (any Sequence<Message> & Sendable)?
  /// Why there is no better answer, for the directive `errors`; `nil` when nothing went wrong.
  public var failure: String?
  /// The name of the stage that gave the answer, which ``NextStage`` sets; empty when no stage did.
  public var servedBy: String?
  /// Until when the answer may be kept, beside its TTLs; see ``Freshness``.
  public var freshness: (any Freshness)?

  /// An answer that a stage gives.
  public init(_ message: Message, finished: [UInt8]? = nil, failure: String? = nil) {
    self.message = message
    self.finished = finished
    self.failure = failure
  }

  /// An answer to the query that has only a response code: REFUSED, SERVFAIL, …
  public init(_ code: ResponseCode, to query: Query, failure: String? = nil) {
    var message = Message.response(to: query.message)
    message.responseCode = code
    self.init(message, failure: failure)
  }
}

/// Tells a cache whether what it keeps is still what its source would answer.
///
/// The cluster zone's answers carry one, so that a change in the registry drops at once what it makes stale.
public protocol Freshness: Sendable {
  /// False as soon as the source would answer otherwise. Called for each cache hit: cheap, from any thread.
  var isFresh: Bool { get }
}
