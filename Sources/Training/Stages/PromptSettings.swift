import Corpus
import Foundation
import Policy
import Recipe
import Runs

/// Which prompts a stage or an evaluation completes.
public struct PromptSettings: Sendable {
  public struct Prompt: Equatable, Sendable {
    public var id: String
    public var dialogue: Dialogue
    public var tokens: [Int]

    public init(id: String, _ dialogue: Dialogue, tokens: [Int]) {
      self.id = id
      self.dialogue = dialogue
      self.tokens = tokens
    }
  }

  let data: DataSource?
  /// Tokens of each text that make its prompt; whole texts where it is missing.
  let prefixTokens: Int?
  let limit: Int?
  /// What becomes of prompts that leave no room for a completion.
  public let surplus: PromptRoom.Surplus

  /// - Parameters:
  ///   - other: prompts that these are cut like, where the section does not say how.
  ///   - known: the section's `limit` where its owner has read it, with bounds and a default of its own;
  ///     nil inside for one that the section does not give.
  public init(
    from section: Section, _ names: RecipeNames, like other: PromptSettings? = nil,
    limit known: Int?? = nil
  ) {
    surplus = .of(section, usual: other?.surplus ?? .skip)
    data = names.data("prompts", in: section, about: "Data with prompts, by its name.")
    if let length = other?.prefixTokens {
      prefixTokens = section.int(
        "prefix_tokens", default: length, in: 1...100_000,
        about: "Tokens of each text that make its prompt; whole prompts without it.")
    } else {
      prefixTokens = section.optionalInt(
        "prefix_tokens", in: 1...100_000,
        about: "Tokens of each text that make its prompt; whole prompts without it.")
    }
    limit =
      known
      ?? section.optionalInt("limit", in: 1...100_000_000, about: "The first so many prompts.")
  }

  /// The words of the first prompts, or of the texts that they are cut from.
  public func words(first count: Int) throws -> [ByteText] {
    guard let data else { return [] }
    return try dialogues(of: data).prefix(min(limit ?? Int.max, count))
      .map { ByteText($0.dialogue.words) }
  }

  /// Whole prompts, or texts whose beginnings will be the prompts.
  func dialogues(
    of data: DataSource, _ notes: RowNotes? = nil
  ) throws -> [(id: String, dialogue: Dialogue)] {
    guard prefixTokens != nil else {
      return try data.prompts(notes).map { ($0.id, $0.dialogue) }
    }
    return try data.plainTexts(notes).map { ($0.id, data.prompt($0.text)) }
  }

  /// The prompts, with a word to whoever waits where they are not read as they were meant.
  func prompts(_ reader: ModelReader, _ context: StageContext) throws -> [Prompt] {
    let prompts = try context.read { try self.prompts(reader, $0) }
    context.noteReading(
      of: prompts.lazy.map { Exchange($0.dialogue, "") }, from: data, by: reader)
    return prompts
  }

  /// - Parameter model: whose tokenizer cuts the texts.
  public func prompts(_ model: ModelReader, _ notes: RowNotes? = nil) throws -> [Prompt] {
    guard let data else { return [] }
    var prompts: [Prompt] = []
    for item in try dialogues(of: data, notes) {
      if let limit, prompts.count == limit { break }
      let tokens: [Int]
      do {
        tokens = try model.prompt(item.dialogue)
      } catch {
        throw StageContext.placed(item.id, error)
      }
      guard let prefixTokens else {
        prompts.append(Prompt(id: item.id, item.dialogue, tokens: tokens))
        continue
      }
      let length = model.begin.count + prefixTokens
      guard tokens.count >= length else { continue }
      // The text is what the ids say, also where a cut falls into a character.
      let kept = Array(tokens.prefix(length))
      prompts.append(
        Prompt(id: item.id, data.prompt(model.tokenizer.decode(kept)), tokens: kept))
    }
    return prompts
  }
}
