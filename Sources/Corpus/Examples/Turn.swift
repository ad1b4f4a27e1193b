/// One message of a conversation, `role`/`content` or `from`/`value`.
struct Turn: Equatable {
  enum Role: Equatable {
    case system, user, assistant
  }

  let role: Role
  let content: String

  /// The turns of a list of messages or of a single one; nil where the value is neither.
  static func turns(_ value: JSONValue) -> [Turn]? {
    switch value {
    case .array(let items) where !items.isEmpty:
      let turns = items.compactMap(turn)
      return turns.count == items.count ? turns : nil
    case .object: return turn(value).map { [$0] }
    default: return nil
    }
  }

  private static func turn(_ value: JSONValue) -> Turn? {
    guard let object = value.object,
      let name = (object["role"] ?? object["from"])?.string,
      let content = (object["content"] ?? object["value"])?.string
    else { return nil }
    switch name {
    case "system", "developer": return Turn(role: .system, content: content)
    case "user", "human": return Turn(role: .user, content: content)
    case "assistant", "gpt": return Turn(role: .assistant, content: content)
    default: return nil
    }
  }
}
