extension Field {
  /// An object; written even when it is empty.
  static func object<Value: Sendable>(
    _ name: String, _ path: FieldPath<Root, Value>, _ table: FieldTable<Value>
  ) -> Field {
    let read = FieldReader(path)
    var info = FieldInfo(name, .object { table.schema })
    info.isAlwaysThere = true
    return Field(
      info: info,
      decode: { node, root, decoder in decoder.decode(node, into: &root[keyPath: path], table) },
      encode: { root, writer in
        writer.key(name)
        writer.object(read(root), table)
      })
  }

  /// An object or none; `empty` is what its fields are read into.
  static func optionalObject<Value: Sendable>(
    _ name: String, _ path: FieldPath<Root, Value?>, _ empty: Value, _ table: FieldTable<Value>
  ) -> Field {
    let read = FieldReader(path)
    return Field(
      info: FieldInfo(name, .object { table.schema }),
      decode: { node, root, decoder in
        var value = empty
        decoder.decode(node, into: &value, table)
        root[keyPath: path] = value
      },
      encode: { root, writer in
        guard let value = read(root) else { return }
        writer.key(name)
        writer.object(value, table)
      })
  }

  /// A list of objects, each read into `empty`; left out when empty, unless `always`.
  static func list<Value: Sendable>(
    _ name: String, _ path: FieldPath<Root, [Value]>, _ empty: Value, _ table: FieldTable<Value>, always: Bool = false
  ) -> Field {
    let read = FieldReader(path)
    return Field(
      info: FieldInfo(name, .list(.object { table.schema })),
      decode: { node, root, decoder in root[keyPath: path] = decoder.list(node, empty, table) },
      encode: { root, writer in
        let list = read(root)
        guard always || !list.isEmpty else { return }
        writer.key(name)
        writer.array { writer in for value in list { writer.object(value, table) } }
      })
  }
}

extension DocumentDecoder {
  /// A list of objects, in an allocation of just its size.
  mutating func list<Value: Sendable>(
    _ node: DocumentNode, _ empty: Value, _ table: FieldTable<Value>
  ) -> [Value] {
    var list: [Value] = []
    if case .sequence(let elements) = node.content { list.reserveCapacity(elements.count) }
    elements(node, .object { table.schema }) { element, decoder in
      var value = empty
      decoder.decode(element, into: &value, table)
      list.append(value)
    }
    return list
  }
}

extension JSONWriter {
  /// An object with the fields of its table, in their order.
  mutating func object<Value: Sendable>(_ value: Value, _ table: FieldTable<Value>) {
    let encoders = table.encoders
    object { writer in for encode in encoders { encode(value, &writer) } }
  }
}
