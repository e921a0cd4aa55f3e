import Synchronization

/// What the API does with one request for slices.
enum Act: Sendable {
  /// A list of one slice with these addresses.
  case list(version: Int, [String])
  /// An answer of its own.
  case answer(Int, String)
  /// A watch that says this, and then…
  case watch([String], then: Ending)
  /// No answer.
  case silence
  /// The act, when the gate is open.
  indirect case when(Gate, Act)

  enum Ending { case end, cut, hold }
}

/// An API with the Service `web` in the namespace `shop`, whose slices are a matter of two scripts.
final class ScriptedAPI: Sendable {
  private struct State {
    var lists: [Act]
    var watches: [Act]
    var requests: [String] = []
  }

  private let state: Mutex<State>

  /// The last list is given again and again; the watch behind the last one is silent.
  init(lists: [Act], watches: [Act] = []) { state = Mutex(State(lists: lists, watches: watches)) }

  /// What was asked of slices: `list`, `watch 7`.
  var requests: [String] { state.withLock { $0.requests } }

  func run(_ target: String, _ connection: Connection) async throws {
    let isWatch = target.contains("watch=true")
    guard target.hasPrefix("/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices?") else {
      try await perform(isWatch ? .watch([], then: .hold) : .answer(200, Self.services), connection)
      return
    }
    try await perform(next(isWatch, target), connection)
  }

  private func next(_ isWatch: Bool, _ target: String) -> Act {
    state.withLock { state in
      guard isWatch else {
        state.requests.append("list")
        return state.lists.count > 1 ? state.lists.removeFirst() : state.lists[0]
      }
      state.requests.append("watch \(target.split(separator: "resourceVersion=").last ?? "")")
      return state.watches.isEmpty ? .watch([], then: .hold) : state.watches.removeFirst()
    }
  }

  private func perform(_ act: Act, _ connection: Connection) async throws {
    switch act {
    case .list(let version, let addresses): try await connection.answer(200, Self.slices(version, addresses))
    case .answer(let status, let body): try await connection.answer(status, body)
    case .silence: await connection.hold()
    case .when(let gate, let act):
      await gate.wait()
      try await perform(act, connection)
    case .watch(let texts, let ending):
      try await connection.beginStream()
      for text in texts { try await connection.chunk(text) }
      switch ending {
      case .end: try await connection.send("0\r\n\r\n")
      case .cut: break
      case .hold: await connection.hold()
      }
    }
  }
}

extension ScriptedAPI {
  private static let services = """
    {"kind":"ServiceList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"web",\
    "namespace":"shop","resourceVersion":"1"},"spec":{"ports":[{"name":"http","port":80,"protocol":"TCP"}]}}]}
    """

  private static func slices(_ version: Int, _ addresses: [String]) -> String {
    """
    {"kind":"EndpointSliceList","apiVersion":"discovery.k8s.io/v1","metadata":{"resourceVersion":"\(version)"},\
    "items":[\(slice(version, addresses))]}
    """
  }

  private static func slice(_ version: Int, _ addresses: [String]) -> String {
    let endpoints = addresses.map { #"{"addresses":["\#($0)"],"conditions":{"ready":true}}"# }
    return """
      {"metadata":{"name":"web-1","namespace":"shop","resourceVersion":"\(version)",\
      "labels":{"kubernetes.io/service-name":"web"}},"addressType":"IPv4",\
      "endpoints":[\(endpoints.joined(separator: ","))],"ports":[{"name":"http","port":8080,"protocol":"TCP"}]}
      """
  }

  /// A line of a watch.
  static func event(_ type: String, _ version: Int, _ addresses: [String] = []) -> String {
    #"{"type":"\#(type)","object":\#(slice(version, addresses))}"# + "\n"
  }

  /// The line with which a watch says that it has failed.
  static func failure(_ code: Int) -> String {
    #"{"type":"ERROR","object":{"kind":"Status","code":\#(code),"reason":"Expired","message":"too old"}}"# + "\n"
  }
}
