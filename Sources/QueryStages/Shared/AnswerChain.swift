import DNSWire

// Records that answer another question than the one that was asked are never kept, and never given.

extension Message {
  /// Leaves in the answer section only what lies on the question's own chain and is of its type: the records of its name, of
  /// the names that CNAMEs and DNAMEs lead to from there, and these aliases. O(records).
  mutating func keepOwnChain() {
    guard let asked = questions.first, answers.contains(where: { $0.name != asked.name || $0.type != asked.type })
    else {
      return
    }
    let chain = AnswerChain(from: asked.name, in: answers)
    answers.removeAll { !asked.accepts($0.type) || !chain.contains($0) }
  }
}

extension Question {
  /// Whether records of a type can be part of the answer (RFC 1034 §4.3.2, RFC 4035 §3.1).
  fileprivate func accepts(_ type: RecordType) -> Bool {
    type == self.type || self.type == .any || [.cname, .dname, .rrsig].contains(type)
  }
}

/// The names that a question leads to.
private struct AnswerChain {
  private var names: Set<DomainName>
  private var dnames: Set<DomainName> = []

  /// Follows the aliases; each once, so that loops end.
  init(from asked: DomainName, in records: [ResourceRecord]) {
    var aliases: [DomainName: DomainName] = [:]
    var subtrees: [DomainName: DomainName] = [:]
    for record in records {
      switch record.data {
      case .cname(let target): aliases[record.name] = target
      case .dname(let target): subtrees[record.name] = target
      default: break
      }
    }
    names = [asked]
    var name = asked
    while let target = follow(name, aliases, subtrees), names.insert(target).inserted { name = target }
  }

  private mutating func follow(
    _ name: DomainName, _ aliases: [DomainName: DomainName], _ subtrees: [DomainName: DomainName]
  ) -> DomainName? {
    var synthesized: DomainName?
    var ancestor = subtrees.isEmpty ? nil : name.parent
    while let owner = ancestor {
      if let target = subtrees[owner] {
        dnames.insert(owner)
        synthesized = (try? name.replacingSuffix(owner, with: target)) ?? nil
        break
      }
      ancestor = owner.parent
    }
    return aliases[name] ?? synthesized
  }

  /// Whether the record belongs to the answer; a signature belongs where the records do that it covers.
  func contains(_ record: ResourceRecord) -> Bool {
    if names.contains(record.name) { return true }
    guard dnames.contains(record.name) else { return false }
    if case .rrsig(let signature) = record.data { return signature.typeCovered == .dname }
    return record.type == .dname
  }
}
