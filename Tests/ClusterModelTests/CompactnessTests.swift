import NetworkAddresses
import Testing

@testable import ClusterModel

@Suite("Objects are compact: sizes in octets, as their comments say")
struct CompactnessTests {
  @Test func valuesHaveTheSizesThatTheirCommentsSay() {
    #expect(MemoryLayout<ClusterObject>.size == 8)
    #expect(MemoryLayout<ObjectMeta>.stride == 96)
    #expect(MemoryLayout<Service>.stride == 168)
    #expect(MemoryLayout<ServicePort>.stride == 56)
    #expect(MemoryLayout<EndpointSlice>.stride == 120)
    #expect(MemoryLayout<Endpoint>.stride == 56)
    #expect(MemoryLayout<EndpointPort>.stride == 32)
    #expect(MemoryLayout<ObjectReference>.stride == 72)
    #expect(MemoryLayout<AddressList>.stride == 24)
    #expect(MemoryLayout<PodSpec>.stride == 48)
    #expect(MemoryLayout<PodStatus>.stride == 48)
    #expect(MemoryLayout<Container>.stride == 32)
    #expect(MemoryLayout<ContainerPort>.stride == 32)
    #expect(MemoryLayout<Condition>.stride == 48)
    #expect(MemoryLayout<EndpointConditions>.size == 1)
  }

  @Test func rareFieldsAreOneWordUntilTheyAreUsed() {
    var spec = ServiceSpec()
    #expect(spec.rare.isDefault)
    spec.externalName = "www.example.com"
    let copy = spec
    spec.externalName = "elsewhere.example"
    #expect(copy.externalName == "www.example.com")
    spec.externalName = ""
    #expect(spec.rare.isDefault)
    #expect(spec == ServiceSpec())
  }

  @Test(arguments: [nil, false, true] as [Bool?])
  func conditionsKeepThreeStatesEach(state: Bool?) {
    var conditions = EndpointConditions(ready: true, serving: state, terminating: false)
    #expect(conditions.ready == true && conditions.serving == state && conditions.terminating == false)
    conditions.ready = state
    #expect(conditions == EndpointConditions(ready: state, serving: state, terminating: false))
    #expect(conditions.isReady == (state ?? true))
  }

  @Test func familiesKeepTheirOrder() {
    var spec = ServiceSpec()
    for families in [[], [.ipv6], [.ipv6, .ipv4], [.ipv4, .ipv4]] as [[AddressFamily]] {
      spec.ipFamilies = families
      #expect(spec.ipFamilies == families)
    }
  }

  @Test func addressListsGrowInOrder() throws {
    let texts = ["10.0.0.1", "fd00::1", "10.0.0.2"]
    var list: AddressList = []
    for (count, text) in texts.enumerated() {
      #expect(list.count == count)
      list.append(try #require(IPAddress(text)))
    }
    #expect(list.map(\.description) == texts)
    #expect(list == AddressList(texts.compactMap { IPAddress($0) }))
  }
}

@Suite("Labels and identities")
struct StringMapTests {
  @Test func pairsAreSortedAndTheLastOfAKeyCounts() {
    var map = StringMap([Label("b", "1"), Label("a", "2"), Label("b", "3")])
    #expect(map.description == "a=2,b=3")
    map["aa"] = "4"
    map["a"] = nil
    map["missing"] = nil
    #expect(map == ["aa": "4", "b": "3"])
  }

  @Test(
    arguments: [
      ([:], [:], true), ([:], ["a": "1"], true), (["a": "1"], ["a": "1", "b": "2"], true),
      (["b": "2"], ["a": "1", "b": "2"], true), (["a": "1"], ["a": "2"], false), (["c": "1"], ["a": "1"], false),
      (["a": "1"], [:], false),
    ] as [(StringMap, StringMap, Bool)])
  func selectorsTakeWhatHasAllTheirPairs(selector: StringMap, labels: StringMap, expected: Bool) {
    #expect(selector.isSubset(of: labels) == expected)
  }

  @Test func identitiesReadAsTheyPrint() {
    let text = "7e224ac3-a958-427f-8fd6-c3f3e5c9437f"
    #expect(UID(text)?.description == text)
    #expect(UID(text.uppercased()) == UID(text))
    for wrong in ["", "7e224ac3", text + "0", "7e224ac3a-958-427f-8fd6-c3f3e5c9437f", String(text.dropLast())] {
      #expect(UID(wrong) == nil)
    }
    var generator = SystemRandomNumberGenerator()
    let random = UID.random(using: &generator).description
    #expect(random.dropFirst(14).first == "4" && "89ab".contains(random.dropFirst(19).prefix(1)))
  }
}
