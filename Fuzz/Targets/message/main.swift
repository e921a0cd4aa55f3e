// Any octets: read as a message or refused; what is read can be written, within any limit, and read again to the same.

import DNSWire
import FuzzDriver

/// A message, its records and options as text, so that no presentation form traps.
func describe(_ message: Message) -> Int {
  let records = message.answers + message.authorities + message.additionals
  return records.reduce(0) { $0 + $1.description.utf8.count }
}

/// The heads of all records, whose data a whole reading has found well.
func walk(_ bytes: [UInt8]) throws(WireError) -> Int {
  var reader = try MessageReader(bytes)
  var records = 0
  while let head = try reader.nextRecord() {
    records += 1
    _ = try reader.name(at: head.name.lowerBound)
    if head.type != .opt { _ = try reader.data(of: head) }
  }
  try reader.finish()
  return records
}

fuzz { bytes in
  guard let message = try? Message(parsing: bytes) else {
    _ = try? walk(bytes)
    return
  }
  let records = message.answers.count + message.authorities.count + message.additionals.count
  require((try? walk(bytes)) == records + (message.edns == nil ? 0 : 1), "the reader finds each record")
  _ = describe(message)
  let written = message.encoded()
  // Without compression a message can be longer than 65,535 octets: then it is cut.
  if let again = try? Message(parsing: written) {
    require(again == message || again.truncated, "written and read again it is the same")
    require(again.encoded() == written, "writing again changes nothing")
  } else {
    require(false, "what is written can be read")
  }
  let short = message.encoded(limit: 512)
  require(short.count <= 512, "the limit holds")
  require((try? Message(parsing: short)) != nil, "what is cut can be read")
}
