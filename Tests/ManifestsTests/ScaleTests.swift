import CLinux
import ClusterModel
import Manifests
import Testing

@Suite("A cluster of ten thousand services", .serialized)
struct ScaleTests {
  private static let services = 10_000

  @Test func twentyThousandDocumentsAreRead() {
    let text = (0..<Self.services).map(serviceWithSlice).joined()
    let set = ManifestSet.read(Array(text.utf8), file: "m.json")
    #expect(set.problems == [])
    #expect(set.objects.count == 2 * Self.services)
    let endpoints = set.objects.compactMap { EndpointSlice($0.object) }.flatMap(\.endpoints)
    #expect(endpoints.count == 3 * Self.services)
    #expect(set.objects.last?.source.position.line == UInt32(7 * Self.services - 3))
  }

  /// What a Service, its slice and three endpoints take together, in octets that the allocator gave out: other tests that
  /// run beside this one are small against the whole.
  @Test func aServiceWithItsSliceTakesAKilobyteAtMost() {
    let text = Array((0..<Self.services).map(serviceWithSlice).joined().utf8)
    let before = cl_heap_in_use()
    let objects = ManifestSet.read(text, file: "m.json").objects.map(\.object)
    let after = withExtendedLifetime((text, objects)) { cl_heap_in_use() }
    let each = (Int(after) - Int(before)) / Self.services
    #expect(objects.count == 2 * Self.services)
    #expect((500...1024).contains(each), "\(each) octets")
  }
}
