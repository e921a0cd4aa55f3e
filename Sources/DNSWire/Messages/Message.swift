/// A whole DNS message (RFC 1035 §4), its OPT record taken apart.
public struct Message: Sendable, Hashable {
  /// The number by which the asker knows the answer.
  public var id: UInt16
  /// QR: a response, not a query.
  public var isResponse: Bool
  /// The kind of message.
  public var opcode: Opcode
  /// AA: the answer comes from the zone itself.
  public var authoritative = false
  /// TC: something is missing for want of room. `encoded(limit:)` sets it by itself too.
  public var truncated = false
  /// RD: please ask on for me.
  public var recursionDesired = false
  /// RA: the server does ask on.
  public var recursionAvailable = false
  /// AD: the data is validated.
  public var authenticData = false
  /// CD: the asker validates for itself.
  public var checkingDisabled = false
  /// How it went. Its upper eight bits are EDNS's: without `edns` they are not written.
  public var responseCode = ResponseCode.noError
  /// What is asked; one question in practice.
  public var questions: [Question]
  /// What answers the question.
  public var answers: [ResourceRecord] = []
  /// Who has authority: a referral's NS, a denial's SOA.
  public var authorities: [ResourceRecord] = []
  /// What is likely to be asked next, without the OPT record.
  public var additionals: [ResourceRecord] = []
  /// The OPT record.
  public var edns: EDNS?

  /// A message without records; flags are set afterwards.
  public init(
    id: UInt16, isResponse: Bool = false, opcode: Opcode = .query, questions: [Question] = [], edns: EDNS? = nil
  ) {
    self.id = id
    self.isResponse = isResponse
    self.opcode = opcode
    self.questions = questions
    self.edns = edns
  }

  /// The answer that a query gets, so far empty: number, opcode, question, RD and CD are the query's.
  public static func response(to query: Message) -> Message {
    var response = Message(id: query.id, isResponse: true, opcode: query.opcode, questions: query.questions)
    response.recursionDesired = query.recursionDesired
    response.checkingDisabled = query.checkingDisabled
    return response
  }

  /// The header's flags, with the lower four bits of the response code; bit Z is 0.
  public var flags: HeaderFlags {
    var flags = HeaderFlags(rawValue: 0)
    flags.isResponse = isResponse
    flags.opcode = opcode
    flags.authoritative = authoritative
    flags.truncated = truncated
    flags.recursionDesired = recursionDesired
    flags.recursionAvailable = recursionAvailable
    flags.authenticData = authenticData
    flags.checkingDisabled = checkingDisabled
    flags.responseCode = responseCode
    return flags
  }
}
