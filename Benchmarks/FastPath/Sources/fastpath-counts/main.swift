// fastpath-counts KIND QUERIES [deliberate]: answers so many queries (rounded up to whole batches) from the fast path, and prints how many
// there were and, when an allocator that counts is preloaded, how many allocations that took.

import Glibc
import QueryEngine

func fail(_ text: String) -> Never {
  let line = Array("fastpath-counts: \(text)\n".utf8)
  _ = write(2, line, line.count)
  exit(1)
}

let arguments = CommandLine.arguments
guard arguments.count >= 3, let kind = QueryMix.Kind(rawValue: arguments[1]), let queries = Int(arguments[2]),
  queries > 0
else {
  fail("usage: fastpath-counts \(QueryMix.Kind.allCases.map(\.rawValue).joined(separator: "|")) QUERIES [deliberate]")
}
let cluster = try SampleCluster()
let mix = try QueryMix(kind)
if let complaint = mix.complaint(kind, cluster) { fail(complaint) }
var worker = Worker(cluster, mix)
let deliberate = arguments.dropFirst(3).first == "deliberate" ? Deliberate() : nil
let batches = (queries + FastPath.capacity - 1) / FastPath.capacity
let counter = AllocationCounter()
let before = counter?.soFar ?? 0
worker.answerMeasuredBatches(batches, deliberate)
let allocations = (counter?.soFar ?? 0) - before
guard worker.replies == batches * FastPath.capacity else { fail("only \(worker.replies) queries had a reply") }
print("queries \(worker.replies)")
if counter != nil { print("allocations \(allocations)") }
