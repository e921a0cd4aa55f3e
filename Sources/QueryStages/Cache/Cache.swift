import Corefile
import DNSWire

/// Reads `cache [TTL] [ZONES…] { … }`.
enum Cache: DirectiveReader {
  static let name = CacheStage.name

  static func read(_ lines: [Directive], into setup: BlockSetup) throws(CorefileError) {
    try read(lines, into: setup, clock: .system)
  }

  static func read(_ lines: [Directive], into setup: BlockSetup, clock: StageClock) throws(CorefileError) {
    let settings = try settings(try lines.single(), zones: setup.zones)
    let metrics = CacheMetrics(
      setup.environment.metrics, server: setup.server,
      zones: settings.zones.zones.map(\.description).joined(separator: ","))
    setup.stages.append(
      CacheStage(settings: settings, metrics: metrics, clock: clock, reclaimer: setup.environment.reclaimer))
  }

  /// - Parameter zones: the zones of the server block, which are cached when the line names none.
  static func settings(_ line: Directive, zones: [DomainName]) throws(CorefileError) -> CacheSettings {
    var settings = CacheSettings(zones: ZoneSet(zones))
    var arguments = line.arguments[...]
    if let first = arguments.first, Int(first.text) != nil {
      let ttl = try ttl(first)
      settings.success.ttl = settings.success.ttl.withUpperBound(ttl)
      settings.denial.ttl = settings.denial.ttl.withUpperBound(ttl)
      arguments.removeFirst()
    }
    if !arguments.isEmpty { settings.zones = ZoneSet(try Array(arguments).zoneNames()) }
    for option in line.options { try read(option, into: &settings) }
    return settings
  }

  private static func ttl(_ token: Token) throws(CorefileError) -> UInt32 {
    UInt32(try token.integer(in: 1...Int(Int32.max), what: "a TTL in seconds"))
  }
}

// MARK: - Options

extension Cache {
  private static let options = [
    "success", "denial", "prefetch", "serve_stale", "servfail", "disable", "keepttl",
  ]
  /// SERVFAIL is kept no longer (RFC 2308 §7).
  private static let longestFailure: Duration = .seconds(300)

  private static func read(_ option: Directive, into settings: inout CacheSettings) throws(CorefileError) {
    try option.expectNoBlock()
    switch option.name.text {
    case "success": settings.success = try bounds(option, settings.success)
    case "denial": settings.denial = try bounds(option, settings.denial)
    case "prefetch": settings.prefetch = try prefetch(option)
    case "serve_stale": settings.stale = try stale(option)
    case "servfail": settings.failureTTL = try failureTTL(option)
    case "disable": try disable(option, in: &settings)
    case "keepttl":
      try option.expectNoArguments()
      settings.keepsTTL = true
    default: throw option.unknownOption(in: options)
    }
  }

  /// `success CAPACITY [TTL] [MINTTL]`.
  private static func bounds(
    _ option: Directive, _ bounds: CacheSettings.Bounds
  ) throws(CorefileError) -> CacheSettings.Bounds {
    try option.expectArguments(1...3)
    var bounds = bounds
    bounds.capacity = max(1, try option.arguments[0].integer(in: 0...100_000_000, what: "a capacity"))
    if option.arguments.count > 1 { bounds.ttl = bounds.ttl.withUpperBound(try ttl(option.arguments[1])) }
    if option.arguments.count > 2 {
      let least = try option.arguments[2].integer(in: 0...Int(Int32.max), what: "a TTL in seconds")
      bounds.ttl = min(UInt32(least), bounds.ttl.upperBound)...bounds.ttl.upperBound
    }
    return bounds
  }

  /// `prefetch AMOUNT [DURATION [PERCENTAGE%]]`.
  private static func prefetch(_ option: Directive) throws(CorefileError) -> CacheSettings.Prefetch? {
    try option.expectArguments(1...3)
    let amount = try option.arguments[0].integer(in: 0...Int(Int32.max), what: "a number of queries")
    var prefetch = CacheSettings.Prefetch(amount: amount)
    if option.arguments.count > 1 { prefetch.gap = try option.arguments[1].duration() }
    if option.arguments.count > 2 { prefetch.percentage = try percentage(option.arguments[2]) }
    return amount == 0 ? nil : prefetch
  }

  private static func percentage(_ token: Token) throws(CorefileError) -> UInt32 {
    guard token.text.hasSuffix("%"), let number = UInt32(token.text.dropLast()), (10...90).contains(number) else {
      throw token.error("a percentage is expected instead of \(token.shown)", hint: "the range is 10% to 90%")
    }
    return number
  }

  /// `serve_stale [DURATION] [immediate|verify]`.
  private static func stale(_ option: Directive) throws(CorefileError) -> CacheSettings.Stale {
    try option.expectArguments(0...2)
    var stale = CacheSettings.Stale()
    if let window = option.arguments.first {
      stale.window = UInt32(clamping: try window.duration().components.seconds)
    }
    if option.arguments.count > 1 {
      stale.verifies =
        try option.arguments[1].choice(of: ["immediate", "verify"], what: "refresh mode of serve_stale") == "verify"
    }
    return stale
  }

  private static func failureTTL(_ option: Directive) throws(CorefileError) -> UInt32 {
    let token = try option.onlyArgument("a duration")
    let duration = try token.duration()
    guard duration <= longestFailure else {
      throw token.error("SERVFAIL is kept for at most 5m, not \(token.shown)")
    }
    return UInt32(duration.components.seconds)
  }

  /// `disable success|denial [ZONES…]`: without zones, for all that is cached.
  private static func disable(_ option: Directive, in settings: inout CacheSettings) throws(CorefileError) {
    let kind = try option.argument(at: 0, what: "'success' or 'denial'")
      .choice(of: CacheKind.allCases.map(\.rawValue), what: "kind of answers")
    let zones = try Array(option.arguments.dropFirst()).zoneNames()
    let disabled = ZoneSet(zones.isEmpty ? settings.zones.zones : zones)
    if kind == CacheKind.success.rawValue {
      settings.successDisabled = disabled
    } else {
      settings.denialDisabled = disabled
    }
  }
}

extension ClosedRange<UInt32> {
  /// The range up to another bound; its lower bound gives way where it must.
  fileprivate func withUpperBound(_ bound: UInt32) -> Self { Swift.min(lowerBound, bound)...bound }
}
