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

  public func prompts(_ model: LanguageModel, _ context: StageContext) throws -> [Prompt] {
    guard let data else { return [] }
    var prompts: [Prompt] = []
    for item in try data.prompts() {
      if let limit, prompts.count == limit { break }
      let tokens = try model.prompt(item.text)
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
}
