import DNSWire
import FinishedAnswers

extension FastPath {
  /// Answers for an endpoint that its Service lists, whose name has no finished answers of its own; `nil` when there is no such endpoint.
  ///
  /// Safety: as ``answer(_:count:at:into:plan:arrival:)``.
  @inline(never)
  mutating func answerEndpoint(
    _ packet: UnsafePointer<UInt8>, count: Int, _ query: UnsafeMutablePointer<ReadQuery>, _ name: UnsafePointer<UInt8>,
    into out: UnsafeMutablePointer<UInt8>, _ zone: AnswerZone.Reader, route index: Int, arrival: Arrival
  ) -> Int? {
    let head = unsafe query.pointee.head
    guard let found = unsafe endpoints.find(name, count: head.nameLength - zone.wireLength, in: zone),
      let route = unsafe query.pointee.route
    else { return nil }
    var writer = unsafe ReplyWriter(packet, head: head, into: out, limit: Self.limit(head, arrival.transport))
    if let rrset = unsafe found.rrset(head.type) {
      var ttl = unsafe found.ttl(of: rrset)
      if let bounds = unsafe route.pointee.positive {
        ttl = bounds.bound(ttl)
        // What the answer says is part of the hash: an endpoint that changes is not what was stored.
        let hash = unsafe NameHash.mix(query.pointee.hash ^ found.contentHash, with: head.type)
        let age = clock.age(hash: hash, now: arrival.now, lifetime: ttl)
        tallies.count(age == nil ? .miss : .successHit, route: index)
        if let age, !bounds.keepsTTL { ttl -= age }
      }
      unsafe writer.append(rrset, of: found, in: zone, ttl: ttl, random: nil)
    } else {
      unsafe appendDenial(query, to: &writer, zone, route: index, now: arrival.now)
    }
    let length = writer.finish(ResponseCode.noError.rawValue, authoritative: true)
    unsafe counters.count(route, head: head, code: 0, size: count, reply: length, arrival: arrival)
    return length
  }
}
