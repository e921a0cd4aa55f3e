import ClusterModel
import Foundation
import Registry
import Testing

@testable import RegistryAPI

/// What a kube-apiserver 1.36 was asked, one request after the other, and what it answered (Fixtures/recorded-requests.jsonl).
///
/// A line holds a name, the request, the code of the answer and the answer without identities, versions and times; `*` stands
/// for any value, `${services/tiny:spec.clusterIP}` for what an object has by then.
@Suite("Registry API: answers as a kube-apiserver recorded them")
struct RecordedRequestTests {
  /// Where our answers are other ones: by the request's name, the paths, and why.
  private static let differences: [String: (paths: [String], reason: String)] = [
    "malformed JSON": (["message"], "the message tells line and column in our JSON reader's words"),
    "pod status": (
      ["status.conditions[0].last", "metadata.managedFields[1].fieldsV1.f:status.f:conditions"],
      "times that are not known are left out, where theirs are null"
    ),
    "list, first page": (
      ["items", "metadata.remainingItemCount"], "elements carry kind and version, and the rest is not counted"
    ),
    "delete a collection": (["items"], "elements carry kind and version"),
  ]

  @Test("one after the other, on one registry")
  func replay() throws {
    let handler = APIHandler(registry: Registry(), address: "127.0.0.1:8001")
    for line in try Self.lines() {
      let recorded = try parse(Array(try Self.filled(line, handler.registry).utf8))
      let name = try #require(recorded.text("name"))
      let request = try #require(
        APIRequest(
          method: recorded.text("method") ?? "", target: recorded.text("path") ?? "",
          contentType: recorded.text("type") ?? "", body: Array((recorded.text("body") ?? "").utf8)))
      let reply = handler.reply(to: request)
      let known = Self.differences[name]?.paths ?? []
      #expect(String(reply.code) == recorded.text("code"), "\(name)")
      let expected = try #require(recorded.at("reply"))
      let found = expected.differences(from: try parse(reply.body), "")
      let news = found.filter { difference in !known.contains { difference.path.hasPrefix($0) } }
      #expect(news.isEmpty, "\(name): \(news.map(\.description).joined(separator: "\n"))")
    }
  }

  private static func lines() throws -> [String] {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/recorded-requests.jsonl")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  /// The line with what objects have in the place of what stands for it.
  private static func filled(_ line: String, _ registry: Registry) throws -> String {
    var line = line.replacing("${version}", with: String(registry.version))
    while let match = line.firstMatch(of: /\$\{services\/([a-z]+):([A-Za-z0-9.]+)\}/) {
      let key = ObjectKey(.service, namespace: "shop", name: String(match.1))
      let object = try #require(registry.object(key))
      let value = try #require(try parse(Array(object.json.utf8)).text(String(match.2)))
      line.replaceSubrange(match.range, with: value)
    }
    return line
  }
}

/// A place where two documents are not the same.
private struct Difference: CustomStringConvertible {
  let path: String
  let expected: String?
  let found: String?

  var description: String { "  \(path): expected \(expected ?? "nothing"), found \(found ?? "nothing")" }
}

extension DocumentNode {
  /// What each object has of its own.
  private static let own: Set<String> = ["uid", "resourceVersion", "creationTimestamp"]

  /// Where the other document is another one; this one may say `*` for anything.
  fileprivate func differences(from other: DocumentNode, _ path: String) -> [Difference] {
    switch (content, other.content) {
    case (.scalar("*", .string), _): return []
    case (.mapping(let members), .mapping(let others)):
      let isMetadata = path.hasSuffix("metadata")
      let names = members.map(\.key) + others.map(\.key).filter { self[$0] == nil }
      return names.filter { !isMetadata || !Self.own.contains($0) }.flatMap { name -> [Difference] in
        let inner = path.isEmpty ? name : "\(path).\(name)"
        guard let mine = self[name], let theirs = other[name] else {
          return [Difference(path: inner, expected: self[name]?.json, found: other[name]?.json)]
        }
        return mine.differences(from: theirs, inner)
      }
    case (.sequence(let elements), .sequence(let others)) where elements.count == others.count:
      return zip(elements, others).enumerated().flatMap { $1.0.differences(from: $1.1, "\(path)[\($0)]") }
    default: return json == other.json ? [] : [Difference(path: path, expected: json, found: other.json)]
    }
  }
}
