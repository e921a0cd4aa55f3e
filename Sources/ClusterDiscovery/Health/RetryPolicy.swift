/// What an error says of the endpoint and of the request.
public enum FailureVerdict: Sendable, Hashable {
  /// The endpoint failed, and the request was not done: it may be sent to another one.
  case safeToRetry
  /// The endpoint failed, and nobody knows how far the request came.
  case endpointFailed
  /// The endpoint did its work and the answer is an error: a refusal, something that is not there.
  case answered
}

/// An error that says of itself what it means for the endpoint. Types of other packages may be made to say so:
/// `extension IOError: @retroactive EndpointFailure { … }`.
public protocol EndpointFailure: Error {
  /// What it says of the endpoint and of the request.
  var verdict: FailureVerdict { get }
}

/// Nobody listens at the endpoint: the request was not done.
public struct ConnectionRefused: EndpointFailure, Hashable {
  /// A refusal.
  public init() {}

  /// It may be sent to another endpoint.
  public var verdict: FailureVerdict { .safeToRetry }
}

/// Marks an error that another endpoint may be tried after. When none is tried, the caller sees the error within.
public struct SafeToRetry: EndpointFailure {
  /// What happened.
  public let error: any Error

  /// Marks an error.
  public init(_ error: any Error) { self.error = error }

  /// It may be sent to another endpoint.
  public var verdict: FailureVerdict { .safeToRetry }
}

/// How often a request is tried, and after which errors.
public struct RetryPolicy: Sendable {
  /// How often it is tried at most, each time on another endpoint; at least 1.
  public var attempts: Int
  /// What an error means.
  public var judge: @Sendable (any Error) -> FailureVerdict

  /// A policy.
  ///
  /// - Parameters:
  ///   - attempts: how often a request is tried at most, each time on another endpoint.
  ///   - judge: what an error means; without it, what the error says of itself (``EndpointFailure``), and
  ///     ``FailureVerdict/endpointFailed`` for one that does not.
  public init(attempts: Int = 3, judge: @escaping @Sendable (any Error) -> FailureVerdict = RetryPolicy.byItself) {
    self.attempts = attempts
    self.judge = judge
  }

  /// Three attempts, after errors that say of themselves that they are safe.
  public static var standard: Self { Self() }

  /// One attempt.
  public static var never: Self { Self(attempts: 1) }

  /// What an error says of itself.
  public static func byItself(_ error: any Error) -> FailureVerdict {
    (error as? any EndpointFailure)?.verdict ?? .endpointFailed
  }
}
