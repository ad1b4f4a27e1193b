/// What a model answered to one item.
struct ExamAnswer: Codable, Equatable {
  /// Left out, because the model's context does not hold it.
  var isTooLong = false
  var isCut = false
  var isStraddling = false
  /// The scores are rewards and no log-probabilities.
  var areRewards = false
  /// Of each choice or completion, or of a whole text: log-probability of its tokens, in nats; of a
  /// reward model the reward.
  var scores: [Double] = []
  /// Scored tokens of each.
  var tokens: [Int] = []
  /// Written answers, cut where they are over, and whether they ended before the length limit.
  var texts: [String] = []
  var finished: [Bool] = []

  var isMissing: Bool { isTooLong }
}

/// Answers that are kept together; what an interruption loses at most.
struct ExamChunk: Codable {
  var answers: [ExamAnswer]
}
