import DNSWire
import QueryEngine

/// What a template sees of a query.
struct TemplateData: TemplateRecord {
  var zone: DomainName
  /// In lower case, with its last dot.
  var name: String
  var `class`: RecordClass
  var type: RecordType
  /// The whole match, then each group.
  var matches: [String]
  /// The same by number and by name.
  var groups: [String: TemplateValue]
  var query: Query

  /// The names of the fields.
  static let fields: Set<String> = [
    "Zone", "Name", "Class", "Type", "Match", "Group", "Message", "Question", "Remote", "Meta",
  ]

  func field(_ name: String) -> TemplateValue? {
    switch name {
    case "Zone": .string(zone.description)
    case "Name": .string(self.name)
    case "Class": .string(`class`.description)
    case "Type": .string(type.description)
    case "Match": .list(matches.map(TemplateValue.string))
    case "Group": .map(groups)
    case "Message": .record(TemplateMessage(message: query.message))
    case "Question": .record(TemplateQuestion(question: query.question))
    case "Remote": .string(query.origin.client.address.unmapped.description)
    default: nil
    }
  }

  /// `.Meta "label"`: the values of the directive `metadata`, which does not exist here, so that each is empty.
  func call(_ name: String, _ argument: String) -> TemplateValue? { name == "Meta" ? .string("") : nil }
}

/// `.Message`, with the names that CoreDNS's library gives the fields of the header.
struct TemplateMessage: TemplateRecord {
  var message: Message

  func field(_ name: String) -> TemplateValue? {
    switch name {
    case "Id": .integer(Int128(message.id))
    case "Response": .bool(message.isResponse)
    case "Opcode": .integer(Int128(message.opcode.rawValue))
    case "Authoritative": .bool(message.authoritative)
    case "Truncated": .bool(message.truncated)
    case "RecursionDesired": .bool(message.recursionDesired)
    case "RecursionAvailable": .bool(message.recursionAvailable)
    case "AuthenticatedData": .bool(message.authenticData)
    case "CheckingDisabled": .bool(message.checkingDisabled)
    case "Rcode": .integer(Int128(message.responseCode.rawValue))
    case "Question": .list(message.questions.map { .record(TemplateQuestion(question: $0)) })
    default: nil
    }
  }
}

/// `.Question`.
struct TemplateQuestion: TemplateRecord {
  var question: Question

  func field(_ name: String) -> TemplateValue? {
    switch name {
    case "Name": .string(question.name.description)
    case "Qtype": .integer(Int128(question.type.rawValue))
    case "Qclass": .integer(Int128(question.class.rawValue))
    default: nil
    }
  }

  var text: String? { ";\(question.name)\t\(question.class)\t \(question.type)" }
}
