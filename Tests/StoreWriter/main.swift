import ClusterModel
import Dispatch
import Foundation
import Registry
import RegistryStores

// StoreWriter FOLDER: writers, each with objects of its own, change a kept registry until the program is killed. Standard
// output says of each change that it is tried, and then that it was acknowledged: `try NAME VALUE`, `done NAME VALUE`. An
// object's value is its label; 0 is none.

func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

let (store, state) = try SQLiteStore.open(StateFolder(CommandLine.arguments[1]))
let registry = Registry(RegistrySettings(), state, keptBy: store)
let namespace = Namespace(name: "default").object
if registry.object(namespace.key) == nil {
  try registry.transaction { (transaction) throws(RegistryError) in _ = try transaction.create(namespace) }
}

/// One change of an object: made, changed, and every seventh time taken away.
func change(_ name: String) throws {
  let key = ObjectKey(.service, namespace: "default", name: name)
  let old = registry.object(key)
  let last = old?.metadata.labels["value"].flatMap { Int($0) } ?? 0
  let next = last == 0 ? Int.random(in: 1...1_000_000) * 7 + 1 : last % 7 == 0 ? 0 : last + 1
  say("try \(name) \(next)")
  try registry.transaction { (transaction) throws(RegistryError) in
    guard next > 0 else { return _ = try transaction.delete(key) }
    var service = Service(
      metadata: ObjectMeta(name: name, namespace: "default"), spec: ServiceSpec(ports: [ServicePort(port: 80)]))
    if let old, let stored = Service(old) { service = stored }
    service.metadata.labels = ["value": "\(next)"]
    if old == nil { _ = try transaction.create(service.object) } else { _ = try transaction.update(service.object) }
  }
  say("done \(name) \(next)")
}

for writer in 0..<6 {
  Thread.detachNewThread {
    do {
      while true { try change("w\(writer)-\(Int.random(in: 0..<5))") }
    } catch {
      say("failed \(error)")
      exit(1)
    }
  }
}
dispatchMain()
