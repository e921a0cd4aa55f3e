import ClusterModel

/// What becomes of the objects that belong to one that is deleted, by the names that `DeleteOptions` has for it.
public enum DeletionPropagation: String, Sendable, Hashable, CaseIterable {
  /// They go after it.
  case background = "Background"
  /// They go before it: it waits for those whose `ownerReferences` say `blockOwnerDeletion`.
  case foreground = "Foreground"
  /// They stay, and belong to it no longer.
  case orphan = "Orphan"

  /// The finalizer that asks for it; the registry itself takes it out when it has done so.
  var finalizer: String? {
    switch self {
    case .background: nil
    case .foreground: WellKnownFinalizer.foregroundDeletion
    case .orphan: WellKnownFinalizer.orphan
    }
  }
}

extension ObjectMeta {
  /// What the finalizers ask for, when the deletion itself says nothing.
  var propagation: DeletionPropagation {
    for finalizer in finalizers {
      if let asked = DeletionPropagation.allCases.first(where: { $0.finalizer == finalizer }) { return asked }
    }
    return .background
  }

  /// The finalizers that others must take out.
  var foreignFinalizers: [String] {
    finalizers.filter { name in !DeletionPropagation.allCases.contains { $0.finalizer == name } }
  }

  /// Whether the object was deleted in the foreground and is still there.
  var isDeletingDependents: Bool { deletionTimestamp != nil && propagation == .foreground }
}
