import Command
import Corpus
import Foundation
import Pipeline
import Policy
import Runs

/// `plumb model`: what a checkpoint holds and what it needs, without reading its weights.
struct ModelCommand {
  let directory: String
  let console: Console

  func perform() throws -> ExitCode {
    let folder = try ModelFolder.find(directory)
    try CheckpointManifest.hold(folder)
    let adapter = ModelFolder.isAdapter(folder) ? try StoredAdapter(folder) : nil
    let stored = try StoredWeights(adapter?.base ?? folder)
    let tokenizer = try Tokenizer.load(directory: folder)
    let c = adapter?.file.configuration ?? stored.file.configuration
    try c.requireRoom(for: tokenizer)
    let (begin, ends) = (tokenizer.leadingTokens, c.endTokens(with: tokenizer))
    let weights = c.parameterCount
    func megabytes(_ bytes: Int) -> String {
      "\(Double(bytes / 100_000) / 10) MB"
    }
    let head =
      c.labels.map {
        "reward head with \($0) output\($0 == 1 ? "" : "s"), "
          + (c.endsTexts ? "read at the end token" : "read without an end token")
      }
      ?? (c.isTied ? "language model, head tied to the embedding" : "language model, own head")
    let pooling =
      c.labels == nil || c.pooling == .last
      ? []
      : [
        (
          "pooling",
          "\(c.pooling.rawValue), which is Plumb's own: transformers would read the last token"
        )
      ]
    if console.givesRecords {
      try console.print(
        json: ModelRecord(c, stored: stored, adapter: adapter, begin: begin, ends: ends))
      return .success
    }
    var table = TextTable([("", .left), ("", .left)])
    for (name, value) in [
      ("architecture", c.architecture.rawValue), ("head", head),
    ] + pooling + lines(of: adapter) + [
      ("weights", "\(weights)"),
      (
        "shape",
        "\(c.layers) layers, \(c.hidden) wide, \(c.heads) heads"
          + (c.keyValueHeads == c.heads ? "" : " (\(c.keyValueHeads) for keys and values)")
          + ", feed-forward \(c.feedForward)"
      ),
      ("context", "\(c.positions) tokens"),
      (
        "vocabulary",
        "\(c.vocab) rows, "
          + "\(tokenizer.vocabularySize) tokens in the tokenizer"
      ),
      ("begins with", begin.isEmpty ? "nothing" : "\(begin)"),
      ("ends with", ends.isEmpty ? "nothing" : "\(ends)"),
      ("stored as", stored.types.description),
      ("to run", megabytes(4 * weights)),
      (
        "to train",
        (adapter.map { megabytes(4 * weights + 16 * $0.count) } ?? megabytes(16 * weights))
          + " and activations"
      ),
    ] {
      table.append([name, value])
    }
    console.print(table)
    return .success
  }

  private func lines(of adapter: StoredAdapter?) -> [(String, String)] {
    guard let adapter else { return [] }
    let settings = adapter.adapter
    return [
      (
        "adapter",
        "rank \(settings.rank), scale \(settings.scale), \(adapter.count) weights of its own, stored "
          + "as \(adapter.types)"
      ),
      ("base model", adapter.base.path),
    ]
  }
}
