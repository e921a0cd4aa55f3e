import ClusterModel
import RegistryClient

/// A table of the API (meta.k8s.io/v1 Table), as it is printed.
struct PrintedTable {
  /// A column: its name, and whether only `-o wide` shows it.
  struct Column {
    let name: String
    let isWide: Bool
  }

  let columns: [Column]
  /// The cells of each row, with the namespace that its object has.
  private(set) var rows: [Row]

  /// One object.
  struct Row {
    let namespace: String
    let name: String
    let cells: [String]
  }

  /// - Throws: `RegistryClientError.malformed` for what is no Table.
  init(_ node: DocumentNode) throws(RegistryClientError) {
    guard node["kind"]?.string == "Table", let definitions = node["columnDefinitions"]?.elements else {
      throw .malformed("a Table is expected")
    }
    columns = definitions.map { definition in
      Column(name: definition["name"]?.string ?? "", isWide: definition["priority"]?.integer ?? 0 > 0)
    }
    rows = (node["rows"]?.elements ?? []).map(Row.init)
  }

  /// The rows of another answer below those of this one.
  mutating func append(_ other: PrintedTable) { rows += other.rows }

  /// The table without its rows.
  mutating func removeRows() { rows = [] }

  /// Each row as a table of its own.
  var parts: [PrintedTable] { rows.map { PrintedTable(columns: columns, rows: [$0]) } }

  /// What tells the first row's object from others.
  var place: String { rows.first.map { "\($0.namespace)/\($0.name)" } ?? "" }

  private init(columns: [Column], rows: [Row]) {
    self.columns = columns
    self.rows = rows
  }

  /// The lines, their columns below each other, three blanks apart as kubectl has them.
  func lines(wide: Bool, namespaces: Bool, header: Bool = true) -> [String] {
    let shown = columns.indices.filter { wide || !columns[$0].isWide }
    let titles = (namespaces ? ["NAMESPACE"] : []) + shown.map { columns[$0].name.uppercased() }
    let texts = rows.map { row in
      (namespaces ? [row.namespace] : []) + shown.map { $0 < row.cells.count ? row.cells[$0] : "" }
    }
    return Self.aligned((header ? [titles] : []) + texts)
  }

  /// Rows of cells as lines, their columns below each other.
  static func aligned(_ rows: [[String]]) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in
      rows.reduce(0) { max($0, column < $1.count ? $1[column].count : 0) }
    }
    return rows.map { line($0, widths) }
  }

  private static func line(_ cells: [String], _ widths: [Int]) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      line += cell
      if index < cells.count - 1 { line += String(repeating: " ", count: max(0, widths[index] - cell.count) + 3) }
    }
    return line
  }
}

extension PrintedTable.Row {
  init(_ node: DocumentNode) {
    let metadata = node["object"]?["metadata"]
    namespace = metadata?["namespace"]?.string ?? ""
    name = metadata?["name"]?.string ?? ""
    cells = (node["cells"]?.elements ?? []).map(\.plainText)
  }
}

extension DocumentNode {
  /// The elements of a list; none of anything else.
  var elements: [DocumentNode] {
    if case .sequence(let elements) = content { return elements }
    return []
  }

  /// A scalar's text.
  var plainText: String {
    if case .scalar(let text, _) = content { return isNull ? "" : text }
    return json
  }

  /// The value as JSON of several lines, four blanks a level, as kubectl prints it.
  func indentedJSON(_ level: Int = 0) -> String {
    let (inner, outer) = (String(repeating: "    ", count: level + 1), String(repeating: "    ", count: level))
    switch content {
    case .scalar: return json
    case .sequence(let elements):
      if elements.isEmpty { return "[]" }
      return "[\n" + elements.map { inner + $0.indentedJSON(level + 1) }.joined(separator: ",\n") + "\n\(outer)]"
    case .mapping(let members):
      if members.isEmpty { return "{}" }
      let lines = members.map { member in
        let key = DocumentNode(.scalar(member.key, .string), at: member.keyPosition).json
        return "\(inner)\(key): \(member.value.indentedJSON(level + 1))"
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
    }
  }
}
