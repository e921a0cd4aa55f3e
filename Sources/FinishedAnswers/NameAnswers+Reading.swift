import DNSWire
public import Reclamation

// Reading finished answers at leisure: for the stages, for transfers and explanations, and for who compiles them.

extension AnswerTable {
  /// The data of the records of one type of a name, in their order; names in it are whole.
  ///
  /// Only for the one who writes the table: nobody else knows that the answers stay while they are read.
  public func recordData(of key: [UInt8], type: UInt16) -> [[UInt8]] {
    withAnswers(of: key) { $0?.recordData(type) ?? [] }
  }

  private func withAnswers<Result>(of key: [UInt8], _ body: (NameAnswers?) throws -> Result) rethrows -> Result {
    let padded = key + [UInt8](repeating: 0, count: QueryHead.slack)
    return try unsafe padded.withUnsafeBufferPointer { buffer in
      // Never nil: the array is not empty.
      let base = unsafe buffer.baseAddress.unsafelyUnwrapped
      return try body(unsafe reader.find(base, count: key.count))
    }
  }
}

extension AnswerZone {
  /// Runs `body` with the answers of a name, which are valid until it returns; with `nil` when there are none.
  ///
  /// - Parameters:
  ///   - key: the name below the zone, in lower case, wire form without the root octet.
  ///   - body: what reads the answers.
  ///   - reclaimer: the one that the zone was made with.
  public func withAnswers<Result>(
    of key: [UInt8], reclaimer: Reclaimer, _ body: (NameAnswers?) throws -> Result
  ) rethrows -> Result {
    try reclaimer.read { try findAnswers(of: key, body) }
  }

  /// The names there are with their answers, under the table's writer's lock; those of endpoints that the table does not hold too.
  public func forEach(_ body: (NameAnswers) -> Void) {
    table.forEach { answers in
      body(answers)
      for label in answers.listedAddresses.map(\.dashed) {
        findAnswers(of: [UInt8(truncatingIfNeeded: label.count)] + label + answers.name) { $0.map(body) }
      }
    }
  }

  /// As ``withAnswers(of:reclaimer:_:)``, for who is a reader already, or keeps the table from being written.
  private func findAnswers<Result>(of key: [UInt8], _ body: (NameAnswers?) throws -> Result) rethrows -> Result {
    let padded = key + [UInt8](repeating: 0, count: QueryHead.slack)
    return try unsafe padded.withUnsafeBufferPointer { buffer in
      // Never nil: the array is not empty.
      let name = unsafe buffer.baseAddress.unsafelyUnwrapped
      if let found = unsafe reader.table.find(name, count: key.count) { return try body(found) }
      let endpoints = EndpointAnswers()
      let computed = unsafe endpoints.find(name, count: key.count, in: reader)
      return try withExtendedLifetime(endpoints) { try body(computed) }
    }
  }
}

extension NameAnswers {
  /// The data of the answer records of one type, in their order.
  public func recordData(_ type: UInt16) -> [[UInt8]] {
    guard let rrset = unsafe rrset(type), unsafe !rrset.pointee.traits.contains(.zoneSOA) else { return [] }
    let records = unsafe self.records(of: rrset)
    var data: [[UInt8]] = []
    var offset = 0
    for _ in 0..<(unsafe rrset.pointee.answerCount) {
      // Each answer record begins with a pointer to the question's name: 2 octets, then type, class, TTL and length.
      let length = unsafe Int(records[offset + 10]) << 8 | Int(records[offset + 11])
      unsafe data.append(Array(UnsafeBufferPointer(start: records + offset + 12, count: length)))
      offset += 12 + length
    }
    return data
  }

  /// A number that changes with the name's answers: two names with the same content have the same.
  public var contentHash: UInt64 {
    var hash = UInt64(rrsetCount) << 1 | (needsStages ? 1 : 0)
    for index in 0..<rrsetCount {
      let rrset = unsafe rrsets + index
      unsafe hash = NameHash.of(
        records(of: rrset), count: Int(rrset.pointee.length) & ~7,
        seed: hash &+ UInt64(rrset.pointee.type) << 32)
      // The octets behind the last whole word, without reading beyond the block.
      for offset in unsafe (Int(rrset.pointee.length) & ~7)..<Int(rrset.pointee.length) {
        unsafe hash = NameHash.mix(hash ^ UInt64(records(of: rrset)[offset]), 0x9E37_79B9_7F4A_7C15)
      }
    }
    return hash
  }
}

extension NameAnswersDraft {
  /// Runs `body` with the finished answers, which are valid until it returns.
  public func withAnswers<Result>(_ body: (NameAnswers) throws -> Result) rethrows -> Result {
    let block = unsafe makeBlock()
    defer { unsafe block.deallocate() }
    return try body(unsafe NameAnswers(block))
  }
}
