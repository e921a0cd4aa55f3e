extension Validator {
  /// The most that the keys and values of annotations may be together, in octets.
  private static let annotationsLimit = 256 << 10

  /// The metadata of a new object whose names have that form.
  mutating func metadata(_ metadata: ObjectMeta, of kind: ObjectKind, _ nameRule: (String) -> [String]) {
    if !metadata.generateName.isEmpty {
      // A name is completed by five characters, so what matters is what comes before a dash at its end.
      check(metadata.generateName, "metadata.generateName") { nameRule($0.hasSuffix("-") ? $0 + "x" : $0) }
    }
    if metadata.name.isEmpty {
      required("metadata.name", "name or generateName is required")
    } else {
      check(metadata.name, "metadata.name", nameRule)
    }
    namespace(metadata.namespace, of: kind)
    if metadata.generation < 0 {
      invalid("metadata.generation", String(metadata.generation), "must be greater than or equal to 0")
    }
    labels(metadata.labels, "metadata.labels")
    annotations(metadata.annotations)
    owners(metadata.ownerReferences)
    finalizers(metadata.finalizers)
  }

  private mutating func namespace(_ namespace: String, of kind: ObjectKind) {
    guard kind.isNamespaced else {
      if !namespace.isEmpty { forbidden("metadata.namespace", "not allowed on this type") }
      return
    }
    if namespace.isEmpty {
      required("metadata.namespace")
    } else {
      check(namespace, "metadata.namespace", NameSyntax.dns1123Label)
    }
  }

  private mutating func annotations(_ annotations: StringMap) {
    var size = 0
    for annotation in annotations {
      check(annotation.key, "metadata.annotations") { NameSyntax.qualifiedName($0.lowercased()) }
      size += annotation.key.utf8.count + annotation.value.utf8.count
    }
    if size > Self.annotationsLimit { tooLong("metadata.annotations", Self.annotationsLimit) }
  }

  private mutating func owners(_ owners: [OwnerReference]) {
    for (index, owner) in owners.enumerated() {
      let path = "metadata.ownerReferences[\(index)]"
      if owner.apiVersion.isEmpty { invalid("\(path).apiVersion", "\"\"", "version must not be empty") }
      if owner.kind.isEmpty { invalid("\(path).kind", "\"\"", "must not be empty") }
      if owner.name.isEmpty { invalid("\(path).name", "\"\"", "must not be empty") }
      if owner.uid.isNone { invalid("\(path).uid", "\"\"", "must not be empty") }
    }
    if owners.count(where: { $0.controller == true }) > 1 {
      invalid("metadata.ownerReferences", "\(owners.count)", "Only one reference can have Controller set to true")
    }
  }

  private mutating func finalizers(_ finalizers: [String]) {
    for finalizer in finalizers { check(finalizer, "metadata.finalizers", NameSyntax.qualifiedName) }
    let (orphan, foreground) = (WellKnownFinalizer.orphan, WellKnownFinalizer.foregroundDeletion)
    guard finalizers.contains(orphan), finalizers.contains(foreground) else { return }
    let list = "[" + finalizers.map(\.quoted).joined(separator: ",") + "]"
    invalid("metadata.finalizers", list, "finalizer \(orphan) and \(foreground) cannot be both set")
  }

  /// What may not change in an object's metadata.
  mutating func metadataUpdate(_ new: ObjectMeta, from old: ObjectMeta) {
    if new.name != old.name { immutable("metadata.name", new.name.quoted) }
    if new.namespace != old.namespace { immutable("metadata.namespace", new.namespace.quoted) }
    if !new.uid.isNone, new.uid != old.uid { immutable("metadata.uid", new.uid.description.quoted) }
    if new.creationTimestamp != 0, old.creationTimestamp != 0, new.creationTimestamp != old.creationTimestamp {
      immutable("metadata.creationTimestamp", Timestamp.text(new.creationTimestamp).quoted)
    }
    guard let before = old.deletionTimestamp else { return }
    if new.deletionTimestamp != before {
      immutable("metadata.deletionTimestamp", new.deletionTimestamp.map { Timestamp.text($0).quoted } ?? "null")
    }
    let added = new.finalizers.filter { !old.finalizers.contains($0) }
    if !added.isEmpty {
      let list = "[]string{" + added.map(\.quoted).joined(separator: ", ") + "}"
      let detail = "no new finalizers can be added if the object is being deleted, found new finalizers \(list)"
      forbidden("metadata.finalizers", detail)
    }
  }
}
