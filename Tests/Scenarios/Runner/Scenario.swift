import DNSWire
import LiveServer

/// A dialogue with a server: files that it starts from, then steps in their order. Read from a `.scenario` file, whose form
/// Tests/Scenarios/README.md explains.
struct Scenario: Sendable, CustomStringConvertible {
  /// The file's path below Tests/Scenarios, without its extension: `cluster/apex`.
  var name: String
  /// The comment that opens the file: the rule.
  var rule: String
  /// Why it fails for now; `nil` where it must pass.
  var knownIssue: String?
  /// In the order of the file.
  var steps: [Step]

  var description: String { name }

  /// Whether it runs against the cluster and the Corefile of Tests/Scenarios/default, and leaves them as they are.
  var usesDefault: Bool {
    steps.allSatisfy { step in
      switch step.action {
      case .ask, .send, .transfer: true
      case .write, .remove, .upstream, .sawQueries, .logs, .startFails, .fetch, .signal: false
      }
    }
  }
}

/// One thing to do or to expect.
struct Step: Sendable {
  /// Counting from 1.
  var line: Int
  /// Repeat until it holds, for at most ten seconds.
  var eventually = false
  var action: Action

  enum Action: Sendable {
    /// Writes a file into the server's folder; before the first other step, the server is not running yet.
    case write(file: String, text: String)
    case remove(file: String)
    /// Starts a name server that answers by these rules.
    case upstream(name: String, rules: [UpstreamRule])
    case ask(Ask, Expectation)
    /// Sends octets as they are.
    case send([UInt8], Transport, Expectation)
    /// AXFR or IXFR over TCP: all records of all messages count as answer.
    case transfer(Ask, Expectation)
    /// An upstream was asked this question so many times.
    case sawQueries(upstream: String, question: String, count: ClosedRange<Int>)
    /// The server's log contains each of the texts.
    case logs([String])
    /// The server ends at its start, with status 1 or 2, and says each of the texts.
    case startFails([String])
    /// An HTTP GET of `http://…`: status, then texts that the body contains (`!text`: does not contain).
    case fetch(url: String, status: Int, texts: [String])
    case signal(Int32)
  }
}

/// A query.
struct Ask: Sendable {
  var message: Message
  /// Each is asked in turn, and must bring the same.
  var transports: [Transport]
  /// So often at the same time, each with an ID of its own.
  var times: UInt16 = 1

  /// The octets to send.
  func query(id: UInt16) -> [UInt8] {
    var message = message
    message.id = id
    return message.encoded()
  }
}

/// What must come back.
struct Expectation: Sendable {
  /// Nothing comes; all else is not looked at then.
  var silence = false
  var status = ResponseCode.noError
  /// Of `aa`, `tc`, `ra`, `ad`: exactly these are set. RD and CD must be as they were asked.
  var flags: Set<String> = []
  /// A section that is not named must be empty.
  var answer = SectionExpectation.records([], inOrder: false)
  var authority = SectionExpectation.records([], inOrder: false)
  var additional = SectionExpectation.records([], inOrder: false)
  /// Texts that no record contains.
  var absent: [String] = []
  /// `one`: thirty queries over UDP bring the answer in one order; `many`: in more than one.
  var orders: Orders?
  /// What the OPT record says: `udp=1232`, `ede=15`, `nsid`, `!cookie`.
  var options: [String] = []
}

enum Orders: String, Sendable {
  case one, many
}

enum SectionExpectation: Sendable {
  case any
  case records([RecordPattern], inOrder: Bool)
  /// So many records at least, each fitting one of the patterns.
  case some(Int, of: [RecordPattern])
}

/// A record in presentation form without class (IN): `owner TTL TYPE data…`; `*` fits any field, `20-30` any number in it.
struct RecordPattern: Sendable, CustomStringConvertible {
  var fields: [String]

  init(_ text: String) {
    fields = text.split(whereSeparator: \.isWhitespace).map(String.init)
  }

  var description: String { fields.joined(separator: " ") }

  /// Whether it fits a record's text; letter case counts.
  func fits(_ record: String) -> Bool {
    let others = record.split(separator: " ")
    return fields.count == others.count && zip(fields, others).allSatisfy { Self.fits($0, $1) }
  }

  private static func fits(_ pattern: String, _ field: Substring) -> Bool {
    if pattern == "*" || pattern == field { return true }
    let bounds = pattern.split(separator: "-").compactMap { UInt32($0) }
    guard pattern.contains("-"), bounds.count == 2, let number = UInt32(field) else { return false }
    return bounds[0] <= number && number <= bounds[1]
  }
}

/// How a scripted upstream answers one question.
struct UpstreamRule: Sendable {
  /// `www.example.org. A`, lower case.
  var question: String
  /// `nil` for both.
  var transport: Transport?
  /// Faulty packets that come before the answer: `wrong-id`, `wrong-question`, `query`, `garbage`, `other-port`;
  /// `slow`: everything comes 300 ms later.
  var faults: [String]
  /// `nil` for silence.
  var reply: UpstreamReply?
}

struct UpstreamReply: Sendable {
  var status: ResponseCode
  var flags: Set<String>
  /// Presentation form with class left out, by section: answer, authority, additional.
  var sections: [[String]]
}
