import Glibc
import Testing

@testable import QueryStages

/// A file that is deleted with its test.
final class ScratchFile {
  let path: String

  init(_ text: String? = nil) {
    path = "/tmp/clusterdns-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    if let text { write(text) }
  }

  deinit { unlink(path) }

  /// Writes the file; its time of change is not the one it had.
  func write(_ text: String) {
    guard let file = fopen(path, "w") else { fatalError("cannot write \(path)") }
    fputs(text, file)
    fclose(file)
    // Two writes may fall into one tick of the file system's clock.
    Self.ticks += 1
    var times = [
      timespec(tv_sec: 1_700_000_000 + Self.ticks, tv_nsec: 0),
      timespec(tv_sec: 1_700_000_000 + Self.ticks, tv_nsec: 0),
    ]
    utimensat(AT_FDCWD, path, &times, 0)
  }

  func remove() { unlink(path) }

  nonisolated(unsafe) private static var ticks = Int.random(in: 0...1_000_000)
}

@Suite("Files that directives read")
struct FileTests {
  @Test("A file's stamp changes with its content, and is nil without a file")
  func stamps() throws {
    let file = ScratchFile("one")
    let first = FileStamp(path: file.path)
    #expect(first != nil)
    #expect(first == FileStamp(path: file.path))
    #expect(try FileContents.read(file.path).stamp == first)
    file.write("other")
    #expect(FileStamp(path: file.path) != first)
    file.remove()
    #expect(FileStamp(path: file.path) == nil)
  }

  @Test("A file that is missing or too long is an error with the system's words")
  func errors() {
    let file = ScratchFile("four")
    #expect(throws: FileError(code: EFBIG)) { try FileContents.read(file.path, limit: 3) }
    #expect((try? FileContents.read(file.path, limit: 4))?.bytes == Array("four".utf8))
    file.remove()
    #expect(throws: FileError(code: ENOENT)) { try FileContents.read(file.path) }
    #expect("\(FileError(code: ENOENT))" == "No such file or directory")
  }

  @Test("A check comes after each interval until its service ends")
  func periodic() async {
    let checks = Counted()
    let check = PeriodicCheck(interval: .seconds(7)) {
      checks.add()
    } sleep: { interval in
      #expect(interval == .seconds(7))
      if checks.count == 3 { throw CancellationError() }
    }
    await check.run()
    #expect(checks.count == 3)
  }
}
