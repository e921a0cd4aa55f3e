import ClusterModel
import Glibc

/// Who may log in with a token: one line of a token file.
struct TokenEntry: Sendable, Hashable {
  let token: [UInt8]
  let access: Access
}

/// The tokens of a file: one a line, as `token,user,role`; `#` begins a comment.
struct TokenFile: Sendable {
  let entries: [TokenEntry]

  /// The shortest token, in octets: what is shorter can be guessed.
  static let shortestToken = 16
  /// The most tokens: each request with a token is compared with all of them.
  static let mostTokens = 10_000

  /// - Parameter path: how errors name the file.
  /// - Throws: ``AccessError`` with the file, line and column of what is wrong.
  init(parsing text: String, path: String) throws(AccessError) {
    var entries: [TokenEntry] = []
    var tokens: Set<[UInt8]> = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      var reader = LineReader(line, place: "\(path):\(index + 1)")
      guard let entry = try reader.entry() else { continue }
      guard tokens.insert(entry.token).inserted else {
        throw AccessError(
          "\(path):\(index + 1):1: the token stands in an earlier line too; give each user one of its own")
      }
      entries.append(entry)
    }
    if entries.isEmpty { throw AccessError("\(path):1:1: no token; write lines such as TOKEN,alice,admin") }
    if entries.count > Self.mostTokens { throw AccessError("\(path): more than \(Self.mostTokens) tokens") }
    self.entries = entries
  }

  /// Who has that token. Takes as long for a token that is nearly right as for one that is quite wrong.
  func access(_ token: [UInt8]) -> Access? {
    var found: Access?
    for entry in entries where Self.isSame(entry.token, token) { found = entry.access }
    return found
  }

  private static func isSame(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for index in a.indices { difference |= a[index] ^ b[index] }
    return difference == 0
  }
}

/// One line of a token file.
private struct LineReader {
  private let line: Substring
  private let place: String

  init(_ line: Substring, place: String) {
    self.line = line
    self.place = place
  }

  /// - Returns: `nil` for an empty line or a comment.
  mutating func entry() throws(AccessError) -> TokenEntry? {
    let rest = line.drop { $0 == " " || $0 == "\t" }
    if rest.isEmpty || rest.hasPrefix("#") { return nil }
    let fields = line.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count == 3 else {
      throw error(line.endIndex, "three fields are wanted, TOKEN,USER,ROLE; here are \(fields.count)")
    }
    let (token, user, roleText) = (fields[0].trimmed, fields[1].trimmed, fields[2].trimmed)
    guard token.utf8.count >= TokenFile.shortestToken, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw error(
        token.startIndex,
        "a token has at least \(TokenFile.shortestToken) printable characters; make one with: openssl rand -hex 24")
    }
    guard !user.isEmpty, user.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) else {
      throw error(user.startIndex, "the user has no name")
    }
    guard let role = Access.Role(roleText) else {
      throw error(roleText.startIndex, "\(String(roleText).quoted) is no role; write read, register:NAMESPACE or admin")
    }
    return TokenEntry(token: Array(token.utf8), access: Access(user: String(user), roles: [role]))
  }

  private func error(_ index: Substring.Index, _ message: String) -> AccessError {
    AccessError("\(place):\(line[..<index].unicodeScalars.count + 1): \(message)")
  }
}

extension Substring {
  /// Without spaces at its ends, as a part of the same text.
  fileprivate var trimmed: Substring {
    var rest = drop { $0 == " " || $0 == "\t" }
    while rest.last == " " || rest.last == "\t" { rest.removeLast() }
    return rest
  }
}

/// Who may reach the API cannot be decided, in words for the one who starts the program.
public struct AccessError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, where, and what would be right.
  public let description: String

  init(_ description: String) { self.description = description }
}
