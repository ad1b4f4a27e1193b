import Runs

/// Messages as data holds them: `role`/`content` or `from`/`value`.
extension Turn {
  /// Why a value that looks like a conversation is none: `problem` follows the field's name.
  struct Problem: Error, Equatable {
    let problem: String
    let advice: String
  }

  /// The turns of a list of messages, of a single one, or of a text that holds either as JSON, as
  /// tables write them; nil where the value is none of these.
  ///
  /// - Throws: ``Problem`` for a message without a readable text.
  static func turns(_ value: JSONValue) throws(Problem) -> [Turn]? {
    switch value {
    case .array(let items):
      guard items.contains(where: isMessage) else { return nil }
      var turns: [Turn] = []
      for (index, item) in items.enumerated() { turns.append(try turn(item, "[\(index)]")) }
      return turns
    case .object where isMessage(value): return [try turn(value, "")]
    case .string(let text):
      guard let first = text.utf8.first(where: { $0 != 0x20 && $0 != 0x0A }),
        first == UInt8(ascii: "[") || first == UInt8(ascii: "{"), text.utf8.contains(0x22),
        let nested = try? JSONParser.parse(Array(text.utf8)), nested.string == nil
      else { return nil }
      return try turns(nested)
    default: return nil
    }
  }

  private static func isMessage(_ value: JSONValue) -> Bool {
    guard let object = value.object else { return false }
    return (object["role"] ?? object["from"])?.string != nil
      && ["content", "value", "tool_calls"].contains { object.member($0) != nil }
  }

  private static func turn(_ value: JSONValue, _ place: String) throws(Problem) -> Turn {
    switch value.object?["function_call"] {
    case nil, .null?, .array([])?: break
    default:
      throw Problem(
        problem: "\(place) has function_call", advice: "write it as tool_calls, or remove the row")
    }
    guard let object = value.object, let name = (object["role"] ?? object["from"])?.string,
      let content = object["content"] ?? object["value"]
        ?? (calls(object) ? JSONValue.null : nil)
    else {
      throw Problem(
        problem: "\(place) is no message", advice: "a message has a role and a content")
    }
    let role: Role
    switch name {
    case "system", "developer": role = .system
    case "user", "human": role = .user
    case "assistant", "gpt": role = .assistant
    case "tool", "observation": role = .tool
    case "function_call":
      throw Problem(
        problem: "\(place) has the role \(Shown.text(name))",
        advice: "write it as a turn of the assistant with tool_calls, or remove the row")
    default:
      throw Problem(
        problem: "\(place) has the role \(Shown.text(name))",
        advice: "roles are system, user, assistant and tool (human, gpt and observation)")
    }
    var fields = object.members.filter {
      read.contains($0.key) && $0.value != .null && $0.value != .array([])
    }.map {
      JSONObject.Member(key: $0.key, value: $0.value.withoutNulls, position: $0.position)
    }
    if calls(object), content == .null {
      // Templates tell no content from an empty one.
      if object.member("content") != nil {
        fields.insert(
          JSONObject.Member(
            key: "content", value: .null, position: JSONPosition(line: 1, column: 1)), at: 0)
      }
      return Turn(role, "", fields: JSONText.line(.object(JSONObject(members: fields))))
    }
    let text = try text(content, "\(place).content")
    return Turn(
      role, text,
      fields: fields.isEmpty ? nil : JSONText.line(.object(JSONObject(members: fields))))
  }

  /// What chat templates read of a message besides its role and content.
  private static let read: Set = [
    "name", "tool_calls", "tool_call_id", "reasoning_content", "reasoning", "thinking", "tool_plan",
  ]

  private static func calls(_ object: JSONObject) -> Bool {
    object["tool_calls"]?.array?.isEmpty == false
  }

  /// A content: a text, or a list of parts of which all are texts.
  private static func text(_ content: JSONValue, _ place: String) throws(Problem) -> String {
    switch content {
    case .string(let text): return text
    case .null:
      throw Problem(
        problem: "\(place) is null",
        advice: "a turn that only calls a tool has no text to learn; remove the row")
    case .array(let parts):
      var texts = ""
      for (index, part) in parts.enumerated() {
        if let text = part.string {
          texts += text
        } else if let object = part.object, let text = object["text"]?.string,
          object["type"] == nil || object["type"] == .string("text")
        {
          texts += text
        } else {
          let kind = part.object?["type"]?.string.map { "a part of type \(Shown.text($0))" }
          throw Problem(
            problem: "\(place)[\(index)] is \(kind ?? part.kind)",
            advice: "only parts of type text can be read; remove the row")
        }
      }
      return texts
    default:
      throw Problem(
        problem: "\(place) is \(content.kind)", advice: "it must be a text or a list of texts")
    }
  }
}
