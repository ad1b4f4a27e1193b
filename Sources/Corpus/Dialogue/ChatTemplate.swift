import Foundation
import Runs
import Templates

/// How a model wants a conversation written: what its folder says, or a named way.
public struct ChatTemplate: Sendable {
  /// Where it comes from, for messages: a file, or a built-in name.
  public let name: String
  public let source: String
  private let parsed: Result<Template, TemplateError>

  /// A template that cannot be parsed is refused when it is first used: a model whose texts need none
  /// can be read without.
  public init(_ source: String, name: String) {
    do throws(TemplateError) {
      self.init(source, name, .success(try Template(parsing: source, name: name)))
    } catch {
      self.init(source, name, .failure(error))
    }
  }

  /// A template of a file's bytes, which have to be UTF-8.
  public init(_ bytes: Data, name: String) {
    if let source = String(validating: bytes, as: UTF8.self) {
      self.init(source, name: name)
      return
    }
    let source = String(decoding: bytes, as: UTF8.self)
    let good = source.prefix { $0 != "\u{FFFD}" }
    let place = TemplatePlace(
      template: name, line: good.count(where: \.isNewline) + 1,
      column: good.reversed().prefix { !$0.isNewline }.count + 1)
    self.init(
      source, name, .failure(.syntax(place, problem: "not UTF-8; save the file as UTF-8")))
  }

  private init(_ source: String, _ name: String, _ parsed: Result<Template, TemplateError>) {
    self.source = source
    self.name = name
    self.parsed = parsed
  }

  /// Why it cannot be used, whatever is said; nil where it can.
  public var problem: String? {
    if case .failure(let error) = parsed { "\(error)" } else { nil }
  }

  /// The file that holds a template alone.
  static let file = "chat_template.jinja"

  /// What the files of a model's folder say: `chat_template.jinja`, or `chat_template` in
  /// `tokenizer_config.json`, a text or a list of which `default` counts; nil where there is none.
  ///
  /// Source: transformers 5.23, which reads and writes both.
  static func find(in files: [String: Data], folder: String) -> ChatTemplate? {
    if let data = files[file] {
      return ChatTemplate(data, name: "\(folder)/\(file)")
    }
    let config = "tokenizer_config.json"
    guard let data = files[config], let value = try? JSONParser.parse(data),
      let found = value.object?["chat_template"]
    else { return nil }
    let text: String?
    switch found {
    case .string(let template): text = template
    case .array(let list):
      let named = list.compactMap(\.object)
      text = (named.first { $0["name"]?.string == "default" } ?? named.first)?["template"]?.string
    default: text = nil
    }
    return text.map { ChatTemplate($0, name: "\(folder)/\(config): chat_template") }
  }

  /// What `strftime_now` writes: templates that put a date into every prompt would make other numbers
  /// every day. It is the date that Llama 3.1's template writes by itself.
  private static let date = Date(timeIntervalSince1970: 1_721_952_000)

  /// The text of a conversation, and what of it the template marks as generated.
  ///
  /// - Parameters:
  ///   - input: what the template is given besides; its `variables` win over all but the turns.
  ///   - asksForAnswer: whether the head of the assistant's next turn stands at the end.
  ///   - tokens: the texts of special tokens by their role, such as `bos_token`.
  /// - Throws: ``CorpusError/dialogue(_:)``, with the template's own words where it refuses the turns.
  func render(
    _ turns: [Turn], _ input: TemplateInput? = nil, asksForAnswer: Bool, tokens: [String: String]
  ) throws(CorpusError) -> Rendered {
    var variables: [String: TemplateValue] = [:]
    for (role, text) in tokens { variables[role] = .text(text) }
    variables["add_generation_prompt"] = .boolean(asksForAnswer)
    for (name, text) in [("tools", input?.tools), ("documents", input?.documents)] {
      variables[name] = text.flatMap(TemplateValue.init(json:)) ?? TemplateValue.none
    }
    if case .mapping(let own)? = input?.variables.flatMap(TemplateValue.init(json:)) {
      for entry in own { variables[entry.key] = entry.value }
    }
    variables["messages"] = .list(turns.map(Self.message))
    do throws(TemplateError) {
      return try parsed.get().render(variables: variables, now: Self.date)
    } catch {
      throw .dialogue("\(error)")
    }
  }

  private static func message(_ turn: Turn) -> TemplateValue {
    var entries: [TemplateValue.Entry] = [
      .init("role", .text(turn.role.rawValue)), .init("content", .text(turn.content)),
    ]
    func set(_ entry: TemplateValue.Entry) {
      if let place = entries.firstIndex(where: { ByteText($0.key) == ByteText(entry.key) }) {
        entries[place] = entry
      } else {
        entries.append(entry)
      }
    }
    if case .mapping(let others)? = turn.fields.flatMap(TemplateValue.init(json:)) {
      others.forEach(set)
    }
    // What was thought has three names, of which templates read one or another; as in transformers 5.23.
    let thought = ["reasoning_content", "thinking", "reasoning"].lazy.compactMap { name in
      entries.first { $0.key == name }?.value
    }.first
    if let thought {
      set(.init("reasoning_content", thought))
      if !entries.contains(where: { $0.key == "thinking" }) { set(.init("thinking", thought)) }
    }
    return .mapping(entries)
  }
}

extension TemplateValue {
  /// The value of a JSON text; nil where it is none.
  init?(json: String) {
    guard let value = try? JSONParser.parse(Array(json.utf8)) else { return nil }
    self.init(value)
  }

  private init(_ value: JSONValue) {
    switch value {
    case .null: self = .none
    case .boolean(let value): self = .boolean(value)
    case .integer(let value): self = .integer(value)
    case .number(let value): self = .float(value)
    case .string(let text): self = .text(text)
    case .array(let items): self = .list(items.map { TemplateValue($0) })
    case .object(let object):
      self = .mapping(object.members.map { Entry($0.key, TemplateValue($0.value)) })
    }
  }
}
