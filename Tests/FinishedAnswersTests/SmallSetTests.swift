import Testing

@testable import FinishedAnswers

@Suite("Sets of few elements")
struct SmallSetTests {
  @Test("Few or many: each element is in it once", arguments: [0, 1, 15, 16, 17, 18, 100])
  func insert(count: Int) {
    var set = SmallSet<Int>()
    for element in 0..<count {
      #expect(!set.contains(element))
      let inserted = (set.insert(element), set.insert(element), set.insert(element / 2))
      #expect(inserted == (true, false, false))
    }
    #expect((0..<count).allSatisfy(set.contains))
    #expect(!set.contains(count))
    #expect(SmallSet((0..<count).map { $0 / 2 }).contains(count / 2) == (count % 2 == 1))
  }
}
