/// A JSON value of an export.
indirect enum ExportValue: Encodable {
  case text(String)
  case whole(Int)
  case number(Double?)
  case optional(String?)
  case list([ExportValue])
  case object([String: ExportValue])

  func encode(to encoder: any Encoder) throws {
    var place = encoder.singleValueContainer()
    switch self {
    case .text(let text): try place.encode(text)
    case .whole(let value): try place.encode(value)
    case .number(let value): try place.encode(value)
    case .optional(let text): try place.encode(text)
    case .list(let values): try place.encode(values)
    case .object(let members): try place.encode(members)
    }
  }
}
