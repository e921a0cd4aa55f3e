// DNSWire: bytes to messages and back (RFC 1035, 2181, 3597, 6891 and the record types' own documents).
//
// - `MessageReader` looks at a message without allocating: header, questions, heads of records. `Message` reads it whole.
// - `MessageWriter` writes one, with names compressed; `Message.encoded(limit:)` also fits it to a size.
// - `DomainName`, `RecordData` and `EDNSOption` are the values inside; a type with fields has a file of its own.
//
// Everything from outside is checked: reading never traps, follows pointers backwards only, and costs time linear in the
// message's length. `WireError` says at which octet a message is wrong.
