import Logging
import Synchronization

/// The file that weights come from. A file that is missing or wrong leaves the weights as they were.
final class WeightFile: Sendable {
  let path: String
  let weights = AddressWeights()
  private let log: Logger
  private let stamp = Mutex<FileStamp?>(nil)

  init(path: String, log: Logger) {
    self.path = path
    self.log = log
  }

  /// Why the file could not be taken.
  enum Failure: Error {
    case unreadable(FileError)
    case wrong(WeightFileError)
  }

  /// Reads the file when it has changed since it was read last.
  func refresh() throws(Failure) {
    let seen = stamp.withLock { $0 }
    if let seen, FileStamp(path: path) == seen { return }
    let contents: FileContents
    do {
      contents = try FileContents.read(path, limit: 1 << 26)
    } catch {
      throw .unreadable(error)
    }
    stamp.withLock { $0 = contents.stamp }
    do {
      weights.set(try AddressWeights.parse(String(decoding: contents.bytes, as: UTF8.self)))
    } catch {
      throw .wrong(error)
    }
    log.info("Successfully reloaded weight file \(path)")
  }

  /// As ``refresh()``, with a line in the log instead of an error.
  func refreshLogging() {
    do {
      try refresh()
    } catch {
      log.error("\(describe(error))")
    }
  }

  func describe(_ failure: Failure) -> String {
    switch failure {
    case .unreadable(let error): "the weight file \(path) cannot be read: \(error)"
    case .wrong(let error): "\(path):\(error.line): \(error.message)"
    }
  }
}
