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
    self.source = source
    self.name = name
    do throws(TemplateError) {
      parsed = .success(try Template(parsing: source, name: name))
    } catch {
      parsed = .failure(error)
    }
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
      return ChatTemplate(String(decoding: data, as: UTF8.self), name: "\(folder)/\(file)")
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

  /// The text of a conversation.
  ///
  /// - Parameters:
  ///   - asksForAnswer: whether the head of the assistant's next turn stands at the end.
  ///   - tokens: the texts of special tokens by their role, such as `bos_token`.
  /// - Throws: ``CorpusError/dialogue(_:)``, with the template's own words where it refuses the turns.
  func render(
    _ turns: [Turn], asksForAnswer: Bool, tokens: [String: String]
  ) throws(CorpusError) -> String {
    var variables: [String: TemplateValue] = [
      "messages": .list(
        turns.map { ["role": .text($0.role.rawValue), "content": .text($0.content)] }),
      "add_generation_prompt": .boolean(asksForAnswer),
      "tools": nil,
      "documents": nil,
    ]
    for (role, text) in tokens { variables[role] = .text(text) }
    do throws(TemplateError) {
      return try parsed.get().render(variables: variables, now: Self.date).text
    } catch {
      throw .dialogue("\(error)")
    }
  }
}
