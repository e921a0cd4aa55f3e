/// Whom a stored object comes from: five octets beside it.
public enum Origin: Sendable, Hashable {
  /// Whoever writes through the API, and the registry itself.
  case client
  /// The registry's first objects.
  case bootstrap
  /// A namespace that manifests need and do not have.
  case implied
  /// Manifests; the digest is of the object as the file has it, so that a file that stays as it is undoes nothing.
  case manifest(digest: UInt32)

  /// Whether the object goes when the manifests no longer ask for it.
  var isManifest: Bool {
    switch self {
    case .implied, .manifest: true
    case .client, .bootstrap: false
    }
  }
}
