/// Labels that mean something to Kubernetes.
public enum WellKnownLabel {
  /// On an EndpointSlice: the Service that it belongs to.
  public static let serviceName = "kubernetes.io/service-name"
  /// On an EndpointSlice: the controller that writes it.
  public static let managedBy = "endpointslice.kubernetes.io/managed-by"
  /// On an EndpointSlice of a headless Service.
  public static let headless = "service.kubernetes.io/headless"
  /// On Endpoints that are not to be mirrored into slices.
  public static let skipMirror = "endpointslice.kubernetes.io/skip-mirror"
  /// On a Node: the topology zone.
  public static let topologyZone = "topology.kubernetes.io/zone"
  /// On a Node: the topology region.
  public static let topologyRegion = "topology.kubernetes.io/region"
  /// On every Namespace: its name.
  public static let namespaceName = "kubernetes.io/metadata.name"
}

/// Annotations that mean something to Kubernetes, or here.
public enum WellKnownAnnotation {
  /// On a Pod: the Lease of its namespace that it lives by.
  public static let lease = "clusterdns.io/lease"
  /// The older spelling of `publishNotReadyAddresses`: "true".
  public static let tolerateUnreadyEndpoints = "service.alpha.kubernetes.io/tolerate-unready-endpoints"
  /// On Endpoints and slices: when the change that they show happened.
  public static let lastChangeTriggerTime = "endpoints.kubernetes.io/last-change-trigger-time"
  /// On Endpoints: `truncated` when they left endpoints out.
  public static let overCapacity = "endpoints.kubernetes.io/over-capacity"
  /// What kubectl applied last, when it applies at the client.
  public static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"
}

/// Values of the label `endpointslice.kubernetes.io/managed-by`.
public enum SliceController {
  /// Makes slices from selectors and Pods.
  public static let selector = "endpointslice-controller.k8s.io"
  /// Makes slices from hand-written Endpoints.
  public static let mirroring = "endpointslicemirroring-controller.k8s.io"
}

/// Finalizers that whoever deletes objects acts on itself.
public enum WellKnownFinalizer {
  /// The object waits for what belongs to it and blocks it.
  public static let foregroundDeletion = "foregroundDeletion"
  /// What belongs to the object stays.
  public static let orphan = "orphan"
}
