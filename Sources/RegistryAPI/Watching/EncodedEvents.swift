import ClusterModel
import Glibc
import NIOCore
import Registry
import Synchronization

/// In which form a watch shows objects.
struct WatchForm: Sendable {
  let kind: ObjectKind
  /// Forms with the same name write the same octets.
  let name: String
  /// Whether what is written depends on the time, as ages in tables do.
  fileprivate let hasAges: Bool
  private let writeObject: @Sendable (ClusterObject, inout JSONWriter) -> Void

  /// The form that a client asked for.
  init(_ kind: ObjectKind, _ form: ObjectForm = .whole) {
    self.kind = kind
    name = "\(form)"
    hasAges = if case .table = form { true } else { false }
    writeObject = { object, writer in writer.object(object, as: form, now: Int64(time(nil))) }
  }

  /// An event, as one line of JSON.
  func octets(of event: WatchEvent) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      switch event {
      case .change(let change): write(change, to: &writer)
      case .bookmark(let version, let endsState):
        writer.member("type", "BOOKMARK")
        writer.key("object")
        writer.bookmark(kind, version, endsState: endsState)
      case .failure(let error):
        writer.member("type", "ERROR")
        writer.key("object")
        writer.status(error)
      }
    }
    writer.finishDocument()
    return writer.bytes
  }

  private func write(_ change: WatchEvent.ObjectChange, to writer: inout JSONWriter) {
    writer.member("type", change.type.rawValue)
    writer.key("object")
    var object = change.object
    if object.metadata.resourceVersion != change.version { object.metadata.resourceVersion = change.version }
    writeObject(object, &writer)
  }
}

extension JSONWriter {
  /// An object of the kind that has nothing but a version.
  fileprivate mutating func bookmark(_ kind: ObjectKind, _ version: UInt64, endsState: Bool) {
    object { writer in
      writer.member("kind", kind.name)
      writer.member("apiVersion", kind.apiVersion)
      writer.key("metadata")
      writer.object { writer in
        writer.member("resourceVersion", String(version))
        guard endsState else { return }
        writer.key("annotations")
        writer.object { $0.member("k8s.io/initial-events-end", "true") }
      }
    }
  }
}

/// The latest changes in wire form: each is written once for all watches that show it in the same form.
final class EncodedEvents: Sendable {
  fileprivate struct Key: Hashable {
    let version: UInt64
    let type: WatchEvent.ChangeType
    let form: String
    /// The second of the time that the octets are right in; 0 for always.
    let moment: Int
  }

  fileprivate struct Store {
    var buffers: [Key: ByteBuffer] = [:]
    /// The keys in the order in which they came, from an index on.
    var order: [Key] = []
    var head = 0
    var octets = 0
  }

  /// The most octets that are kept.
  private let limit: Int
  private let store = Mutex(Store())

  init(limit: Int) { self.limit = limit }

  /// A change as one line of JSON; it is kept for others.
  func octets(of change: WatchEvent.ObjectChange, in form: WatchForm) -> ByteBuffer {
    let key = Key(version: change.version, type: change.type, form: form.name, moment: form.hasAges ? time(nil) : 0)
    return store.withLock { store in
      if let buffer = store.buffers[key] { return buffer }
      let buffer = ByteBuffer(bytes: form.octets(of: .change(change)))
      store.keep(buffer, for: key, limit)
      return buffer
    }
  }

  /// Forgets everything.
  func clear() { store.withLock { $0 = Store() } }

  /// How many octets are kept.
  var count: Int { store.withLock { $0.octets } }
}

extension EncodedEvents.Store {
  fileprivate mutating func keep(_ buffer: ByteBuffer, for key: EncodedEvents.Key, _ limit: Int) {
    guard buffer.readableBytes <= limit else { return }
    buffers[key] = buffer
    order.append(key)
    octets += buffer.readableBytes
    while octets > limit { dropFirst() }
    if head > 64, head > order.count / 2 {
      order.removeFirst(head)
      head = 0
    }
  }

  private mutating func dropFirst() {
    octets -= buffers.removeValue(forKey: order[head])?.readableBytes ?? 0
    head += 1
  }
}
