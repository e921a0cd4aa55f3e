import ClusterModel
import Registry

/// A patch of an object, by its content type.
struct ObjectPatch: Sendable {
  private enum Form: Sendable {
    /// RFC 6902.
    case json(JSONPatch)
    /// RFC 7386.
    case merge(DocumentNode)
    /// Kubernetes' own, which knows the kinds' lists.
    case strategic(DocumentNode)
  }

  private let form: Form
  /// The patch as it was sent, for messages; of a long one the beginning.
  let text: String
  private static let textLimit = 4096

  /// The content types of patches.
  static let mediaTypes = [
    "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json",
  ]

  /// - Throws: `UnsupportedMediaType`, or `BadRequest` for what is no patch.
  init(_ request: APIRequest) throws(RegistryError) {
    guard let type = Self.mediaTypes.firstIndex(of: request.mediaType) else {
      throw .unsupportedMediaType(Self.mediaTypes + APIHandler.configurationTypes)
    }
    let node = try Self.document(request.body)
    do throws(PatchError) {
      switch type {
      case 0: form = .json(try JSONPatch(node))
      case 1: form = .merge(node)
      default: form = .strategic(node)
      }
    } catch {
      throw RegistryError(error)
    }
    let start = String(decoding: request.body.prefix(Self.textLimit), as: UTF8.self)
    text = request.body.count > Self.textLimit ? start + " ..." : start
  }

  private static func document(_ body: [UInt8]) throws(RegistryError) -> DocumentNode {
    do throws(DocumentError) {
      if let node = try BodyDocument.json(body) { return node }
    } catch {
      throw RegistryError(.badRequest, "error decoding patch: \(error)")
    }
    throw RegistryError(.badRequest, "error decoding patch: unexpected end of JSON input")
  }

  /// The object after a patch that needs no document of it: the renewal of a Lease. `nil` for every other one.
  func renewed(_ object: ClusterObject) -> ClusterObject? {
    guard case .lease(let lease) = object else { return nil }
    return switch form {
    case .json: nil
    case .merge(let patch), .strategic(let patch): lease.applying(scalarsOf: patch)?.object
    }
  }

  /// The object as a document, after the patch.
  func applied(to object: ClusterObject) throws(RegistryError) -> DocumentNode {
    let before = try object.document()
    do throws(PatchError) {
      let patched =
        switch form {
        case .json(let patch): try patch.applied(to: before, limits: BodyDocument.limits)
        case .merge(let patch): try before.applying(mergePatch: patch)
        case .strategic(let patch): try before.applying(strategicMergePatch: patch, to: object.kind)
        }
      return patched.settlingPairs(from: before, of: object.kind)
    } catch {
      throw RegistryError(error)
    }
  }
}

extension ClusterObject {
  /// The object as a document, as patches see it.
  func document() throws(RegistryError) -> DocumentNode {
    do throws(DocumentError) {
      var writer = JSONWriter()
      write(to: &writer)
      var reader = try JSONReader(writer.bytes)
      if let node = try reader.next() { return node }
    } catch {
      throw RegistryError(.internalError, "Internal error occurred: the stored object cannot be read: \(error)")
    }
    throw RegistryError(.internalError, "Internal error occurred: the stored object is empty")
  }
}

extension RegistryError {
  /// What a patch that is not applied gives the client.
  init(_ error: PatchError) {
    switch error {
    case .malformed: self.init(.badRequest, error.message)
    case .inapplicable: self.init(.invalid, error.message, Details())
    case .tooLarge: self.init(.requestEntityTooLarge, error.message)
    }
  }
}
