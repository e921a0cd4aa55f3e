import Glibc

/// A folder that is deleted with its test, with the files that the test writes into it.
final class ScratchFolder {
  let path: String
  private var written: Set<String> = []

  init() {
    path = "/tmp/clusterdns-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    mkdir(path, 0o700)
  }

  deinit {
    for file in written { unlink(path + "/" + file) }
    rmdir(path)
  }

  /// Writes a file in the place of the one that there may be, so that it is another file in any case.
  func write(_ name: String, _ text: String) {
    let new = path + "/.new"
    guard let file = fopen(new, "w") else { fatalError("cannot write \(new)") }
    fputs(text, file)
    fclose(file)
    rename(new, path + "/" + name)
    written.insert(name)
  }

  func remove(_ name: String) { unlink(path + "/" + name) }
}
