// Any octets as a zone's text: a zone or one line that says what is wrong and where. What a zone holds can be written as text
// and read again to the same, and every name in it is answered.

import Corefile
import DNSWire
import DNSZone
import FuzzDriver

let files = ["other": "x 60 A 192.0.2.9\n$INCLUDE again", "again": "$INCLUDE other"]

let reader: MasterFile.Reader = { (path) throws(FileLoader.Failure) in
  guard let text = files[path] else { throw FileLoader.Failure("No such file or directory") }
  return Array(text.utf8)
}

let origin: DomainName = {
  guard let name = try? DomainName("example.org.") else { fatalError("a name") }
  return name
}()

/// The records of a text, after an SOA; `nil` when they make no zone.
func zone(_ text: [UInt8]) -> Zone? {
  do {
    return try Zone.parse(
      Array("$TTL 60\n@ SOA ns admin 1 2 3 4 5\n".utf8) + text, file: "db", origin: origin, reader: reader)
  } catch {
    let text = error.description
    require(!text.utf8.contains(UInt8(ascii: "\n")), "a message is one line")
    require(error.location.line > 0 && error.location.column > 0, "places count from 1")
    return nil
  }
}

fuzz { bytes in
  guard let zone = zone(bytes) else { return }
  for record in zone.transferRecords().prefix(1000) {
    let answer = zone.lookup(record.name, record.type)
    require(answer.rcode != .refused, "each name of the zone is in it")
    let line = record.description
    let again = try? MasterFile.parse(Array(line.utf8), file: "again", origin: .root)
    require(again?.map(\.record) == [record], "written and read again it is the same: \(line)")
  }
}
