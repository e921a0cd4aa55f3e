import Testing

/// DNS dialogues over real sockets, one file a rule: Tests/Scenarios/README.md says how they are written.
@Suite("Scenarios")
struct ScenarioTests {
  @Test("every scenario file can be read")
  func files() throws {
    #expect(!Corpus.all.isEmpty)
    for scenario in Corpus.all { _ = try scenario.get() }
  }

  @Test("docs/kubernetes-dns-compliance.md names every rule of the cluster zone")
  func document() throws {
    let text = try Corpus.document("kubernetes-dns-compliance.md")
    for scenario in Corpus.readable where scenario.name.hasPrefix("cluster/") {
      #expect(text.contains("Tests/Scenarios/\(scenario.name).scenario)"))
    }
  }

  @Test("rules of the cluster that Tests/Scenarios/default describes", arguments: Corpus.readable.filter(\.usesDefault))
  func sharedServer(_ scenario: Scenario) throws { try check(scenario) }

  @Test(
    "rules that need a server of their own", .enabled(if: ServerUnderTest.named == nil),
    arguments: Corpus.readable.filter { !$0.usesDefault })
  func ownServer(_ scenario: Scenario) throws { try check(scenario) }

  private func check(_ scenario: Scenario) throws {
    guard let reason = scenario.knownIssue else { return try play(scenario) }
    withKnownIssue("\(reason)") { try play(scenario) }
  }

  private func play(_ scenario: Scenario) throws {
    let player = Player(scenario)
    try player.play()
    guard !player.breaches.isEmpty else { return }
    let breaches = player.breaches.joined(separator: "\n  ")
    Issue.record("\(scenario.name).scenario breaks its rule: \(scenario.rule)\n  \(breaches)")
  }
}
