import Corefile
import DNSWire
import Testing

@testable import DNSZone

let origin = name("example.org.")

func name(_ text: String) -> DomainName {
  do {
    return try DomainName(text)
  } catch {
    Issue.record(error)
    return .root
  }
}

/// A reader of files that are held in memory.
func memory(_ files: [String: String]) -> MasterFile.Reader {
  { (path) throws(FileLoader.Failure) in
    guard let text = files[path] else { throw FileLoader.Failure("No such file or directory") }
    return Array(text.utf8)
  }
}

/// The records of a text, each as a line.
func records(_ text: String, files: [String: String] = [:]) throws -> [String] {
  try MasterFile.parse(Array(text.utf8), file: "db", origin: origin, reader: memory(files)).map { "\($0.record)" }
}

/// The mistake in a text, as the user sees it; `nil` when there is none.
func problem(_ text: String, files: [String: String] = [:]) -> String? {
  do {
    _ = try MasterFile.parse(Array(text.utf8), file: "db", origin: origin, reader: memory(files))
    return nil
  } catch {
    return error.description
  }
}

/// A zone from the lines behind its SOA and NS.
func zone(_ text: String) throws -> Zone {
  try Zone.parse(Array((header + text).utf8), file: "db", origin: origin)
}

let header = """
  $TTL 3600
  @ SOA ns admin 7 7200 3600 1209600 300
  @ NS ns
  ns A 192.0.2.1

  """

/// What makes a text no zone, as the user sees it.
func zoneProblem(_ text: String) -> String? {
  do {
    _ = try Zone.parse(Array(text.utf8), file: "db", origin: origin)
    return nil
  } catch {
    return error.description
  }
}

/// An answer, section by section, each record as owner (without the zone's name), TTL, type and data.
func lines(_ answer: ZoneAnswer) -> [String] {
  let flags = "\(answer.rcode)\(answer.authoritative ? " aa" : "")"
  let sections = [("", answer.answers), ("auth ", answer.authorities), ("add ", answer.additionals)]
  return [flags]
    + sections.flatMap { label, records in
      records.map { "\(label)\($0.name) \($0.ttl) \($0.type) \($0.data.presentation)" }
    }
}

let soaLine = "auth example.org. 300 SOA ns.example.org. admin.example.org. 7 7200 3600 1209600 300"
let nsLine = "auth example.org. 3600 NS ns.example.org."
