import Corpus
import Foundation
import Policy
import Report
import Torch

/// A whole model of an adapter and its base, held against the adapter before it is written.
struct Merging {
  /// Rows that are compared, and tokens of each.
  static let rows = 32
  static let tokens = 32
  /// The largest difference of a token's log-probability, in nats, or of a reward.
  static let limit = 1e-3

  let model: LanguageModel
  /// The largest difference that was found.
  let difference: Double

  /// - Parameters:
  ///   - adapter: the model under its adapter.
  ///   - type: what the weights are to be stored as; nil for what the base's are.
  ///   - name: of the adapter, as the user wrote it.
  /// - Throws: `PolicyError.input` where the merged model, as it would be read again, says something
  ///   else.
  init(_ adapter: LanguageModel, storedAs type: StoredTypes?, name: String) throws {
    let merged = try adapter.merged()
    if let type { merged.decoder.stored = type }
    model = merged
    let rows = try Self.drawn(merged)
    difference = try Self.difference(
      Self.said(by: adapter.decoder, rows), Self.said(by: merged.decoder.rounded(), rows))
    guard difference <= Self.limit else {
      let what = merged.decoder.configuration.labels == nil ? "log-probabilities" : "rewards"
      throw PolicyError.input(
        "\(name): \(what) of the merged model, stored as \(merged.decoder.stored), differ by up to "
          + "\(Numeral.significant(difference)) from the adapter's, and at most 0.001 is allowed"
          + (merged.decoder.stored.isNarrow ? "; --dtype float32 keeps all digits" : ""))
    }
  }

  /// Rows of random tokens, the same every time.
  private static func drawn(_ model: LanguageModel) throws -> [[Int]] {
    let vocabulary = Double(model.tokenizer.vocabularySize)
    let length = max(2, min(tokens, model.decoder.configuration.positions))
    let numbers: [Double] = try Generator(seed: 0, stream: "merge").uniform([rows * length])
      .values()
    let ids = numbers.map { Int($0 * vocabulary) }
    return (0..<rows).map { Array(ids[$0 * length..<($0 + 1) * length]) }
  }

  /// Log-probabilities of tokens, or rewards of rows.
  private static func said(by model: Decoder, _ rows: [[Int]]) throws -> [Double] {
    try withoutGradient {
      if model.configuration.labels != nil { return try model.scores(rows).reshaped(-1).values() }
      let targets = try Targets.sequences(
        rows, positions: model.configuration.positions, on: model.device)
      return try model.logProbabilities(of: targets).values()
    }
  }

  private static func difference(_ first: [Double], _ second: [Double]) -> Double {
    zip(first, second).map { abs($0 - $1) }.max { $0 < $1 || $1.isNaN } ?? 0
  }
}
