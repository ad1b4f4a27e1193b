import CYAML

/// One event of libyaml as a Swift value, so that nothing outlives `yaml_event_delete`.
struct YAMLEvent {
  enum Kind {
    case documentStart, documentEnd, end, other
    case scalar(text: String, quoted: Bool)
    case alias(String)
    case sequenceStart, sequenceEnd, mappingStart, mappingEnd
  }

  let kind: Kind
  let place: RecipePlace
  let anchor: String?

  /// Nil when the event carries a tag other than YAML's own.
  init?(_ event: yaml_event_t, place: RecipePlace) {
    self.place = place
    var anchor: String?
    switch event.type {
    case YAML_DOCUMENT_START_EVENT: kind = .documentStart
    case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
    case YAML_STREAM_END_EVENT: kind = .end
    case YAML_ALIAS_EVENT: kind = .alias(Self.string(event.data.alias.anchor) ?? "")
    case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
    case YAML_MAPPING_END_EVENT: kind = .mappingEnd
    case YAML_SEQUENCE_START_EVENT:
      let data = event.data.sequence_start
      guard Self.allows(Self.string(data.tag), ["seq"]) else { return nil }
      anchor = Self.string(data.anchor)
      kind = .sequenceStart
    case YAML_MAPPING_START_EVENT:
      let data = event.data.mapping_start
      guard Self.allows(Self.string(data.tag), ["map"]) else { return nil }
      anchor = Self.string(data.anchor)
      kind = .mappingStart
    case YAML_SCALAR_EVENT:
      let data = event.data.scalar
      let tag = Self.string(data.tag)
      guard Self.allows(tag, ["str", "int", "float", "bool", "null"]) else { return nil }
      anchor = Self.string(data.anchor)
      let bytes = UnsafeBufferPointer(start: data.value, count: Int(data.length))
      let quoted = data.style != YAML_PLAIN_SCALAR_STYLE || tag == Self.tag("str") || tag == "!"
      kind = .scalar(text: String(decoding: bytes, as: UTF8.self), quoted: quoted)
    default: kind = .other
    }
    self.anchor = anchor
  }

  private static func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private static func tag(_ name: String) -> String { "tag:yaml.org,2002:\(name)" }

  private static func allows(_ tag: String?, _ names: [String]) -> Bool {
    guard let tag else { return true }
    return tag == "!" || names.contains { tag == Self.tag($0) }
  }
}
