/// Where in its rounds a checkpoint lies, as its manifest remembers.
struct RoundPlace: Equatable {
  var round: Int
  /// Steps before the round.
  var first: Int
  /// Whether the round is over.
  var isEnded: Bool

  init(round: Int, first: Int, isEnded: Bool = false) {
    self.round = round
    self.first = first
    self.isEnded = isEnded
  }

  init?(_ facts: [String: String]) {
    guard let round = facts["round"].flatMap(Int.init),
      let first = facts["steps before this round"].flatMap(Int.init)
    else { return nil }
    self.init(round: round, first: first, isEnded: facts["the round"] == "is over")
  }

  var facts: [String: String] {
    var facts = ["round": "\(round)", "steps before this round": "\(first)"]
    facts["the round"] = isEnded ? "is over" : nil
    return facts
  }
}
