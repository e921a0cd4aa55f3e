import ClusterModel

/// One cell of a table.
enum TableCell: Sendable, Equatable {
  case text(String)
  case number(Int64)
}

/// One column of a kind's table: what clients are told of it, and how an object fills it.
struct TableColumn<Object: KubernetesObject>: Sendable {
  let head: TableColumnHead
  /// Takes the object and the time in seconds since 1970.
  let cell: @Sendable (Object, Int64) -> TableCell

  /// A column of text.
  init(_ name: String, _ description: String, isWide: Bool = false, _ text: @escaping @Sendable (Object) -> String) {
    head = TableColumnHead(name: name, description: description, isWide: isWide)
    cell = { object, _ in .text(text(object)) }
  }

  /// A column whose text depends on the time.
  init(
    timed name: String, _ description: String, isWide: Bool = false,
    _ text: @escaping @Sendable (Object, Int64) -> String
  ) {
    head = TableColumnHead(name: name, description: description, isWide: isWide)
    cell = { object, now in .text(text(object, now)) }
  }

  /// A column of whole numbers, which Kubernetes all the same calls text.
  init(
    number name: String, _ description: String, isWide: Bool = false, _ number: @escaping @Sendable (Object) -> Int64
  ) {
    self.init(TableColumnHead(name: name, description: description, isWide: isWide)) { .number(number($0)) }
  }

  /// A column with a head of its own.
  init(_ head: TableColumnHead, _ cell: @escaping @Sendable (Object) -> TableCell) {
    self.head = head
    self.cell = { object, _ in cell(object) }
  }

  /// The object's name.
  static var name: TableColumn { TableColumn(.nameHead()) { .text($0.metadata.name) } }

  /// How long the object has been there.
  static var age: TableColumn {
    TableColumn(timed: "Age", "How long ago the object was created.") { object, now in
      HumanDuration.since(object.metadata.creationTimestamp, now: now)
    }
  }
}

/// What clients are told of a column.
struct TableColumnHead: Sendable, Equatable {
  let name: String
  /// `name` for the column with the object's name.
  var format = ""
  let description: String
  /// Whether only `-o wide` shows it.
  var isWide = false

  /// The column by which clients know objects.
  static func nameHead(isWide: Bool = false) -> TableColumnHead {
    TableColumnHead(
      name: "Name", format: "name", description: "The object's name, once in its namespace and kind.", isWide: isWide)
  }
}

/// What stands for a value that is not there.
let absent = "<none>"

extension [String] {
  /// The texts with commas, or what stands for none.
  var joinedOrAbsent: String { isEmpty ? absent : joined(separator: ",") }
}

extension String {
  /// The text, or what stands for none.
  var orAbsent: String { isEmpty ? absent : self }
}

/// The first three texts, and how many more there are.
struct FirstThree {
  private var texts: [String] = []
  private var count = 0
  private static let limit = 3

  /// One more text, which is only made when it is shown.
  mutating func add(_ text: @autoclosure () -> String) {
    if texts.count < Self.limit { texts.append(text()) }
    count += 1
  }

  /// `a,b,c + 2 more...`, or `empty`.
  func text(empty: String) -> String {
    if count == 0 { return empty }
    let shown = texts.joined(separator: ",")
    return count > Self.limit ? "\(shown) + \(count - Self.limit) more..." : shown
  }
}
