/// What a container does, as its status says.
public enum ContainerState: Sendable, Hashable {
  case running
  /// Not started yet, or again; why may be empty.
  case waiting(reason: String)
  /// Ended: why, which may be empty, and how; 0 for no signal.
  case terminated(reason: String, exitCode: Int64, signal: Int64)
}

extension ContainerStatus {
  /// What the container does; `nil` when its status does not say. Read from JSON each time.
  public var state: ContainerState? {
    guard let json = kept["state"], var reader = try? JSONReader(Array(json.utf8)), let node = try? reader.next() else {
      return nil
    }
    if let ended = node["terminated"] {
      return .terminated(
        reason: ended["reason"]?.string ?? "", exitCode: ended["exitCode"]?.integer ?? 0,
        signal: ended["signal"]?.integer ?? 0)
    }
    if let waiting = node["waiting"] { return .waiting(reason: waiting["reason"]?.string ?? "") }
    return node["running"] == nil ? nil : .running
  }
}

extension PodStatus {
  /// The node that is being cleared for the Pod; empty for none. Read from JSON each time.
  public var nominatedNodeName: String {
    guard let json = kept["nominatedNodeName"], var reader = try? JSONReader(Array(json.utf8)) else { return "" }
    return (try? reader.next())?.string ?? ""
  }
}
