/// One directive's part in answering a query: it answers, changes question or answer, or leaves all to the next stage.
///
/// A stage is shared by all workers and lives until its configuration is replaced.
public protocol QueryStage: Sendable {
  /// The directive's name.
  static var name: String { get }

  /// Answers the query, or asks the next stage and passes on (changed or not) what that one answers.
  ///
  /// - Returns: the answer; `nil` drops the query in silence.
  func answer(_ query: Query, next: NextStage) async -> Response?

  /// What the stage means to the fast path.
  var fastPath: FastPathRole { get }

  /// Whether the stage can answer questions of a class other than IN; without such a stage a block refuses them.
  var takesOtherClasses: Bool { get }
}

extension QueryStage {
  /// The directive's name.
  public var name: String { Self.name }
  /// Only a few stages take other classes.
  public var takesOtherClasses: Bool { false }
}

/// The rest of the plan behind a stage.
public struct NextStage: Sendable {
  let plan: StagePlan
  let position: Int

  /// Asks the next stage. Behind the last one the answer is SERVFAIL, without AA.
  public func callAsFunction(_ query: Query) async -> Response? {
    guard position < plan.stages.count else {
      var response = Response(.servFail, to: query, failure: "no stage answers")
      response.servedBy = ""
      return response
    }
    let stage = plan.stages[position]
    var response = await stage.answer(query, next: NextStage(plan: plan, position: position + 1))
    // The stage that made the answer is the last one that it comes through without a name.
    if response?.servedBy == nil { response?.servedBy = stage.name }
    return response
  }

  /// The stages behind the one that was given this, in their order.
  public var stages: ArraySlice<any QueryStage> { plan.stages[position...] }

  /// Asks the server block that the name belongs to, from its first stage, with a question of our own: how a CNAME's target is found.
  public func fromStart(_ query: Query) async -> Response? {
    var query = query
    query.depth += 1
    guard let server = query.server else { return await plan.answer(query) }
    guard let (block, _) = server.block(for: query.question.name) else { return Response(.refused, to: query) }
    return await block.plan.answer(query)
  }

  /// The most questions that one query may ask in turn (``Query/depth``).
  public static let deepest = 10
}

/// The stages of one server block in their order.
public final class StagePlan: Sendable {
  /// The stages, first one first.
  public let stages: [any QueryStage]

  /// Whether any stage takes questions of a class other than IN.
  public let takesOtherClasses: Bool

  /// A plan of stages in their order.
  public init(stages: [any QueryStage]) {
    self.stages = stages
    takesOtherClasses = stages.contains { $0.takesOtherClasses }
  }

  /// Asks the first stage.
  public func answer(_ query: Query) async -> Response? {
    await NextStage(plan: self, position: 0)(query)
  }
}
