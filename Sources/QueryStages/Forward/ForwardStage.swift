import DNSWire
import QueryEngine

/// The directive `forward`: asks upstream servers.
///
/// A block may have several lines; the one with the longest matching FROM is asked first.
final class ForwardStage: QueryStage {
  static let name = "forward"

  /// The lines, the longest FROM first.
  private let routes: [ForwardRoute]

  init(routes: [ForwardRoute]) {
    self.routes = routes.enumerated().sorted { a, b in
      let (x, y) = (a.element.settings.from.labelCount, b.element.settings.from.labelCount)
      return x == y ? a.offset < b.offset : x > y
    }.map(\.element)
  }

  func answer(_ query: Query, next: NextStage) async -> Response? {
    let matching = routes.filter { $0.settings.matches(query.question.name) }
    guard let last = matching.last else { return await next(query) }
    for route in matching {
      let response = await route.answer(query)
      if response.failure != nil || route === last || !route.passesOn(response.message) { return response }
    }
    return await next(query)
  }

  var fastPath: FastPathRole { .opaque }

  /// Upstreams answer any class.
  var takesOtherClasses: Bool { true }
}
