import ClusterModel
import Glibc
import Synchronization

/// The last good sets of a source, in memory and in a folder: one file a target.
final class KeptSets: Sendable {
  private struct State {
    var sets: [Target: KeptCourse.Kept] = [:]
    /// When which set was last written.
    var written: [Target: KeptCourse.Kept] = [:]
    /// What is wrong with a file was said.
    var damaged: Set<Target> = []
  }

  private let folder: String
  private let report: @Sendable (DiscoveryError) -> Void
  private let state = Mutex(State())
  /// How often a set that stays the same is written, so that its file says that it is still good.
  private let interval: Duration
  private static let limit = 64 << 20

  init(
    _ folder: String, maximumAge: Duration, _ report: @escaping @Sendable (DiscoveryError) -> Void
  ) throws(DiscoveryError) {
    self.folder = folder
    interval = min(maximumAge / 10, .seconds(60))
    self.report = report
    try FileContents.prepareFolder(folder)
  }

  /// The last good set of a target, from this process or an earlier one. A file that is damaged is said once, and left as it is.
  func last(_ target: Target) -> KeptCourse.Kept? {
    let (kept, problem) = state.withLock { state -> (KeptCourse.Kept?, DiscoveryError?) in
      if let known = state.sets[target] { return (known, nil) }
      do throws(DiscoveryError) {
        let kept = try KeptFile.read(path(target), target, upTo: Self.limit)
        state.sets[target] = kept
        return (kept, nil)
      } catch {
        return (nil, error.reason != .notFound && state.damaged.insert(target).inserted ? error : nil)
      }
    }
    if let problem { report(problem) }
    return kept
  }

  /// Keeps a good set; its file is written when the set is another one, or was last written some time ago. One at a time, so that
  /// two do not write the same file.
  func keep(_ kept: KeptCourse.Kept, always: Bool = false) {
    reporting { state throws(DiscoveryError) in
      let target = kept.set.target
      state.sets[target] = kept
      if !always, let last = state.written[target], kept.goodAt - last.goodAt < interval, kept.set.asOf == last.set.asOf
      {
        return
      }
      state.written[target] = kept
      try FileContents.replace(path(target), with: KeptFile.text(kept))
      state.damaged.remove(target)
    }
  }

  /// The source says that the target is not there.
  func forget(_ target: Target) {
    reporting { state throws(DiscoveryError) in
      state.sets[target] = nil
      state.written[target] = nil
      try FileContents.remove(path(target))
    }
  }

  /// Reports what goes wrong, when the lock is free again.
  private func reporting(_ body: (inout State) throws(DiscoveryError) -> Void) {
    do throws(DiscoveryError) {
      try state.withLock { state throws(DiscoveryError) in try body(&state) }
    } catch {
      report(error)
    }
  }

  private func path(_ target: Target) -> String { "\(folder)/\(KeptFile.name(target)).json" }
}

/// One kept set as JSON: `{"target": …, "goodAt": seconds since 1970, "revision": …, "sessionAffinity": seconds, "endpoints": […]}`.
enum KeptFile {
  /// A text that no other target has: `_http._tcp.web.shop.svc.cluster.local`.
  static func name(_ target: Target) -> String {
    "_\(target.port.map { "\($0)" } ?? "")._\(target.transport.rawValue).\(target.domainName)"
  }

  static func text(_ kept: KeptCourse.Kept) -> [UInt8] {
    let age = max(ContinuousClock.now - kept.goodAt, .zero)
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("target", name(kept.set.target))
      writer.member("goodAt", max(wallClock() - age.components.seconds, 0))
      writer.member("revision", kept.set.revision)
      if let affinity = kept.set.sessionAffinity { writer.member("sessionAffinity", affinity.components.seconds) }
      writer.key("endpoints")
      writer.array { writer in for endpoint in kept.set.endpoints { endpoint.write(to: &writer) } }
    }
    writer.finishDocument()
    return writer.bytes
  }

  /// - Throws: `notFound` when there is no file, `malformed` with file, line and column for one that is damaged.
  static func read(_ path: String, _ target: Target, upTo limit: Int) throws(DiscoveryError) -> KeptCourse.Kept {
    let node = try DocumentNode.file(path, upTo: limit)
    return try DocumentNode.located(path) { () throws(DocumentError) in try kept(node, target) }
  }

  private static func kept(_ node: DocumentNode, _ target: Target) throws(DocumentError) -> KeptCourse.Kept {
    guard node["target"]?.string == name(target) else {
      throw DocumentError("this is no kept set of \(target)", at: node.position)
    }
    guard let goodAt = node["goodAt"]?.integer, goodAt >= 0, let list = node["endpoints"] else {
      throw DocumentError("a kept set has \"goodAt\" and \"endpoints\"", at: node.position)
    }
    var endpoints: [Endpoint] = []
    for element in try list.elements() { endpoints.append(try Endpoint(element)) }
    let affinity = node["sessionAffinity"]?.integer.flatMap { (1...86_400).contains($0) ? Duration.seconds($0) : nil }
    // A wall clock that was set back makes ages negative: they count as none.
    let since = ContinuousClock.now - .seconds(max(wallClock() - goodAt, 0))
    let set = EndpointSet(
      target, endpoints, revision: node["revision"]?.string ?? "", asOf: since, sessionAffinity: affinity)
    return KeptCourse.Kept(set: set, goodAt: since)
  }

  /// Seconds since 1970.
  private static func wallClock() -> Int64 { Int64(time(nil)) }
}
