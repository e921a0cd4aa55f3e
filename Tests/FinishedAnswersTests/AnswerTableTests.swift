import DNSWire
import NetworkAddresses
import Reclamation
import Synchronization
import Testing

@testable import FinishedAnswers

/// The address that stands in a name's A record, as a number.
private func address(of answers: NameAnswers) -> UInt32? {
  guard let rrset = answers.rrset(RecordType.a.rawValue) else { return nil }
  let record = answers.records(of: rrset)
  return (12..<16).reduce(0) { $0 << 8 | UInt32(record[$1]) }
}

private func draft(_ key: String, _ value: UInt32) -> NameAnswersDraft {
  var draft = NameAnswersDraft(key: Array(key.utf8), zone: [0])
  draft.addAddresses([.v4(IPv4Address(bits: value))], family: .ipv4, ttl: 5)
  return draft
}

extension AnswerTable.Reader {
  fileprivate func value(_ key: String) -> UInt32? {
    let padded = Array(key.utf8) + [UInt8](repeating: 0xEE, count: QueryHead.slack)
    return padded.withUnsafeBufferPointer { find($0.baseAddress!, count: key.utf8.count).flatMap(address) }
  }
}

/// Whether the writer has ended.
private final class WriterState: Sendable {
  let isDone = Atomic(false)
}

@Suite struct AnswerTableTests {
  let table = AnswerTable(reclaimer: Reclaimer())

  @Test func changesWithoutEndNeedNoMoreWords() {
    let reclaimer = Reclaimer()
    // The key is given: how often the words run out depends a little on where the names happen to fall.
    let table = AnswerTable(reclaimer: reclaimer, seed: 0x6B8B_4567_327B_23C6)
    table.apply((0..<1000).map { .set(draft("stays\($0)", UInt32($0))) })
    var layouts = Set<UInt>()
    // Names that come and go leave tombstones, names that stay get new blocks.
    for round in 0..<200 {
      table.apply((0..<100).map { .set(draft("passes\(round)-\($0)", 1)) })
      table.apply((0..<100).map { .set(draft("stays\($0)", UInt32(round))) })
      table.apply((0..<100).map { .remove(Array("passes\(round)-\($0)".utf8)) })
      layouts.insert(table.root.pointee.words.load(ordering: .relaxed))
    }
    #expect(table.count == 1000)
    // 20,000 names have gone: the words that they leave are used again.
    #expect(layouts.count <= 3)
    #expect(AnswerTable.WordArray(table.root).capacity <= 4096)
    #expect(reclaimer.waiting == 0)
    #expect(table.reader.value("stays99") == 199)
  }

  @Test func findsWhatWasSetAndNothingElse() {
    table.apply([.set(draft("web", 1)), .set(draft("", 2))])
    #expect(table.reader.value("web") == 1)
    #expect(table.reader.value("") == 2)
    #expect(table.reader.value("we") == nil)
    #expect(table.reader.value("webs") == nil)
    #expect(table.count == 2)
  }

  @Test func aNewAnswerTakesTheOldOnesPlace() {
    table.apply([.set(draft("web", 1))])
    table.apply([.set(draft("web", 7))])
    #expect(table.reader.value("web") == 7)
    #expect(table.count == 1)
  }

  @Test func aRemovedNameIsGoneAndComesBack() {
    table.apply([.set(draft("web", 1))])
    table.apply([.remove(Array("web".utf8))])
    #expect(table.reader.value("web") == nil)
    #expect(table.count == 0)
    table.apply([.remove(Array("web".utf8)), .set(draft("web", 3))])
    #expect(table.reader.value("web") == 3)
  }

  @Test func agreesWithADictionaryOverManyChanges() {
    var random = SplitMix(seed: 42)
    var model: [String: UInt32] = [:]
    for _ in 0..<200 {
      var changes: [AnswerTable.Change] = []
      var names = Set<String>()
      for _ in 0..<100 {
        let name = "n\(random.next() % 3000)"
        guard names.insert(name).inserted else { continue }
        if random.next() % 3 == 0 {
          changes.append(.remove(Array(name.utf8)))
          model[name] = nil
        } else {
          let value = UInt32(truncatingIfNeeded: random.next())
          changes.append(.set(draft(name, value)))
          model[name] = value
        }
      }
      table.apply(changes)
    }
    #expect(table.count == model.count)
    for index in 0..<3000 { #expect(table.reader.value("n\(index)") == model["n\(index)"]) }
  }

  @Test func readersSeeOldOrNewAnswersWhileTheWriterWorks() async {
    let reclaimer = Reclaimer()
    let table = AnswerTable(reclaimer: reclaimer)
    let names = (0..<64).map { "name\($0)" }
    table.apply(names.map { .set(draft($0, 0)) })
    let writer = WriterState()
    await withTaskGroup(of: Int.self) { group in
      for number in 0..<2 {
        group.addTask {
          var wrong = 0
          var rounds = 0
          while !writer.isDone.load(ordering: .acquiring) || rounds < 50 {
            rounds += 1
            reclaimer.read(hint: number) {
              for (index, name) in names.enumerated() {
                // Every value that is ever written for a name is its index modulo 64.
                guard let value = table.reader.value(name), value == 0 || value % 64 == UInt32(index) else {
                  wrong += 1
                  continue
                }
              }
            }
            await Task.yield()
          }
          return wrong
        }
      }
      for round in 1...300 as ClosedRange<UInt32> {
        // Other names come and go, so that the table is laid out anew now and then.
        let others = (0..<40).map { AnswerTable.Change.set(draft("other\(round)-\($0)", 1)) }
        let gone = (0..<40).map { AnswerTable.Change.remove(Array("other\(round - 1)-\($0)".utf8)) }
        table.apply(others + gone + names.enumerated().map { .set(draft($1, round * 64 + UInt32($0))) })
        await Task.yield()
      }
      writer.isDone.store(true, ordering: .releasing)
      for await wrong in group { #expect(wrong == 0) }
    }
  }
}

@Suite struct ReclaimerTests {
  private func block() -> UnsafeMutableRawPointer { .allocate(byteCount: 16, alignment: 8) }

  @Test func nothingIsFreedWhileAReaderMayHoldIt() {
    let reclaimer = Reclaimer()
    let slot = reclaimer.enter(hint: 3)
    reclaimer.retire([block()])
    #expect(reclaimer.waiting == 1)
    reclaimer.leave(slot)
    reclaimer.retire([])
    #expect(reclaimer.waiting == 0)
  }

  @Test func aReaderThatCameLaterHoldsNothingBack() {
    let reclaimer = Reclaimer()
    let early = reclaimer.enter(hint: 0)
    reclaimer.retire([block()])
    let late = reclaimer.enter(hint: 1)
    reclaimer.leave(early)
    reclaimer.retire([])
    #expect(reclaimer.waiting == 0)
    reclaimer.leave(late)
  }

  @Test func everySlotCanBeTakenAtOnce() {
    let reclaimer = Reclaimer()
    let slots = (0..<Reclaimer.slotCount).map { _ in reclaimer.enter(hint: 5) }
    #expect(Set(slots).count == Reclaimer.slotCount)
    for slot in slots { reclaimer.leave(slot) }
  }
}

/// Random numbers that are the same in each run.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
