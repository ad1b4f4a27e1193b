import Runs

/// One reply of a judge, with the question that it answers.
struct JudgedReply {
  var judgment: Judgment
  /// Of a jury's members.
  var judge: String?
  /// The second text stood first.
  var isSwapped = false
  /// From 1, where the question was put several times.
  var repetition: Int?
  /// Which text was rated alone: 0 or 1, as the comparison has them.
  var rated: Int?

  /// All single replies behind a judgment, in the order in which they were asked.
  ///
  /// - Parameter members: names of a jury's judges.
  static func all(_ judgment: Judgment, members: [String]) -> [JudgedReply] {
    all(JudgedReply(judgment: judgment), members)
  }

  private static func all(_ reply: JudgedReply, _ members: [String]) -> [JudgedReply] {
    guard let parts = reply.judgment.parts else { return [reply] }
    return parts.enumerated().flatMap { place, part -> [JudgedReply] in
      var one = reply
      one.judgment = part
      switch reply.judgment.combination {
      case .orders: one.isSwapped = place == 1
      case .repetitions: one.repetition = place + 1
      case .jury:
        one.judge = members.indices.contains(place) ? members[place] : "judge \(place + 1)"
      case .ratings: one.rated = reply.isSwapped ? 1 - place : place
      case nil: break
      }
      return all(one, members)
    }
  }
}
