import ClockJump
import ClusterDiscovery
import Foundation

/// What goes wrong with the wall clock.
let clockFaults = [Fault("clock jumps", clockJumps)]

/// The clock jumps while the endpoints are those of a file that cannot be read any more: they have an age, and nobody may
/// measure it by the wall clock. (The clock that it is measured by cannot be set, so that no program can have it jump.)
@Sendable private func clockJumps() async throws -> String {
  let folder = FileManager.default.temporaryDirectory.appending(path: "hello-faults-\(UUID())")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let file = folder.appending(path: "endpoints.json")
  try write(try await Instance.some(3), to: file)
  let source = FileSource(file.path, checkedEvery: .milliseconds(100))
  let kept = try KeptSource(wrapping: source, folder: folder.appending(path: "kept").path) { print($0) }
  return try await withServiceClient(web, source: kept) { client in
    try await send(100, client)
    try Data("garbage".utf8).write(to: file, options: .atomic)
    try await until("the file is known to be damaged") { client.isStale }
    let day = 86_400
    for jump in [-day, 365 * day, 0] {
      _ = try await client.withEndpoint { endpoint in
        try jumpTo(jump)
        return try await ask(endpoint)
      }
      try await send(100, client)
      try require(client.isStale && client.ejected.isEmpty, "the client takes it for something else: \(client.state)")
    }
    let new = try await Instance()
    try write([new], to: file)
    try await until("the new endpoint gets requests") { try await client.withEndpoint(ask) == new.address.port }
    return "a day back, a year ahead, and right again: 303 requests, 0 lost, and the new endpoint is found"
  }
}

/// Puts the endpoints in the place of those of a file.
private func write(_ instances: [Instance], to file: URL) throws {
  let endpoints = ["\(web)": instances.map { "\($0.address)" }]
  try JSONEncoder().encode(endpoints).write(to: file, options: .atomic)
}

/// Sets the clock, and sees that both ways to read it say so.
private func jumpTo(_ seconds: Int) throws {
  let before = (time(nil), Date())
  set_wall_clock_ahead(seconds)
  let jumps = [Double(time(nil) - before.0), Date().timeIntervalSince(before.1)]
  try require(jumps.allSatisfy { abs($0) > 3600 }, "the clock does not jump: \(jumps)")
}

extension ServiceClient {
  /// Whether the source is away, and what was known before is in use.
  fileprivate var isStale: Bool { if case .stale = state { true } else { false } }
}
