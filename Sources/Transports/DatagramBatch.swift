import CLinux
import DNSWire
import Glibc
import NetworkAddresses
import QueryEngine

/// The buffers of one worker: datagrams as they came, and their replies, for one system call each.
///
/// Owned by one thread. Every index is below ``capacity``.
@safe
final class DatagramBatch {
  /// Datagrams a call takes at most.
  static let capacity = FastPath.capacity
  /// The longest query that is read; longer ones are cut, and answered with FORMERR.
  private static let queryRoom = 4096
  /// A reply's longest length over UDP.
  private static let replyRoom = 1232

  private let received: UnsafeMutablePointer<cl_message>
  private let replies: UnsafeMutablePointer<cl_message>
  private let addresses: UnsafeMutablePointer<PeerName>
  private let controls: UnsafeMutablePointer<UInt8>
  private let vectors: UnsafeMutablePointer<iovec>
  private let queries: UnsafeMutablePointer<UInt8>
  private let answers: UnsafeMutablePointer<UInt8>
  private var replyCount = 0
  /// One bit a reply: whether it goes to the client of the one before it.
  private var rows: UInt64 = 0
  /// Which datagram the last reply answers.
  private var lastAnswered = 0
  /// Replies to one client that leave as one message.
  private let joined = JoinedReplies(capacity: capacity)
  /// How many places the kernel has written to, and must be made ready again.
  private var usedCount = 0
  private let wantsDestination: Bool

  /// Two cache lines more than a page: datagrams a page apart would push each other out of the processor's cache.
  private static let queryStride = queryRoom + 128
  private static let replyStride = replyRoom + 2 * QueryHead.slack
  private static let controlLength = Int(CL_CONTROL_LENGTH)

  /// - Parameter wantsDestination: whether the socket tells each datagram's destination.
  init(wantsDestination: Bool) {
    self.wantsDestination = wantsDestination
    let capacity = Self.capacity
    unsafe received = Self.zeroed(capacity, cl_message())
    unsafe replies = Self.zeroed(capacity, cl_message())
    unsafe addresses = Self.zeroed(capacity, PeerName())
    unsafe controls = Self.zeroed(capacity * Self.controlLength, 0)
    unsafe vectors = Self.zeroed(2 * capacity, iovec())
    unsafe queries = Self.zeroed(capacity * Self.queryStride, 0)
    unsafe answers = Self.zeroed(capacity * Self.replyStride, 0)
    for index in 0..<capacity { prepare(index) }
  }

  deinit {
    unsafe received.deallocate()
    unsafe replies.deallocate()
    unsafe addresses.deallocate()
    unsafe controls.deallocate()
    unsafe vectors.deallocate()
    unsafe queries.deallocate()
    unsafe answers.deallocate()
  }

  /// Room for a `sockaddr_in` or a `sockaddr_in6` (28 octets): a quarter of a `sockaddr_storage`, as many of them share few cache lines.
  private struct PeerName: BitwiseCopyable {
    var octets: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  }

  private static func zeroed<Element: BitwiseCopyable>(_ count: Int, _ element: Element) -> UnsafeMutablePointer<
    Element
  > {
    let pointer = UnsafeMutablePointer<Element>.allocate(capacity: count)
    unsafe pointer.initialize(repeating: element, count: count)
    return unsafe pointer
  }

  /// Points the headers of a place to its buffers.
  private func prepare(_ index: Int) {
    unsafe vectors[index] = iovec(iov_base: queries + index * Self.queryStride, iov_len: Self.queryRoom)
    unsafe received[index].header.msg_iov = vectors + index
    unsafe received[index].header.msg_iovlen = 1
    unsafe received[index].header.msg_name = UnsafeMutableRawPointer(addresses + index)
    unsafe received[index].header.msg_control = UnsafeMutableRawPointer(controls + index * Self.controlLength)
    makeReady(index)
    unsafe vectors[Self.capacity + index] = iovec(iov_base: answers + index * Self.replyStride, iov_len: 0)
    unsafe replies[index].header.msg_iov = vectors + Self.capacity + index
    unsafe replies[index].header.msg_iovlen = 1
  }
}

// MARK: - Datagrams

extension DatagramBatch {
  /// Waits for datagrams and takes up to ``capacity`` of them.
  ///
  /// - Returns: how many there are; 0 when the socket receives no more, a negative error number else.
  func receive(_ descriptor: CInt) -> Int {
    for index in 0..<usedCount { makeReady(index) }
    replyCount = 0
    rows = 0
    let count = unsafe Int(cl_receive(descriptor, received, UInt32(Self.capacity)))
    usedCount = max(0, count)
    // A socket that was shut down gives one message without a sender.
    return unsafe count == 1 && received[0].header.msg_namelen == 0 ? 0 : count
  }

  /// Tells the kernel how much room a place has.
  fileprivate func makeReady(_ index: Int) {
    unsafe received[index].header.msg_namelen = socklen_t(MemoryLayout<PeerName>.size)
    unsafe received[index].header.msg_controllen = wantsDestination ? Self.controlLength : 0
  }

  func packet(_ index: Int) -> UnsafePointer<UInt8> { unsafe UnsafePointer(queries + index * Self.queryStride) }

  func length(_ index: Int) -> Int { unsafe Int(received[index].length) }

  func octets(_ index: Int) -> [UInt8] {
    unsafe Array(UnsafeBufferPointer(start: packet(index), count: length(index)))
  }

  /// False for senders that nobody can be, port 0, and for ourselves: a reply to us would come back as a query for ever.
  func isAnswerable(_ index: Int, at local: SocketAddress) -> Bool {
    let port = unsafe UInt16(bigEndian: UnsafeRawPointer(addresses + index).load(fromByteOffset: 2, as: UInt16.self))
    if port != local.port { return port != 0 }
    return client(index)?.address != destination(index) ?? local.address
  }

  func client(_ index: Int) -> SocketAddress? {
    var storage = sockaddr_storage()
    unsafe withUnsafeMutableBytes(of: &storage) {
      unsafe $0.copyMemory(
        from: UnsafeRawBufferPointer(start: addresses + index, count: MemoryLayout<PeerName>.size))
    }
    return SocketAddressStorage(storage).address
  }

  /// The address that the datagram was sent to; `nil` when the socket is bound to it.
  func destination(_ index: Int) -> IPAddress? {
    var octets = [UInt8](repeating: 0, count: 16)
    let length = unsafe octets.withUnsafeMutableBufferPointer {
      unsafe cl_destination(&received[index].header, $0.baseAddress)
    }
    return IPAddress(octets: octets.prefix(Int(length)))
  }
}

// MARK: - Replies

extension DatagramBatch {
  /// Where the next reply is to be written.
  var replyBuffer: UnsafeMutablePointer<UInt8> { unsafe answers + replyCount * Self.replyStride }

  /// Adds what was written to ``replyBuffer`` as the reply to a datagram. It leaves from the address that the query was sent to.
  func addReply(to index: Int, length: Int) {
    let reply = unsafe replies + replyCount
    unsafe reply.pointee.header.msg_name = received[index].header.msg_name
    unsafe reply.pointee.header.msg_namelen = received[index].header.msg_namelen
    unsafe reply.pointee.header.msg_iov.pointee.iov_len = length
    unsafe reply.pointee.header.msg_control = received[index].header.msg_control
    unsafe reply.pointee.header.msg_controllen = turnAround(index)
    if replyCount > 0, isSameClient(index, lastAnswered) { rows |= 1 << UInt64(replyCount) }
    lastAnswered = index
    replyCount += 1
  }

  /// Whether the reply that is being added, and the one before it, answer datagrams from the same socket and to the same address.
  private func isSameClient(_ a: Int, _ b: Int) -> Bool {
    let (one, other) = unsafe (addresses[a].octets, addresses[b].octets)
    guard one.0 == other.0, one.1 == other.1, one.2 == other.2, one.3 == other.3 else { return false }
    let length = unsafe replies[replyCount].header.msg_controllen
    return unsafe length == 0
      || memcmp(controls + a * Self.controlLength, controls + b * Self.controlLength, length) == 0
  }

  /// Turns the control message with the destination into one with the source.
  private func turnAround(_ index: Int) -> Int {
    guard unsafe received[index].header.msg_controllen > 0 else { return 0 }
    return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16) { address in
      let length = unsafe cl_destination(&received[index].header, address.baseAddress)
      guard length > 0 else { return 0 }
      return unsafe Int(cl_set_source(received[index].header.msg_control, address.baseAddress, length))
    }
  }

  /// Sends all replies. One that the system refuses is left out: its client asks again.
  func send(_ descriptor: CInt) {
    if rows != 0, joined.isPossible(descriptor) {
      unsafe joined.send(replies, count: replyCount, rows: rows, descriptor)
    } else {
      unsafe Self.send(replies, count: replyCount, descriptor)
    }
  }

  private static func send(_ messages: UnsafeMutablePointer<cl_message>, count: Int, _ descriptor: CInt) {
    var sent = 0
    while sent < count {
      let result = unsafe Int(cl_send(descriptor, messages + sent, UInt32(count - sent)))
      if result == -Int(EINTR) { continue }
      sent += max(1, result)
    }
  }
}

/// One reply that leaves by itself.
struct Datagram {
  private let octets: [UInt8]
  private let client: SocketAddressStorage
  private let source: IPAddress?

  init(_ octets: [UInt8], to client: SocketAddress, from source: IPAddress?) {
    self.octets = octets
    self.client = SocketAddressStorage(client)
    self.source = source
  }

  func send(_ descriptor: CInt) {
    var octets = octets
    var control = [UInt8](repeating: 0, count: Int(CL_CONTROL_LENGTH))
    let controlLength = source.map { source in
      let address = source.octets
      return unsafe Int(cl_set_source(&control, address, CInt(address.count)))
    }
    unsafe octets.withUnsafeMutableBytes { bytes in
      var vector = unsafe iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
      unsafe control.withUnsafeMutableBytes { control in
        unsafe client.withPointer { name, nameLength in
          unsafe withUnsafeMutablePointer(to: &vector) { vector in
            var message = unsafe msghdr()
            unsafe message.msg_name = UnsafeMutableRawPointer(mutating: name)
            unsafe message.msg_namelen = nameLength
            unsafe message.msg_iov = vector
            unsafe message.msg_iovlen = 1
            if let controlLength {
              unsafe message.msg_control = control.baseAddress
              unsafe message.msg_controllen = controlLength
            }
            // A client that cannot be reached asks again or does not.
            unsafe _ = cl_send_one(descriptor, &message)
          }
        }
      }
    }
  }
}
