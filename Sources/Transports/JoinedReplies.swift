import CLinux
import Glibc

/// Replies to one client in a row as one message, which the kernel cuts into datagrams (UDP_SEGMENT, udp(7)): its way down the network
/// is gone once for all of them.
///
/// The datagrams of a message are equally long, but for the last, which may be shorter. So the replies of a row are sorted by their length, longest
/// first, and each message takes those of one length and the next shorter one: an A and an AAAA query that came together from one socket, as
/// the C library sends them, are answered by one message.
@safe
final class JoinedReplies {
  /// The most octets of a message: what a datagram of IPv4 holds, and some less.
  private static let limit = 65_000

  private let messages: UnsafeMutablePointer<cl_message>
  private let segments: UnsafeMutablePointer<iovec>
  /// The length of a reply, and in the lowest octet its place: those of a row by their length.
  private let order: UnsafeMutablePointer<UInt32>
  /// Whether the kernel cuts messages of this socket; `nil` before it was asked.
  private var canSegment: Bool?

  /// - Parameter capacity: the most replies of a batch, at most 64: older kernels cut a message into no more.
  init(capacity: Int) {
    unsafe messages = .allocate(capacity: capacity)
    unsafe messages.initialize(repeating: cl_message(), count: capacity)
    unsafe segments = .allocate(capacity: capacity)
    unsafe segments.initialize(repeating: iovec(), count: capacity)
    unsafe order = .allocate(capacity: capacity)
    unsafe order.initialize(repeating: 0, count: capacity)
  }

  deinit {
    unsafe messages.deallocate()
    unsafe segments.deallocate()
    unsafe order.deallocate()
  }

  /// Whether the kernel cuts messages.
  func isPossible(_ descriptor: CInt) -> Bool {
    if let canSegment { return canSegment }
    let answer = cl_can_segment(descriptor) != 0
    canSegment = answer
    return answer
  }

  /// Sends replies, those in a row together.
  ///
  /// - Parameter rows: the bit of each reply that goes to the client of the one before it, from the same address.
  func send(_ replies: UnsafeMutablePointer<cl_message>, count: Int, rows: UInt64, _ descriptor: CInt) {
    var messageCount = 0
    var start = 0
    while start < count {
      let end = min(count, start + 1 + (~rows >> UInt64(start + 1)).trailingZeroBitCount)
      unsafe sort(replies, start..<end)
      while start < end {
        start += unsafe join(replies, start..<end, as: messageCount)
        messageCount += 1
      }
    }
    send(messageCount, descriptor)
  }

  /// Puts the replies of a row in order, the longest first. Rows are short, and their lengths few.
  private func sort(_ replies: UnsafeMutablePointer<cl_message>, _ row: Range<Int>) {
    for index in row {
      let key = unsafe UInt32(truncatingIfNeeded: replies[index].header.msg_iov.pointee.iov_len) << 8 | UInt32(index)
      var place = index
      while place > row.lowerBound, unsafe order[place - 1] >> 8 < key >> 8 {
        unsafe order[place] = order[place - 1]
        place -= 1
      }
      unsafe order[place] = key
    }
    for place in row { unsafe segments[place] = replies[Int(order[place] & 0xFF)].header.msg_iov.pointee }
  }

  /// Makes a message of the first replies of a row, and says of how many.
  private func join(_ replies: UnsafeMutablePointer<cl_message>, _ row: Range<Int>, as message: Int) -> Int {
    let first = row.lowerBound
    let count = countOfMessage(row)
    let header = unsafe messages + message
    unsafe header.pointee = replies[Int(order[first] & 0xFF)]
    unsafe header.pointee.header.msg_iov = segments + first
    unsafe header.pointee.header.msg_iovlen = count
    if count > 1 {
      unsafe header.pointee.header.msg_controllen = Int(
        cl_set_segment_size(
          header.pointee.header.msg_control, CInt(truncatingIfNeeded: header.pointee.header.msg_controllen),
          UInt16(truncatingIfNeeded: segments[first].iov_len)))
    }
    return count
  }

  /// How many replies of a row, from its first on, make one message: those of one length, and one that is shorter.
  private func countOfMessage(_ row: Range<Int>) -> Int {
    let size = unsafe segments[row.lowerBound].iov_len
    var total = size
    for place in row.dropFirst() {
      let next = unsafe segments[place].iov_len
      total += next
      if total > Self.limit { return place - row.lowerBound }
      if next < size { return place + 1 - row.lowerBound }
    }
    return row.count
  }

  private func send(_ count: Int, _ descriptor: CInt) {
    var sent = 0
    while sent < count {
      let result = unsafe Int(cl_send(descriptor, messages + sent, UInt32(count - sent)))
      if result == -Int(EINTR) { continue }
      if result < 0 { sendSingly(sent, descriptor, refused: result) }
      sent += max(1, result)
    }
  }

  /// Sends the replies of a message that the system refuses to cut one by one: they are longer than the way's packets, or the device cannot.
  private func sendSingly(_ message: Int, _ descriptor: CInt, refused error: Int) {
    var header = unsafe messages[message].header
    guard unsafe header.msg_iovlen > 1 else { return }
    if error == -Int(EIO) { canSegment = false }
    let count = unsafe header.msg_iovlen
    unsafe header.msg_iovlen = 1
    unsafe header.msg_controllen -= Int(CL_SEGMENT_LENGTH)
    for _ in 0..<count {
      unsafe _ = cl_send_one(descriptor, &header)
      unsafe header.msg_iov += 1
    }
  }
}
