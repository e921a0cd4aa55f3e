import ClusterModel
import Registry
import Testing

@testable import RegistryAPI

@Suite("Watching over HTTP: the registry was restarted")
struct RestartedStateTests {
  /// Keeps nothing: what it is asked to keep is not looked at.
  private struct Sink: RegistryStore {
    func keep(_ transactions: [StoredTransaction]) throws(RegistryStoreError) {}
  }

  @Test("the last object of a kind went before the restart: who watches on is told; Leases begin anew")
  func deletedBefore() throws {
    var service = Service(metadata: ObjectMeta(name: "web", namespace: "shop"), spec: ServiceSpec())
    service.metadata.resourceVersion = 2
    var last = service
    last.metadata.resourceVersion = 3
    let gone = RegistryEvent(change: .deleted, object: last.object, previous: service.object)
    let state = StoredState(version: 3, history: [RegistryBatch(version: 3, events: [gone])], oldest: 2)
    let hub = WatchHub(Registry(RegistrySettings(), state, keptBy: Sink()))
    #expect(try hub.changes(of: .service, after: 2).batches.flatMap(\.events).map(\.change) == [.deleted])
    #expect(try hub.changes(of: .service, after: 3).batches.isEmpty)
    #expect(throws: RegistryError.self) { try hub.changes(of: .service, after: 1) }
    #expect(throws: RegistryError.self) { try hub.changes(of: .lease, after: 2) }
  }
}
