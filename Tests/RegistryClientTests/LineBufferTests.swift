import Testing

@testable import RegistryClient

@Suite("Lines of a stream") struct LineBufferTests {
  @Test("lines come out whole, however they come in", arguments: 1...8)
  func parts(size: Int) {
    let text = Array("one\n\nthree is longer\nrest".utf8)
    var (buffer, lines) = (LineBuffer(), [String]())
    for start in stride(from: 0, to: text.count, by: size) {
      buffer.append(text[start..<min(start + size, text.count)])
      while let line = buffer.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    }
    #expect(lines == ["one", "", "three is longer"])
    #expect(buffer.waiting == 4)
  }
}
