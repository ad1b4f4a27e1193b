/// What somebody in a conversation says.
public struct Turn: Sendable, Hashable, Codable {
  /// As chat templates know them; `developer` is a newer word for `system`.
  public enum Role: String, Sendable, Codable, CaseIterable {
    case system, user, assistant, tool
  }

  public var role: Role
  public var content: String
  /// What else chat templates read of the message, as a JSON object: `tool_calls`, `name` and the like;
  /// a `content` in it stands in the place of the turn's own. Nil for most.
  public var fields: String?

  public init(_ role: Role, _ content: String, fields: String? = nil) {
    self.role = role
    self.content = content
    self.fields = fields
  }

  public static func == (left: Turn, right: Turn) -> Bool {
    left.role == right.role && ByteText(left.content) == ByteText(right.content)
      && left.fields.map { ByteText($0) } == right.fields.map { ByteText($0) }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(role)
    hasher.combine(ByteText(content))
    hasher.combine(fields.map { ByteText($0) })
  }

  /// As people and judges read it: what is said, and behind it what else the message holds.
  var words: String {
    guard let fields else { return content }
    return content.isEmpty ? fields : content + "\n" + fields
  }
}

/// What a completion follows: a text that it continues, or turns of a conversation that it answers.
///
/// Only a model's tokenizer knows how turns become a text; until then they stay turns. In records a
/// text is a string, one with markup `{"markup"}`, turns are a list of `{"role", "content"}`, and turns
/// beside what else a template is given an object that holds them as `turns`.
public enum Dialogue: Sendable, Hashable, Codable, ExpressibleByStringInterpolation {
  case text(String)
  /// A text that a chat template has rendered: markup in it and in its completions is that of special
  /// tokens.
  case markup(String)
  case turns([Turn])
  /// Turns, and what else the chat template is given.
  case setting([Turn], TemplateInput)

  private struct Markup: Codable {
    let markup: String
  }

  private struct Setting: Codable {
    let turns: [Turn]
    let input: TemplateInput
  }

  /// Turns, beside something or nothing else that a template is given.
  public init(_ turns: [Turn], _ input: TemplateInput?) {
    if let input, !input.isEmpty { self = .setting(turns, input) } else { self = .turns(turns) }
  }

  /// The turns of a conversation; nil for texts.
  public var turns: [Turn]? {
    switch self {
    case .turns(let turns), .setting(let turns, _): turns
    case .text, .markup: nil
    }
  }

  /// What a chat template is given besides turns; nil for nothing.
  public var input: TemplateInput? {
    if case .setting(_, let input) = self { input } else { nil }
  }

  public init(stringLiteral text: String) { self = .text(text) }

  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let rendered = try? value.decode(Markup.self) {
      self = .markup(rendered.markup)
    } else if let setting = try? value.decode(Setting.self) {
      self = .setting(setting.turns, setting.input)
    } else {
      self = .turns(try value.decode([Turn].self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .text(let text): try value.encode(text)
    case .markup(let text): try value.encode(Markup(markup: text))
    case .turns(let turns): try value.encode(turns)
    case .setting(let turns, let input): try value.encode(Setting(turns: turns, input: input))
    }
  }

  public static func == (left: Dialogue, right: Dialogue) -> Bool {
    switch (left, right) {
    case (.text(let one), .text(let other)), (.markup(let one), .markup(let other)):
      ByteText(one) == ByteText(other)
    case (.turns(let one), .turns(let other)): one == other
    case (.setting(let one, let given), .setting(let other, let taken)):
      one == other && given == taken
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .text(let text), .markup(let text): hasher.combine(ByteText(text))
    case .turns(let turns): hasher.combine(turns)
    case .setting(let turns, let input):
      hasher.combine(turns)
      hasher.combine(input)
    }
  }

  /// As people and judges read it: a text as it is, a lone turn of the user without a name, several
  /// turns each under its role.
  public var words: String {
    switch self {
    case .text(let text), .markup(let text): return text
    case .turns(let turns), .setting(let turns, _):
      if turns.count == 1, turns[0].role == .user { return turns[0].words }
      return turns.map { "\($0.role.rawValue): \($0.words)" }.joined(separator: "\n\n")
    }
  }

  /// Whether nothing is there to follow.
  public var isEmpty: Bool {
    switch self {
    case .text(let text), .markup(let text): text.isEmpty
    case .turns(let turns), .setting(let turns, _): turns.isEmpty
    }
  }
}

/// A completion and what it follows: what rewards and judges are asked about.
public struct Exchange: Sendable, Hashable {
  public var prompt: Dialogue
  public var completion: String

  public init(_ prompt: Dialogue, _ completion: String) {
    self.prompt = prompt
    self.completion = completion
  }

  public static func == (left: Exchange, right: Exchange) -> Bool {
    left.prompt == right.prompt && ByteText(left.completion) == ByteText(right.completion)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(prompt)
    hasher.combine(ByteText(completion))
  }

  /// Prompt and completion as one text, where nobody has to know who says what.
  public var words: String {
    switch prompt {
    case .text(let text), .markup(let text): text + completion
    case .turns, .setting: prompt.words + "\n\n" + completion
    }
  }
}
