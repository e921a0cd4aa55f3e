public import ClusterModel

/// A text that holds one document, as the body of a request does.
public enum SingleDocument {
  /// Reads a document in YAML, or in JSON, which is YAML too.
  ///
  /// - Returns: `nil` for a text without a document.
  /// - Throws: what is wrong and where; that there is a second document is wrong too.
  public static func read(_ text: [UInt8], limits: DocumentLimits = .standard) throws(DocumentError) -> DocumentNode? {
    if let binary = text.firstIndex(of: 0) {
      throw DocumentError("this is no text: it has a NUL at octet \(binary + 1)", at: .start)
    }
    var documents = DocumentReader(text, limits: ManifestLimits(document: limits))
    guard let first = try node(documents.next()) else { return nil }
    if let second = try node(documents.next()) {
      throw DocumentError("one document is expected, and here begins a second one", at: second.position)
    }
    return first
  }

  private static func node(_ result: DocumentReader.Result?) throws(DocumentError) -> DocumentNode? {
    switch result {
    case nil: nil
    case .document(let node): node
    case .failure(let error): throw error
    }
  }
}
