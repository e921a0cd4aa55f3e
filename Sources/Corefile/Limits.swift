/// Bounds on a configuration, so that no file, however made, takes memory or time without end.
enum Limits {
  /// The size of one file in bytes: as much as a ConfigMap can hold.
  static let fileSize = 1 << 20
  /// Words in all files together, and words after all imports are replaced by what they import.
  static let tokens = 300_000
  /// How deep blocks lie in blocks.
  static let blockDepth = 100
  /// How deep imports lie in imports.
  static let importDepth = 100
  /// Files that imports read, each counted as often as it is imported.
  static let importedFiles = 1000
}
