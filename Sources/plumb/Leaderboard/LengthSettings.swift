import Published
import Statistics

/// What a length-controlled fit rests on besides the judgments.
struct LengthSettings {
  let difficulty: AlpacaDifficulty?
  let anchor: LengthAnchor?

  /// - Throws: ``PublishedError`` where a file is wrong or only a part of what belongs together is
  ///   given.
  init(difficulty: String?, anchors: [String]) throws {
    let values = try difficulty.map { try AlpacaDifficulty(path: $0) }
    self.difficulty = values
    guard !anchors.isEmpty else {
      anchor = nil
      return
    }
    guard let values, anchors.count == 3 else {
      throw PublishedError.content(
        file: anchors[0], problem: "is an anchor without all that belongs to it",
        advice: "give --difficulty, and --anchor for baseline, concise and verbose outputs")
    }
    let outputs = try anchors.map { try AlpacaOutput.read($0) }
    anchor = try values.anchor(baseline: outputs[0], variants: Array(outputs.dropFirst()))
  }

  /// What the length-controlled rates may be compared with.
  var remark: String {
    if anchor != nil { return "At equal length: AlpacaEval 2's fit, with a refitted interval." }
    return difficulty != nil
      ? "At equal length: without anchor rows; not comparable to a published leaderboard."
      : "At equal length: all instructions taken for equally difficult; not comparable to a "
        + "published leaderboard."
  }
}
