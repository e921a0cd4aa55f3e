import ClusterModel
import Glibc
import Manifests

/// What a text describes, read as the file `m.yaml`.
func manifests(_ text: String, limits: ManifestLimits = .standard) -> ManifestSet {
  ManifestSet.read(Array(text.utf8), file: "m.yaml", limits: limits)
}

/// A folder of a test's own, which goes when the test ends.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/manifests-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FolderError() }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in names { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  private var names: [String] = []

  /// Writes a file; the new content has an inode of its own, as editors and Kubernetes do it.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    let file = "\(path)/\(name)"
    names.append(name)
    guard let stream = fopen(file + ".new", "w") else { throw FolderError() }
    fputs(text, stream)
    fclose(stream)
    guard rename(file + ".new", file) == 0 else { throw FolderError() }
    return file
  }

  func makeFolder(_ name: String) throws {
    guard mkdir("\(path)/\(name)", 0o700) == 0 else { throw FolderError() }
  }

  func removeFolder(_ name: String) { rmdir("\(path)/\(name)") }

  func link(_ name: String, to target: String) throws {
    names.append(name)
    guard symlink(target, "\(path)/\(name)") == 0 else { throw FolderError() }
  }

  struct FolderError: Error {}
}

/// A Service and its slice with three endpoints, as JSON documents.
func serviceWithSlice(_ number: Int) -> String {
  let (name, namespace) = ("service-\(number)", "team-\(number % 50)")
  let address = "10.\(96 + number >> 16 & 15).\(number >> 8 & 255).\(number & 255)"
  let endpoints = (1...3).map { index in
    #"{"addresses":["10.\#(index).\#(number >> 8 & 255).\#(number & 255)"],"conditions":{"ready":true},"#
      + #""nodeName":"node-\#(index).europe-west.example.com","zone":"europe-west-\#(index)"}"#
  }.joined(separator: ",")
  return #"""
    {"apiVersion":"v1","kind":"Service","metadata":{"name":"\#(name)","namespace":"\#(namespace)"},
     "spec":{"clusterIP":"\#(address)","selector":{"app":"\#(name)"},"ports":[{"name":"http","port":80,"targetPort":8080}]}}
    ---
    {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"\#(name)-abc12","namespace":"\#(namespace)",
     "labels":{"kubernetes.io/service-name":"\#(name)"}},"addressType":"IPv4","endpoints":[\#(endpoints)],
     "ports":[{"name":"http","protocol":"TCP","port":8080}]}
    ---

    """#
}
