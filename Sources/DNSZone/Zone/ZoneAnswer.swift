public import DNSWire

/// What a zone has to say to a question.
public struct ZoneAnswer: Sendable, Hashable {
  /// NOERROR, NXDOMAIN, YXDOMAIN (a DNAME makes the name too long), or REFUSED (the name is not in the zone).
  public var rcode: ResponseCode
  /// The AA flag: `false` for referrals. It speaks of the name asked for, so it stays when a CNAME leads to a referral.
  public var authoritative: Bool
  /// The records asked for, with the CNAMEs and DNAMEs that lead to them, in the order in which they were followed.
  public var answers: [ResourceRecord]
  /// The zone's NS records, those of a referral, or the SOA of a denial.
  public var authorities: [ResourceRecord]
  /// Addresses of hosts that the other sections name.
  public var additionals: [ResourceRecord]

  /// An answer; without its sections it has no records.
  public init(
    rcode: ResponseCode, authoritative: Bool, answers: [ResourceRecord] = [], authorities: [ResourceRecord] = [],
    additionals: [ResourceRecord] = []
  ) {
    self.rcode = rcode
    self.authoritative = authoritative
    self.answers = answers
    self.authorities = authorities
    self.additionals = additionals
  }

  /// The name where a chain of CNAMEs leaves the zone, when it does: the last CNAME's target, about which the zone knows
  /// nothing. The caller may ask others for it.
  public var externalTarget: DomainName?
}
