import Corpus
import Foundation
import Policy
import Recipe

/// Which prompts a stage or an evaluation completes.
public struct PromptSettings: Sendable {
  public struct Prompt: Equatable, Sendable {
    public var id: String
    public var text: String
    public var tokens: [Int]

    public init(id: String, text: String, tokens: [Int]) {
      self.id = id
      self.text = text
      self.tokens = tokens
    }
  }

  let data: DataSource?
  /// Tokens of each text that make its prompt; whole texts where it is missing.
  let prefixTokens: Int?
  let limit: Int?

  public init(from section: Section, _ names: RecipeNames) {
    data = names.data("prompts", in: section)
    prefixTokens = section.optionalInt("prefix_tokens", in: 1...100_000)
    limit = section.optionalInt("limit", in: 1...100_000_000)
  }

  /// Whole prompts, or texts whose beginnings will be the prompts.
  func texts(of data: DataSource) throws -> [(id: String, text: String)] {
    guard prefixTokens != nil else { return try data.prompts().map { ($0.id, $0.text) } }
    return try data.plainTexts().map { ($0.id, $0.text) }
  }

  /// - Parameter model: whose tokenizer cuts the texts.
  public func prompts(_ model: LanguageModel) throws -> [Prompt] {
    guard let data else { return [] }
    var prompts: [Prompt] = []
    for item in try texts(of: data) {
      if let limit, prompts.count == limit { break }
      let tokens = try model.prompt(item.text, specialTokens: data.specialTokens)
      guard let prefixTokens else {
        prompts.append(Prompt(id: item.id, text: item.text, tokens: tokens))
        continue
      }
      let length = model.begin.count + prefixTokens
      guard tokens.count >= length else { continue }
      // The text is what the ids say, also where a cut falls into a character.
      let kept = Array(tokens.prefix(length))
      prompts.append(
        Prompt(id: item.id, text: model.tokenizer.decode(kept), tokens: kept))
    }
    return prompts
  }

  /// The prompts, with a word to whoever waits where their markup is read as text.
  func prompts(_ model: LanguageModel, _ context: StageContext) throws -> [Prompt] {
    let prompts = try prompts(model)
    context.noteMarkup(in: prompts.lazy.map(\.text), of: data, model)
    return prompts
  }
}
