/// Settings that were resolved earlier are read back from `resolved.json`.
extension RecipeValue: Decodable {
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let boolean = try? value.decode(Bool.self) {
      self = .boolean(boolean)
    } else if let integer = try? value.decode(Int.self) {
      self = .integer(integer)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .string(text)
    } else if let list = try? value.decode([RecipeValue].self) {
      self = .list(list)
    } else {
      self = .object(try value.decode([String: RecipeValue].self))
    }
  }
}
