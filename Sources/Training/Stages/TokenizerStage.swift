import Corpus
import Foundation
import Recipe
import Runs

/// Trains a byte-level BPE tokenizer on a corpus.
public struct TokenizerStage: Stage {
  public static let kind = "tokenizer"
  public static let product = StageProduct.tokenizer
  public static let repeatsPerSeed = false
  static let folder = "tokenizer"

  let data: DataSource?
  let vocabulary: Int

  public init(from section: Section, _ names: RecipeNames) {
    data = names.data("data", in: section, about: "Texts to learn from, by the data's name.")
    // Small models spend their weights on the embedding; 4,096 keeps it below half of 5 million.
    vocabulary = section.int(
      "vocabulary", default: 4096, in: 257...1_000_000,
      about: "Tokens; 4,096 keep the embedding of a small model below half of it.")
  }

  public func run(_ context: StageContext) throws -> StageResult {
    guard let data else { return StageResult(tokens: 0) }
    let texts = try context.read { try data.plainTexts($0) }.map(\.text)
    let tokenizer = try Tokenizer.train(on: texts, vocabulary: vocabulary)
    let folder = context.directory.url.appending(path: TokenizerStage.folder)
    try Folder.make(folder)
    try tokenizer.save(to: folder)
    context.note("\(tokenizer.vocabularySize) tokens from \(texts.count) texts")
    return StageResult(tokens: 0)
  }
}
