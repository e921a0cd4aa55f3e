import ClusterModel

/// How long it took from a change in the cluster until DNS knew: what CoreDNS's metric `dns_programming_duration_seconds` says.
struct ProgrammingDelay {
  /// Seconds between the change that a slice of a headless Service with a selector shows, and now; `nil` for what says no time.
  static func seconds(of slice: EndpointSlice, service: Service) -> Double? {
    guard service.spec.isHeadless, !service.spec.selector.isEmpty,
      let text = slice.metadata.annotations[WellKnownAnnotation.lastChangeTriggerTime],
      let trigger = WallClock.seconds(rfc3339: text)
    else { return nil }
    return max(0, WallClock.now - trigger)
  }
}
