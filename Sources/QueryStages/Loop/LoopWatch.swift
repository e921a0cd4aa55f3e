import DNSWire

/// Looks out for a probe that comes back: a state machine without sockets and clocks.
///
/// The probe's name is drawn at random and told to nobody but the upstreams, so that no client can feign a loop
/// (CVE-2026-26018); and only the probe's time counts.
struct LoopWatch: Sendable {
  /// The name that the probe asks for: two random labels below the zone.
  let name: DomainName
  /// Whether the probe has passed on its way out; `nil` when none is on its way.
  private var hasPassed: Bool?

  /// `nil` when the zone's name leaves no room for the labels.
  init?(zone: DomainName, using random: inout some RandomNumberGenerator) {
    let labels = (0..<2).map { _ in String(UInt64.random(in: .min ... .max, using: &random)) }
    guard let inner = try? zone.prepending(label: labels[1]), let name = try? inner.prepending(label: labels[0]) else {
      return nil
    }
    self.name = name
  }

  /// A probe sets out.
  mutating func begin() { hasPassed = false }

  /// A question came by.
  ///
  /// - Returns: whether it is the probe that comes back: it passes once on its way out.
  mutating func sees(_ question: Question) -> Bool {
    guard let isBack = hasPassed, question.type == .hinfo, question.class == .in, question.name == name else {
      return false
    }
    hasPassed = true
    return isBack
  }

  /// The probe's time is over.
  mutating func end() { hasPassed = nil }
}
