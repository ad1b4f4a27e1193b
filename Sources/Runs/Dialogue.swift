/// What somebody in a conversation says.
public struct Turn: Sendable, Hashable, Codable {
  /// As chat templates know them; `developer` is a newer word for `system`.
  public enum Role: String, Sendable, Codable, CaseIterable {
    case system, user, assistant, tool
  }

  public var role: Role
  public var content: String

  public init(_ role: Role, _ content: String) {
    self.role = role
    self.content = content
  }

  public static func == (left: Turn, right: Turn) -> Bool {
    left.role == right.role && ByteText(left.content) == ByteText(right.content)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(role)
    hasher.combine(ByteText(content))
  }
}

/// What a completion follows: a text that it continues, or turns of a conversation that it answers.
///
/// Only a model's tokenizer knows how turns become a text; until then they stay turns. In records a
/// text is a string, one with markup `{"markup"}`, and turns are a list of `{"role", "content"}`.
public enum Dialogue: Sendable, Hashable, Codable, ExpressibleByStringInterpolation {
  case text(String)
  /// A text that a chat template has rendered: markup in it and in its completions is that of special
  /// tokens.
  case markup(String)
  case turns([Turn])

  private struct Markup: Codable {
    let markup: String
  }

  public init(stringLiteral text: String) { self = .text(text) }

  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let rendered = try? value.decode(Markup.self) {
      self = .markup(rendered.markup)
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
    }
  }

  public static func == (left: Dialogue, right: Dialogue) -> Bool {
    switch (left, right) {
    case (.text(let one), .text(let other)), (.markup(let one), .markup(let other)):
      ByteText(one) == ByteText(other)
    case (.turns(let one), .turns(let other)): one == other
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .text(let text), .markup(let text): hasher.combine(ByteText(text))
    case .turns(let turns): hasher.combine(turns)
    }
  }

  /// As people and judges read it: a text as it is, a lone turn of the user without a name, several
  /// turns each under its role.
  public var words: String {
    switch self {
    case .text(let text), .markup(let text): return text
    case .turns(let turns):
      if turns.count == 1, turns[0].role == .user { return turns[0].content }
      return turns.map { "\($0.role.rawValue): \($0.content)" }.joined(separator: "\n\n")
    }
  }

  /// Whether nothing is there to follow.
  public var isEmpty: Bool {
    switch self {
    case .text(let text), .markup(let text): text.isEmpty
    case .turns(let turns): turns.isEmpty
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
    case .turns: prompt.words + "\n\n" + completion
    }
  }
}
