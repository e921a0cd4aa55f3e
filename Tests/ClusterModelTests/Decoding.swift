import ClusterModel

/// One document of JSON text.
func document(_ json: String) throws -> DocumentNode {
  var reader = try JSONReader(Array(json.utf8))
  guard let node = try reader.next() else { throw DocumentError("no document", at: .start) }
  return node
}

/// The object that a JSON text describes, with what does not fit.
func decode(_ json: String) throws -> (object: ClusterObject, problems: [DocumentProblem]) {
  let node = try document(json)
  guard case .object(let kind) = try DocumentKind(node) else { throw DocumentError("no object", at: .start) }
  return ClusterObject.decode(node, as: kind, interner: StringInterner())
}

/// The object that a JSON text describes, defaulted, and everything that Kubernetes would refuse in it.
func errors(_ json: String, namespace: String = "default") throws -> [FieldError] {
  var (object, problems) = try decode(json)
  if object.kind.isNamespaced, object.metadata.namespace.isEmpty { object.metadata.namespace = namespace }
  object.applyDefaults()
  return object.fieldErrors(after: problems)
}

/// A Service with that metadata and spec.
func service(_ spec: String, name: String = "web") -> String {
  #"{"apiVersion":"v1","kind":"Service","metadata":{"name":"\#(name)"},"spec":\#(spec)}"#
}

/// A slice with these fields.
func slice(_ fields: String) -> String {
  #"{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"e"},\#(fields)}"#
}

/// An object of the core with that kind and these fields.
func object(_ kind: String, _ fields: String = "", name: String = "x") -> String {
  #"{"apiVersion":"v1","kind":"\#(kind)","metadata":{"name":"\#(name)"}\#(fields.isEmpty ? "" : "," + fields)}"#
}
