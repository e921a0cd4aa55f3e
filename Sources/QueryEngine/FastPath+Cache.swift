import DNSWire
import FinishedAnswers

extension FastPath {
  /// Gives what the cache keeps; the stages get what it does not keep, what is too old or too long, and what depends on more than the question.
  ///
  /// Safety: as ``answer(_:count:at:into:plan:arrival:)``. The name becomes the key.
  @inline(never)
  mutating func answerFromCache(
    _ packet: UnsafePointer<UInt8>, count: Int, _ head: QueryHead, _ name: UnsafeMutablePointer<UInt8>,
    into out: UnsafeMutablePointer<UInt8>,
    _ route: UnsafeMutablePointer<ServerPlan.Route>, plan: borrowing ServerPlan, arrival: Arrival
  ) -> FastOutcome {
    guard let cache = unsafe route.pointee.cached, head.nameLength <= CachedAnswer.longestName,
      unsafe !Self.hasClientSubnet(packet, count: count, head: head)
    else { return .stages }
    let key = unsafe CachedAnswer.makeKey(name, head: head, checkingDisabled: packet[3] & 0x10 != 0)
    let denial = unsafe Self.fresh(cache.denials.cached(name, count: key, type: head.type), now: arrival.now)
    guard
      let found = unsafe denial
        ?? Self.fresh(cache.successes.cached(name, count: key, type: head.type), now: arrival.now)
    else { return .stages }
    let shuffles = unsafe route.pointee.shuffles
    if shuffles, found.answer.orderIsKept { return .stages }
    var writer = unsafe ReplyWriter(packet, head: head, into: out, limit: Self.limit(head, arrival.transport))
    let ttl = cache.keepsTTL ? found.answer.lifetime : found.remaining
    guard unsafe writer.append(found.answer, ttl: ttl, random: shuffles ? random : nil) else { return .stages }
    let length = writer.finish(found.answer)
    tallies.count(denial == nil ? .successHit : .denialHit, route: unsafe plan.index(of: route))
    unsafe counters.count(
      route, by: .cache, head: head, code: found.answer.responseCode, size: count, reply: length, arrival: arrival)
    return .reply(length)
  }

  /// An answer that is not too old, with the seconds that it has left.
  private static func fresh(_ answer: CachedAnswer?, now: UInt32) -> (answer: CachedAnswer, remaining: UInt32)? {
    guard let answer, let remaining = answer.remaining(now: now) else { return nil }
    return (answer, remaining)
  }

  /// Whether the query has an option by which its answer depends on the client's network (RFC 7871).
  ///
  /// Safety: the options fill the rest of the query, as ``QueryHead`` has found.
  private static func hasClientSubnet(_ packet: UnsafePointer<UInt8>, count: Int, head: QueryHead) -> Bool {
    guard head.hasEDNS else { return false }
    var option = head.questionEnd + 11
    while option + 4 <= count {
      if unsafe packet[option] == 0 && packet[option + 1] == 8 { return true }
      option += unsafe 4 + (Int(packet[option + 2]) << 8 | Int(packet[option + 3]))
    }
    return false
  }
}
