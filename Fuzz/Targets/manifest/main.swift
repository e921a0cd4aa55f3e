// Any octets: read as manifests, each document an object or a problem with its place; what is read can be written as JSON
// and read again to the same.

import ClusterModel
import FuzzDriver
import Manifests

let limits = ManifestLimits(document: DocumentLimits(nodes: 10_000))

makeForGood { _ = ObjectKind.allCases.map(\.schema) }

fuzz { bytes in
  let set = ManifestSet.read(bytes, file: "m", limits: limits)
  let told = set.problems + set.notices
  require(!set.objects.isEmpty || !told.isEmpty || !bytes.isEmpty, "something is said of every file")
  for problem in told { require(problem.description.hasPrefix("m:"), "a problem says where") }
  var writer = JSONWriter()
  for entry in set.objects {
    entry.object.write(to: &writer)
    writer.finishDocument()
  }
  let again = ManifestSet.read(writer.bytes, file: "m", limits: limits)
  require(again.objects.map(\.object) == set.objects.map(\.object), "what is written reads as the same")
}
