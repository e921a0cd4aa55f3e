/// What tells one state of manifest files from the next without reading them: which files there are, and their sizes,
/// inodes and times of change.
///
/// Comparing two fingerprints, taken before each loading, tells whether there is something to load. A file that is
/// replaced, also behind a link as in a mounted ConfigMap, has another inode.
public struct ManifestFingerprint: Sendable, Hashable {
  private let files: [String: FileStatus?]

  /// The fingerprint of these files, and of the manifests in these folders. O(number of files).
  public init(paths: [String]) {
    var files: [String: FileStatus?] = [:]
    for path in paths {
      files.updateValue(nil, forKey: path)
      for file in (try? ManifestFiles.manifests(at: path)) ?? [] {
        files[file] = try? ManifestFiles.status(of: file)
      }
    }
    self.files = files
  }
}

extension ManifestSet {
  /// The fingerprint of these files, and of the manifests in these folders.
  public static func fingerprint(paths: [String]) -> ManifestFingerprint { ManifestFingerprint(paths: paths) }
}
