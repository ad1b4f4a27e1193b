/// The candidates that a round judges for one prompt, and what was said of them.
struct RoundGroup {
  /// Somebody's answer that candidates are compared with.
  struct Rival: Equatable {
    var name: String
    var text: String
  }

  var item: RoundItem
  /// Samples, in the order of drawing.
  var drawn: [CandidateRow.Candidate]
  /// What is judged: the samples, or the data's candidates and then the samples.
  var candidates: [RoundItem.Completion]
  var rewards: [Double]?
  /// The place in the mixture of opponents of whoever stands in each column; empty without one.
  var dealt: [Int] = []
  /// Whoever stands in each column; nil for the candidate of that place.
  var rivals: [Rival?] = []
  /// P(first ≻ second) of pairs of ``candidates``, as far as they were compared.
  var table: PreferenceTable?

  init(_ item: RoundItem, drawn: [CandidateRow.Candidate], judgesGiven: Bool) {
    self.item = item
    self.drawn = drawn
    let samples = drawn.map {
      RoundItem.Completion(
        text: $0.text, tokens: $0.tokens, logProbability: $0.logProbability)
    }
    candidates = judgesGiven ? item.given + samples : samples
  }
}

/// What a reward or an oracle said about the candidates of one prompt.
struct RoundLabel: Codable, Equatable, Sendable {
  struct Comparison: Codable, Equatable, Sendable {
    var first: Int
    var second: Int
    /// P(first ≻ second); nil where the oracle had no answer.
    var probability: Double?
    /// What the answer came of: `flipped`, or the member of a mixture.
    var note: String?
    /// Whose answer stood in the column `second`; nil where that is a candidate.
    var opponent: String?
  }

  var id: String
  /// One for each candidate.
  var rewards: [Double]?
  var comparisons: [Comparison]?

  /// Texts that a reward scored, or pairs that an oracle compared.
  var calls: Int { rewards?.count ?? comparisons?.count ?? 0 }
}
