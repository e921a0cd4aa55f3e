// Master files (RFC 1035 §5): text → records, each with its place.
//
// Lines, parentheses, directives, owner, TTL and class are read here, with file, line and column. libldns turns the data
// of each record into wire form (RecordDataReader.swift), because it knows how every type is written.

public import Corefile
public import DNSWire

/// A record and where it is written.
public struct LocatedRecord: Sendable {
  /// The record.
  public var record: ResourceRecord
  /// Where its line begins.
  public var location: SourceLocation

  /// A record at a place.
  public init(_ record: ResourceRecord, at location: SourceLocation) {
    self.record = record
    self.location = location
  }
}

/// What is wrong in a master file, where, and what would be right.
public struct MasterFileError: Error, Sendable, Hashable {
  /// Where the mistake is.
  public var location: SourceLocation
  /// What is wrong: a clause without a full stop.
  public var message: String
  /// What would be right; `nil` when the message says it.
  public var hint: String?

  /// An error at a place.
  public init(_ location: SourceLocation, _ message: String, hint: String? = nil) {
    self.location = location
    self.message = message
    self.hint = hint
  }
}

extension MasterFileError: CustomStringConvertible {
  /// One line: `db.example:12:20: an IPv4 address is expected instead of '10.0.0'`.
  public var description: String {
    let text = "\(location): \(message)"
    return hint.map { "\(text); \($0)" } ?? text
  }
}

/// A text with records.
public enum MasterFile {
  /// How the files that `$INCLUDE` names are read: the bytes at a path.
  public typealias Reader = @Sendable (_ path: String) throws(FileLoader.Failure) -> [UInt8]

  /// The size that one file may have, in bytes: 1 GiB.
  public static let largestFile = 1 << 30

  /// Reads files from the disk.
  public static let disk: Reader = { (path) throws(FileLoader.Failure) in try readFile(path, limit: largestFile) }

  /// Reads a file and what it includes.
  ///
  /// - Parameter path: the file.
  /// - Parameter origin: what names without a dot at their end are relative to, until `$ORIGIN` says otherwise.
  public static func read(path: String, origin: DomainName) throws(MasterFileError) -> [LocatedRecord] {
    try parse(contents(of: path), file: path, origin: origin, reader: disk)
  }

  /// Reads records from bytes. `$INCLUDE` goes through the reader; without one, no file can be included.
  public static func parse(
    _ text: [UInt8], file: String, origin: DomainName, reader: Reader? = nil
  ) throws(MasterFileError) -> [LocatedRecord] {
    var parser = MasterFileParser(into: RecordList(), reader: reader ?? noFiles)
    try parser.parse(text, file: file, origin: origin)
    return parser.sink.records
  }

  /// The bytes of the file that a zone begins with.
  static func contents(of path: String) throws(MasterFileError) -> [UInt8] {
    do {
      return try disk(path)
    } catch {
      throw MasterFileError(SourceLocation(file: path), "the zone's file cannot be read: \(error.reason)")
    }
  }

  /// For texts that stand alone.
  static let noFiles: Reader = { (_) throws(FileLoader.Failure) in
    throw FileLoader.Failure("this text includes no files")
  }
}

/// What takes the records as they are read.
protocol RecordSink {
  /// Takes a record, or says what is wrong with it.
  mutating func add(_ record: ResourceRecord, at location: SourceLocation) throws(MasterFileError)
}

/// All records, in order.
private struct RecordList: RecordSink {
  var records: [LocatedRecord] = []

  mutating func add(_ record: ResourceRecord, at location: SourceLocation) {
    records.append(LocatedRecord(record, at: location))
  }
}
