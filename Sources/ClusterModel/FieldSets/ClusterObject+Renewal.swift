extension ClusterObject {
  /// Who has which fields after a Lease was renewed by the one who has them all; `nil` for every other write.
  ///
  /// Renewals come by the thousand a second and only say when: comparing documents for them would cost more than storing them.
  func managedFields(renewedBy writer: FieldWriter, from old: ClusterObject?) -> [ManagedFieldsEntry]? {
    guard case .lease(let new) = self, case .lease(var before)? = old, before.metadata.managedFields.count == 1 else {
      return nil
    }
    var entry = before.metadata.managedFields[0]
    guard entry.manager == writer.name, entry.operation == FieldOwner.Operation.update.rawValue,
      entry.apiVersion == apiVersion, entry.subresource == writer.subresource,
      entry.fieldsV1.utf8.contains(text: Self.renewTime)
    else { return nil }
    guard [[], before.metadata.managedFields].contains(new.metadata.managedFields) else { return nil }
    before.metadata.managedFields = new.metadata.managedFields
    // What the registry says of objects is nobody's, and may be left out.
    before.metadata.resourceVersion = new.metadata.resourceVersion
    before.metadata.uid = new.metadata.uid
    before.metadata.creationTimestamp = new.metadata.creationTimestamp
    before.metadata.generation = new.metadata.generation
    before.spec.renewTime = new.spec.renewTime
    guard before == new, new.spec.renewTime != nil else { return nil }
    entry.time = writer.time
    return [entry]
  }

  private static let renewTime = #""f:renewTime":{}"#
}

extension String.UTF8View {
  /// Whether a text is part of this one, octet by octet: looking for characters takes many times as long. O(n · m).
  fileprivate func contains(text: String) -> Bool {
    indices.contains { self[$0] == text.utf8.first && self[$0...].starts(with: text.utf8) }
  }
}
