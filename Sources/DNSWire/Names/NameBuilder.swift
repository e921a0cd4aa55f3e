/// Puts a name together octet by octet, within its limits.
struct NameBuilder {
  private var octets: [UInt8] = [0]
  /// Where the length of the label that is being written stands.
  private var labelStart = 0
  /// Where the label begins in what the name is read from, for the complaint.
  private var position = 0

  /// The name that consists of the labels ended so far.
  var wire: [UInt8] { octets }

  /// Whether the label that is being written has no octet yet.
  var isLabelEmpty: Bool { octets.count == labelStart + 1 }

  /// Adds an octet to the label that is being written.
  mutating func append(_ octet: UInt8) throws(NameError) {
    guard octets.count - labelStart <= DomainName.maximumLabelLength else { throw .labelTooLong(at: position) }
    // The root's octet is still to come.
    guard octets.count < DomainName.maximumLength - 1 else { throw .nameTooLong }
    octets.append(octet)
  }

  /// Ends a label; `next` is where the following one begins in what the name is read from.
  mutating func endLabel(next: Int? = nil) throws(NameError) {
    let length = octets.count - labelStart - 1
    guard length > 0 else { throw .emptyLabel(at: position) }
    octets[labelStart] = UInt8(length)
    labelStart = octets.count
    octets.append(0)
    position = next ?? labelStart
  }
}
