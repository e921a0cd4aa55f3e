import NetworkAddresses

/// A path to a field that is read and written, from any thread.
typealias FieldPath<Root, Value> = any WritableKeyPath<Root, Value> & Sendable

extension Field {
  /// Text; left out when empty, unless `always`. Text that many objects have is kept once when `shared`.
  static func string(
    _ name: String, _ path: FieldPath<Root, String>, shared: Bool = false, always: Bool = false
  ) -> Field {
    let read = FieldReader(path)
    return Field(
      info: FieldInfo(name, .string),
      decode: { node, root, decoder in
        guard let text = decoder.string(node) else { return }
        root[keyPath: path] = shared ? decoder.interner.intern(text) : text
      },
      encode: { root, writer in
        let text = read(root)
        guard always || !text.isEmpty else { return }
        writer.key(name)
        writer.string(text)
      })
  }

  /// Text that may be absent, which is not the same as empty.
  static func optionalString(_ name: String, _ path: FieldPath<Root, String?>, shared: Bool = false) -> Field {
    let read = FieldReader(path)
    return Field(
      info: FieldInfo(name, .string),
      decode: { node, root, decoder in
        guard let text = decoder.string(node) else { return }
        root[keyPath: path] = shared ? decoder.interner.intern(text) : text
      },
      encode: { root, writer in
        guard let text = read(root) else { return }
        writer.key(name)
        writer.string(text)
      })
  }

  /// Texts; left out when there are none.
  static func strings(_ name: String, _ path: FieldPath<Root, [String]>) -> Field {
    let read = FieldReader(path)
    return Field(
      info: FieldInfo(name, .list(.string)),
      decode: { node, root, decoder in
        var texts: [String] = []
        decoder.elements(node, .string) { element, decoder in
          if let text = element.isNull ? "" : decoder.string(element) { texts.append(decoder.interner.intern(text)) }
        }
        root[keyPath: path] = texts
      },
      encode: { root, writer in writer.strings(name, read(root)) })
  }

  /// One of the values of an enumeration; an empty text is the default.
  static func oneOf<Value: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: String, _ path: FieldPath<Root, Value>
  ) -> Field {
    let read = FieldReader(path)
    var info = FieldInfo(name, .string)
    info.allowedValues = Value.allCases.map(\.rawValue)
    return Field(
      info: info,
      decode: { node, root, decoder in
        if let value: Value = decoder.oneOf(node) { root[keyPath: path] = value }
      },
      encode: { root, writer in
        writer.key(name)
        writer.string(read(root).rawValue)
      })
  }

  /// One of the values of an enumeration, or none.
  static func optionalOneOf<Value: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: String, _ path: FieldPath<Root, Value?>
  ) -> Field {
    let read = FieldReader(path)
    var info = FieldInfo(name, .string)
    info.allowedValues = Value.allCases.map(\.rawValue)
    return Field(
      info: info,
      decode: { node, root, decoder in
        if let value: Value = decoder.oneOf(node) { root[keyPath: path] = value }
      },
      encode: { root, writer in
        guard let value = read(root) else { return }
        writer.key(name)
        writer.string(value.rawValue)
      })
  }

  /// A number of 32 bits; left out when 0, unless `always`.
  static func int32(_ name: String, _ path: FieldPath<Root, Int32>, always: Bool = false) -> Field {
    let read = FieldReader(path)
    return Field(
      info: FieldInfo(name, .int32),
      decode: { node, root, decoder in
        if let value = decoder.int32(node) { root[keyPath: path] = value }
      },
      encode: { root, writer in
        let value = read(root)
        guard always || value != 0 else { return }
        writer.key(name)
        writer.number(value)
      })
  }

  /// A number of 32 bits, or none.
  static func optionalInt32(_ name: String, _ path: FieldPath<Root, Int32?>) -> Field {
    let read = FieldReader(path)
    return Field(
      info: FieldInfo(name, .int32),
      decode: { node, root, decoder in
        if let value = decoder.int32(node) { root[keyPath: path] = value }
      },
      encode: { root, writer in
        guard let value = read(root) else { return }
        writer.key(name)
        writer.number(value)
      })
  }

  /// A number of 64 bits, or none.
  static func optionalInt64(_ name: String, _ path: FieldPath<Root, Int64?>) -> Field {
    let read = FieldReader(path)
    return Field(
      info: FieldInfo(name, .int64),
      decode: { node, root, decoder in
        if let value = decoder.int64(node) { root[keyPath: path] = value }
      },
      encode: { root, writer in
        guard let value = read(root) else { return }
        writer.key(name)
        writer.number(value)
      })
  }

  /// A port by its number or its name.
  static func portReference(_ name: String, _ path: FieldPath<Root, PortReference>) -> Field {
    let read = FieldReader(path)
    return Field(
      info: FieldInfo(name, .intOrString),
      decode: { node, root, decoder in
        if let target = decoder.portReference(node) { root[keyPath: path] = target }
      },
      encode: { root, writer in
        writer.key(name)
        switch read(root) {
        case .number(let number): writer.number(number)
        case .name(let text): writer.string(text)
        }
      })
  }

  /// A truth; left out when false.
  static func boolean(_ name: String, _ path: FieldPath<Root, Bool>) -> Field {
    let read = FieldReader(path)
    return Field(
      info: FieldInfo(name, .boolean),
      decode: { node, root, decoder in
        if let value = decoder.boolean(node) { root[keyPath: path] = value }
      },
      encode: { root, writer in
        guard read(root) else { return }
        writer.key(name)
        writer.boolean(true)
      })
  }

  /// A truth, or none.
  static func optionalBoolean(_ name: String, _ path: FieldPath<Root, Bool?>) -> Field {
    let read = FieldReader(path)
    return Field(
      info: FieldInfo(name, .boolean),
      decode: { node, root, decoder in
        if let value = decoder.boolean(node) { root[keyPath: path] = value }
      },
      encode: { root, writer in
        guard let value = read(root) else { return }
        writer.key(name)
        writer.boolean(value)
      })
  }

  /// A point in time; left out when it is none.
  static func time(_ name: String, _ path: FieldPath<Root, Int64?>) -> Field {
    let read = FieldReader(path)
    return Field(
      info: FieldInfo(name, .time),
      decode: { node, root, decoder in
        if let value = decoder.time(node) { root[keyPath: path] = value }
      },
      encode: { root, writer in
        guard let value = read(root) else { return }
        writer.key(name)
        writer.string(Timestamp.text(value))
      })
  }

  /// A point in time to the microsecond; left out when it is none.
  static func microTime(_ name: String, _ path: FieldPath<Root, Int64?>) -> Field {
    let read = FieldReader(path)
    return Field(
      info: FieldInfo(name, .microTime),
      decode: { node, root, decoder in
        if let value = decoder.microTime(node) { root[keyPath: path] = value }
      },
      encode: { root, writer in
        guard let value = read(root) else { return }
        writer.key(name)
        writer.string(Timestamp.text(microseconds: value))
      })
  }

  /// Labels, annotations, selectors; left out when empty.
  static func stringMap(_ name: String, _ path: FieldPath<Root, StringMap>) -> Field {
    let read = FieldReader(path)
    return Field(
      info: FieldInfo(name, .stringMap),
      decode: { node, root, decoder in
        if let value = decoder.stringMap(node) { root[keyPath: path] = value }
      },
      encode: { root, writer in
        let map = read(root)
        guard !map.isEmpty else { return }
        writer.key(name)
        writer.object { writer in
          for pair in map {
            writer.key(pair.key)
            writer.string(pair.value)
          }
        }
      })
  }

  /// A field that documents may have and objects do not keep.
  static func passedOver(_ name: String, _ type: FieldType) -> Field {
    Field(info: FieldInfo(name, type), decode: { _, _, _ in }, encode: { _, _ in })
  }
}

extension DocumentDecoder {
  /// The value of an enumeration that a text names; `nil` for an empty one.
  mutating func oneOf<Value: RawRepresentable<String> & CaseIterable>(_ node: DocumentNode) -> Value? {
    guard let text = string(node), !text.isEmpty else { return nil }
    if let value = Value(rawValue: text) { return value }
    notSupported(node, text, Value.allCases.map(\.rawValue))
    return nil
  }

  /// The text is none of those that the field may have.
  mutating func notSupported(_ node: DocumentNode, _ text: String, _ values: [String]) {
    let supported = values.map(\.quoted).sorted().joined(separator: ", ")
    invalid(node, .notSupported, badValue: text.quoted, "supported values: \(supported)")
  }
}

extension JSONWriter {
  /// A member that is a list of texts; nothing when there are none.
  mutating func strings(_ name: String, _ texts: some Collection<String>) {
    guard !texts.isEmpty else { return }
    key(name)
    array { writer in for text in texts { writer.string(text) } }
  }
}
