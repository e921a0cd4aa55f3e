import DNSWire
import QueryEngine

/// A query and its answer, as a line of the log sees them.
struct LogEntry: Sendable {
  var query: Query
  /// `nil` when the query was dropped.
  var response: Message?
  var duration: Duration
}

/// A format of the log, cut into text and placeholders.
struct LogFormat: Sendable {
  private enum Part: Sendable {
    case text(String)
    case placeholder(@Sendable (LogEntry) -> String)
  }

  private let parts: [Part]

  static let common =
    "{remote}:{port} - {>id} \"{type} {class} {name} {proto} {size} {>do} {>bufsize}\" {rcode} {>rflags} {rsize} {duration}"
  static let combined = common + " \"{>opcode}\""

  /// Cuts a format. `{common}` and `{combined}` stand for the formats of these names; braces around anything else that is not known
  /// are text.
  init(_ format: String) {
    var parts: [Part] = []
    var text = ""
    var rest = Substring(Self.expanded(format))
    while let open = rest.firstIndex(of: "{") {
      text += rest[..<open]
      rest = rest[open...]
      if let close = rest.firstIndex(of: "}"), let placeholder = Self.placeholder(rest[rest.index(after: open)..<close])
      {
        if !text.isEmpty { parts.append(.text(text)) }
        text = ""
        parts.append(.placeholder(placeholder))
        rest = rest[rest.index(after: close)...]
      } else {
        text += "{"
        rest.removeFirst()
      }
    }
    text += rest
    if !text.isEmpty { parts.append(.text(text)) }
    self.parts = parts
  }

  private static func expanded(_ format: String) -> String {
    var result = ""
    var rest = Substring(format)
    while !rest.isEmpty {
      if rest.hasPrefix("{common}") {
        result += common
        rest = rest.dropFirst("{common}".count)
      } else if rest.hasPrefix("{combined}") {
        result += combined
        rest = rest.dropFirst("{combined}".count)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result
  }

  /// The line; what is empty shows as `-`.
  func text(_ entry: LogEntry) -> String {
    parts.reduce(into: "") { line, part in
      switch part {
      case .text(let text): line += text
      case .placeholder(let value):
        let value = value(entry)
        line += value.isEmpty ? "-" : value
      }
    }
  }

  /// What stands for a name in braces. Names with `>` are known in either case; a label of metadata (`/…`) has no value.
  private static func placeholder(_ name: Substring) -> (@Sendable (LogEntry) -> String)? {
    if name.hasPrefix("/") { return { _ in "" } }
    if name.hasPrefix(">") { return headerPlaceholder(name.lowercased()) }
    switch name {
    case "type": return { "\($0.query.question.type)" }
    // A name's text has no octet that is not printable: escapes stand for them.
    case "name": return { "\($0.query.question.name.lowercased())" }
    case "class": return { "\($0.query.question.class)" }
    case "proto": return { $0.query.origin.transport.rawValue }
    case "remote": return { Self.bracketed($0.query.origin.client.address.unmapped.description) }
    case "local": return { Self.bracketed($0.query.origin.local.address.unmapped.description) }
    case "port": return { "\($0.query.origin.client.port)" }
    case "size": return { "\($0.query.size)" }
    case "duration": return { $0.duration.secondsText + "s" }
    case "rcode": return { $0.response?.responseCode.description ?? "" }
    case "rsize": return { $0.response.map { "\($0.uncompressedLength)" } ?? "" }
    default: return nil
    }
  }

  private static func headerPlaceholder(_ name: String) -> (@Sendable (LogEntry) -> String)? {
    switch name {
    case ">id": return { "\($0.query.message.id)" }
    case ">opcode": return { "\($0.query.message.opcode.rawValue)" }
    case ">do": return { "\($0.query.dnssecOK)" }
    case ">bufsize": return { "\($0.query.bufferSize)" }
    case ">rflags": return { $0.response?.flagNames ?? "" }
    default: return nil
    }
  }

  private static func bracketed(_ address: String) -> String {
    address.contains(":") ? "[\(address)]" : address
  }
}

extension Query {
  /// How long an answer the client can take: what EDNS says and at least 512 over UDP, 65,535 over TCP.
  fileprivate var bufferSize: Int {
    guard origin.transport == .udp, let edns = message.edns else { return origin.transport.defaultLimit }
    return max(512, Int(edns.udpPayloadSize))
  }
}

extension Message {
  /// The flags that are set, as dig writes them: `qr,aa,rd`.
  fileprivate var flagNames: String {
    let flags = [
      (isResponse, "qr"), (authoritative, "aa"), (truncated, "tc"), (recursionDesired, "rd"),
      (recursionAvailable, "ra"),
      (authenticData, "ad"), (checkingDisabled, "cd"),
    ]
    return flags.filter(\.0).map(\.1).joined(separator: ",")
  }
}
