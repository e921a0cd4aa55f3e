import DNSWire
public import Reclamation

/// How a zone answers one question when there is time: the same octets as on the fast path, in an array.
public enum FinishedReply: Sendable, Hashable {
  /// The name exists; without records of the type the SOA says so.
  case answer([UInt8])
  /// The name does not exist: NXDOMAIN with the SOA.
  case denial([UInt8])
  /// The stages must look for the name's target.
  case alias
  /// No question that could be answered: not one that `QueryHead` reads, or outside of the zone.
  case unreadable
}

extension AnswerZone {
  /// Answers a question with all records there are, in their order, up to the 65,535 octets of a message.
  ///
  /// - Parameters:
  ///   - query: the octets of a message with one question for a name in this zone, and at most an OPT record.
  ///   - draft: what the name answers, when it is not in the table.
  ///   - reclaimer: the one that the zone was made with.
  public func reply(
    to query: [UInt8], draft: NameAnswersDraft? = nil, reclaimer: Reclaimer
  ) -> FinishedReply {
    let packet = query + [UInt8](repeating: 0, count: QueryHead.slack)
    var name = [UInt8](repeating: 0, count: QueryHead.longestName + 2 * QueryHead.slack)
    var head = QueryHead()
    return unsafe packet.withUnsafeBufferPointer { packet in
      // Never nil: neither array is empty.
      let question = unsafe packet.baseAddress.unsafelyUnwrapped
      let isReadable = unsafe name.withUnsafeMutableBufferPointer { name in
        unsafe head.read(question, count: query.count, name: name.baseAddress.unsafelyUnwrapped) == .question
      }
      let below = head.nameLength - reader.wireLength
      guard isReadable, below >= 0, name[below..<head.nameLength].elementsEqual(self.name.wire) else {
        return .unreadable
      }
      return withAnswers(of: Array(name[..<below]), reclaimer: reclaimer) { found in
        guard let draft, found == nil else { return unsafe write(found, question, head) }
        return draft.withAnswers { unsafe write($0, question, head) }
      }
    }
  }

  /// Safety: `question` is the datagram that `head` was read from, with its slack.
  private func write(_ found: NameAnswers?, _ question: UnsafePointer<UInt8>, _ head: QueryHead) -> FinishedReply {
    if let found, found.needsStages { return .alias }
    let rrset = unsafe found?.rrset(head.type)
    let records = unsafe max(rrset.map { unsafe Int($0.pointee.length) } ?? 0, ReplyWriter.soaLength)
    let limit = min(65_535, head.questionEnd + records + ReplyWriter.optLength)
    let octets = unsafe [UInt8](unsafeUninitializedCapacity: limit + QueryHead.slack) { buffer, count in
      unsafe buffer.initialize(repeating: 0)
      // Never nil: the capacity is not 0.
      var writer = unsafe ReplyWriter(question, head: head, into: buffer.baseAddress.unsafelyUnwrapped, limit: limit)
      if let found, let rrset = unsafe rrset {
        let ttl = unsafe found.ttl(of: rrset)
        unsafe writer.append(rrset, of: found, in: reader, ttl: ttl, random: nil)
      } else {
        writer.appendSOA(reader, ttl: reader.soaTTL)
      }
      count = writer.finish((found == nil ? ResponseCode.nxDomain : .noError).rawValue, authoritative: true)
    }
    return found == nil ? .denial(octets) : .answer(octets)
  }
}
