// ClusterZone: the cluster's objects become finished answers (Kubernetes DNS-Based Service Discovery 1.1.0).
//
// An object that changes is compiled at once to the wire form of the names that it gives; queries only look names up. The parts:
// ClusterIndex (the objects), ServiceNames (what one Service publishes), EndpointSet (its endpoints), ReversePointers (addresses to names),
// PodIndex, ApexNames (what the zone says of itself), ZoneWriter (the way into the tables), LongWork (leaves
// room for the workers).

public import ClusterModel
import DNSWire
public import FinishedAnswers
import NetworkAddresses
public import Reclamation
import Synchronization

/// The zones of one `kubernetes` directive: it takes objects and their changes, and publishes finished answers.
public final class ClusterZone: Sendable {
  /// What the directive asks for.
  public let configuration: ClusterZoneConfiguration
  /// Keeps answers in memory as long as somebody reads them.
  public let reclaimer: Reclaimer
  /// One for each of the configuration's zones, in its order.
  public let zones: [AnswerZone]
  let layouts: [ZoneLayout]
  let compiler: ServiceCompiler
  let state: Mutex<State>

  struct State: Sendable {
    var index: ClusterIndex
    var pointers: ReversePointers
    var apex: ApexNames
  }

  /// Is told, in seconds, how long after its cause a change of endpoints could be asked for.
  private let onProgrammed: @Sendable (Double) -> Void

  /// Zones that are empty and not synchronised yet.
  ///
  /// - Parameter configuration: which names there are, and how they answer.
  /// - Parameter reclaimer: frees what readers may still look at.
  /// - Parameter onProgrammed: is told, in seconds, how long after its cause a change to a headless Service's endpoints could be
  ///   asked for, as far as the slice says when that was.
  public init(
    _ configuration: ClusterZoneConfiguration, reclaimer: Reclaimer,
    onProgrammed: @escaping @Sendable (Double) -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.reclaimer = reclaimer
    self.onProgrammed = onProgrammed
    layouts = configuration.zones.map { name in
      let isForward = !ReverseZone.contains(name)
      let missing = configuration.missing(name, isForward: isForward)
      return ZoneLayout(
        answers: AnswerZone(name: name, missing: missing, ttl: configuration.ttl, reclaimer: reclaimer),
        isForward: isForward)
    }
    zones = layouts.map(\.answers)
    compiler = ServiceCompiler(configuration)
    state = Mutex(
      State(
        index: ClusterIndex(configuration), pointers: ReversePointers(zones: layouts), apex: ApexNames(configuration)))
  }

  /// Whether all objects have come: until then every answer is SERVFAIL.
  public var isSynced: Bool { zones.allSatisfy(\.isSynced) }

  /// Takes all objects that there are; what is not among them is no more. From then on the zones answer.
  ///
  /// Complexity: O(objects).
  public func replace(with objects: [ClusterObject]) {
    state.withLock { state in
      var touched = TouchedObjects()
      if !state.index.isEmpty {
        for key in state.index.keys.subtracting(objects.lazy.map(\.key)) { state.index.take(.delete(key), &touched) }
      }
      var work = LongWork()
      for object in objects {
        state.index.take(.set(object), &touched)
        work.step()
      }
      publish(&touched, &state, fixedNames: !isSynced)
    }
    startSerials()
    for zone in zones { zone.isSynced = true }
  }

  /// Takes a batch of changes. Each Service that they touch is compiled once, when all are known: an endpoint that moves between
  /// slices within a batch is never absent.
  ///
  /// Complexity: O(changes + names of the Services they touch); a change to a namespace walks its Services.
  public func apply(_ events: [ClusterEvent]) {
    state.withLock { state in
      var touched = TouchedObjects()
      var work = LongWork()
      for event in events {
        state.index.take(event, &touched)
        work.step()
      }
      publish(&touched, &state, fixedNames: false)
      for case .set(.endpointSlice(let slice)) in events { reportDelay(of: slice, state) }
    }
  }
}

// MARK: - Publishing

extension ClusterZone {
  private func publish(_ touched: inout TouchedObjects, _ state: inout State, fixedNames: Bool) {
    var writer = ZoneWriter(zones: layouts, ttl: configuration.ttl)
    if fixedNames { state.apex.publishFixedNames(&writer) }
    publishNamespaces(&touched, state, &writer)
    publishServices(touched, &state, &writer)
    publishPods(touched, state, &writer)
    state.apex.publishServers(&writer)
    writer.flush()
  }

  /// Namespaces that came or went: they are names themselves, and show or hide what is in them.
  private func publishNamespaces(_ touched: inout TouchedObjects, _ state: State, _ writer: inout ZoneWriter) {
    let changed = touched.namespaces.filter { state.index.shows($0.key) != $0.value }
    if changed.isEmpty { return }
    for (name, before) in changed {
      for key in namespaceKeys(name) { before ? writer.remove(key) : writer.set(NameContent(key: key)) }
    }
    let names = Set(changed.keys)
    for service in state.index.services(in: names) where touched.services[service] == nil {
      touched.services[service] = state.index.services[service]
    }
    for pod in state.index.pods.addresses(in: names) where touched.pods[pod] == nil { touched.pods[pod] = true }
  }

  private func namespaceKeys(_ name: String) -> [NameKey] {
    let parents: [NameKey] = configuration.pods == .disabled ? [.services] : [.services, .pods]
    return parents.compactMap { $0.below(name) }
  }

  private func publishServices(_ touched: TouchedObjects, _ state: inout State, _ writer: inout ZoneWriter) {
    var work = LongWork()
    for (name, before) in touched.services {
      work.step()
      let isShown = state.index.shows(name.namespace)
      let wasShown = touched.namespaces[name.namespace] ?? isShown
      let after = state.index.services[name]
      let (old, new) = (names(of: before, wasShown), names(of: after, isShown))
      writer.replace(old.names, with: new.names)
      state.pointers.change(from: old.pointers, to: new.pointers, zones: layouts)
      let service = isShown ? after?.service.flatMap(Service.init) : nil
      state.apex.look(at: service, named: name) { compiler.endpoints(of: $0, after?.endpointSlices ?? []) }
      if writer.isFull {
        state.pointers.finish(&writer)
        writer.flush()
      }
    }
    state.pointers.finish(&writer)
  }

  /// What a Service publishes; nothing when its namespace is not shown.
  private func names(of entry: ServiceEntry?, _ isShown: Bool) -> ServiceNames {
    guard isShown, let entry, let service = entry.service.flatMap(Service.init) else { return .none }
    return compiler.names(of: service, entry.endpointSlices)
  }

  private func publishPods(_ touched: TouchedObjects, _ state: State, _ writer: inout ZoneWriter) {
    for (pod, existed) in touched.pods {
      let isShown = state.index.shows(pod.namespace)
      let before = existed && (touched.namespaces[pod.namespace] ?? isShown)
      let after = isShown && state.index.pods.contains(pod)
      guard before != after else { continue }
      for content in pod.contents { after ? writer.set(content) : writer.remove(content.key) }
      if writer.isFull { writer.flush() }
    }
  }

  private func reportDelay(of slice: EndpointSlice, _ state: State) {
    let owner = slice.serviceName.map { NamespacedName(namespace: slice.metadata.namespace, name: $0) }
    guard let service = owner.flatMap({ state.index.services[$0]?.service }).flatMap(Service.init),
      let seconds = ProgrammingDelay.seconds(of: slice, service: service)
    else { return }
    onProgrammed(seconds)
  }

  /// Serial numbers grow over restarts too: they begin with the time.
  private func startSerials() {
    let now = UInt32(truncatingIfNeeded: Int64(WallClock.now))
    for zone in zones where !zone.isSynced { zone.serial = now }
  }
}

extension ServiceEntry {
  /// The slices as values.
  var endpointSlices: [EndpointSlice] { slices.compactMap(EndpointSlice.init) }
}

extension ClusterZoneConfiguration {
  /// What a zone does about names that its table does not hold.
  fileprivate func missing(_ zone: DomainName, isForward: Bool) -> AnswerZone.Missing {
    let falls = fallthroughZones.contains { zone.isSubdomain(of: $0) || $0.isSubdomain(of: zone) }
    if falls || (zonal && isForward) { return .asksStages }
    return pods == .insecure && isForward ? .asksStagesForPods : .denied
  }
}
