/// Reads a TTL: seconds, or numbers with the units s, m, h, d and w in either case, one after the other (`1h30m`). The last
/// number may lack its unit. `nil` when the text is none or the sum does not fit into 63 bits.
func readTTL(_ text: ArraySlice<UInt8>) -> Int? {
  var total = 0
  var number: Int?
  for octet in text {
    if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) {
      let (tens, overflow) = (number ?? 0).multipliedReportingOverflow(by: 10)
      let (sum, overflows) = tens.addingReportingOverflow(Int(octet - UInt8(ascii: "0")))
      if overflow || overflows { return nil }
      number = sum
    } else {
      guard let count = number, let unit = secondsInUnit(octet) else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: unit)
      let (sum, overflows) = total.addingReportingOverflow(product)
      if overflow || overflows { return nil }
      (total, number) = (sum, nil)
    }
  }
  guard !text.isEmpty else { return nil }
  let (sum, overflow) = total.addingReportingOverflow(number ?? 0)
  return overflow ? nil : sum
}

private func secondsInUnit(_ unit: UInt8) -> Int? {
  switch unit | 0x20 {
  case UInt8(ascii: "s"): 1
  case UInt8(ascii: "m"): 60
  case UInt8(ascii: "h"): 3600
  case UInt8(ascii: "d"): 86_400
  case UInt8(ascii: "w"): 604_800
  default: nil
  }
}
