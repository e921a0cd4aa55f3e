import ClusterModel
import Dispatch
import Registry
import Synchronization
import Testing

@testable import RegistryAPI

@Suite("Registry API: replies wait for the store, threads do not")
struct PendingReplyTests {
  @Test("a reply goes out when the store has kept the change")
  func kept() async throws {
    let store = HeldStore()
    let sent = Mutex<[Int]>([])
    let request = try request("shop")
    let code = await withCheckedContinuation { continuation in
      // The handler is done with the request before the store is: nothing can have been sent then.
      handler(store).reply(to: request) { reply in
        sent.withLock { $0.append(reply.code) }
        continuation.resume(returning: reply.code)
      }
      let early = sent.withLock { $0 }
      #expect(early.isEmpty)
      store.release()
    }
    #expect(code == 201)
  }

  @Test("when the store fails, that is the reply")
  func failed() async throws {
    let store = HeldStore(failure: "the disk is full")
    store.release()
    let request = try request("shop")
    let reply = await withCheckedContinuation { continuation in
      handler(store).reply(to: request) { continuation.resume(returning: $0) }
    }
    #expect(reply.code == 503)
    #expect(try parse(reply.body).at("message")?.string?.contains("the disk is full") == true)
  }

  @Test("a request that is refused is answered once, too", arguments: ["No name", "web/shop"])
  func refused(name: String) async throws {
    let store = HeldStore()
    store.release()
    let request = try request(name)
    let reply = await withCheckedContinuation { continuation in
      handler(store).reply(to: request) { continuation.resume(returning: $0) }
    }
    #expect(reply.code == 422)
  }

  private func handler(_ store: HeldStore) -> APIHandler {
    APIHandler(registry: Registry(RegistrySettings(), StoredState(), keptBy: store), address: "127.0.0.1:8001")
  }

  private func request(_ name: String) throws -> APIRequest {
    let body = #"{"metadata":{"name":"\#(name)"}}"#
    return try #require(APIRequest(method: "POST", target: "/api/v1/namespaces", body: Array(body.utf8)))
  }
}

/// A store that keeps nothing before it is released.
private final class HeldStore: RegistryStore {
  private let isReleased = DispatchSemaphore(value: 0)
  private let failure: String?

  init(failure: String? = nil) { self.failure = failure }

  func release() { isReleased.signal() }

  func keep(_ transactions: [StoredTransaction]) throws(RegistryStoreError) {
    isReleased.wait()
    isReleased.signal()
    if let failure { throw RegistryStoreError(failure) }
  }
}
