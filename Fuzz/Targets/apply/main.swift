// Any octets: a configuration of a Service that is applied to an object, or a set of fields. What is applied is applied again
// without a change, and what is a set can be written and read again to the same.

import ClusterModel
import FuzzDriver

let limits = DocumentLimits(depth: 50, nodes: 10_000)
let start =
  #"{"metadata":{"name":"w","labels":{"a":"1"}},"spec":{"ports":[{"name":"a","port":80},{"name":"b","port":81}]}}"#

/// One JSON document.
func document(_ bytes: [UInt8]) -> DocumentNode? {
  guard var reader = try? JSONReader(bytes, limits: limits) else { return nil }
  return try? reader.next()
}

makeForGood {
  _ = ObjectKind.allCases.map(\.schema)
  if let empty = document(Array("{}".utf8)) { _ = try? AppliedConfiguration(empty, of: .service) }
}

/// The object that a document is of, with owners; `nil` when something in it does not fit.
func object(_ node: DocumentNode, _ managedFields: [ManagedFieldsEntry]) -> ClusterObject? {
  var (object, problems) = ClusterObject.decode(node, as: .service, interner: StringInterner())
  object.metadata.managedFields = managedFields
  return problems.isEmpty ? object : nil
}

func apply(_ node: DocumentNode) {
  guard let live = document(Array(start.utf8)), let configuration = try? AppliedConfiguration(node, of: .service),
    var first = object(live, [])
  else { return }
  first.metadata.managedFields = first.managedFields(after: FieldWriter("first", time: 1), from: nil)
  _ = try? configuration.applied(to: first, by: FieldWriter("two", time: 2), isForced: false)
  guard let once = try? configuration.applied(to: first, by: FieldWriter("two", time: 2), isForced: true) else {
    return require(false, "force has no conflicts")
  }
  guard let stored = object(once.document, once.managedFields) else { return }
  let again = try? configuration.applied(to: stored, by: FieldWriter("two", time: 2), isForced: true)
  let second = again.flatMap { object($0.document, $0.managedFields) }
  require(second?.spec == stored.spec, "applying again changes nothing")
}

extension ClusterObject {
  var spec: ServiceSpec? { Service(self)?.spec }
}

fuzz { bytes in
  if let set = try? FieldSet(fieldsV1: String(decoding: bytes, as: UTF8.self)) {
    let again = try? FieldSet(fieldsV1: set.fieldsV1)
    require(again == set, "a set reads as itself")
    require(set.subtracting(set).isEmpty && set.union(set) == set, "a set is itself")
  }
  if let node = document(bytes) { apply(node) }
}
