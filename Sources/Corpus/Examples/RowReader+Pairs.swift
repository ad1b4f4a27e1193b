import Runs

/// Two completions of one prompt.
extension RowReader {
  struct Pair {
    var prompt: Dialogue
    var chosen: String
    var rejected: String
    var margin: Double?
  }

  /// The pairs of a row, and how many more have equal scores.
  ///
  /// A row of columns or conversations is one pair; lists of completions, as in RM-Bench, are each
  /// chosen one with each rejected one.
  func pairs() throws(Refusal) -> (pairs: [Pair], ties: Int) {
    try refuseMedia()
    if let comparison { return try pairs(of: comparison) }
    let chosen = try required("chosen")
    let rejected = try required("rejected")
    let margin = try margin()
    guard let left = try texts(chosen), let right = try texts(rejected) else {
      var pair = try pair(chosen, rejected)
      pair.margin = margin
      return ([pair], 0)
    }
    let prompt = try prompt(allowsEmpty: true)
    var pairs: [Pair] = []
    for better in left {
      for worse in right {
        let pair = Pair(prompt: prompt, chosen: better, rejected: worse, margin: margin)
        pairs.append(try distinct(pair, chosen, rejected))
      }
    }
    return (pairs, 0)
  }

  func distinct(
    _ pair: Pair, _ chosen: JSONObject.Member, _ rejected: JSONObject.Member
  ) throws(Refusal) -> Pair {
    guard ByteText(pair.chosen) != ByteText(pair.rejected) else {
      throw refusal(
        rejected, nil, "is the same text as \(Shown.plain(chosen.key))", "remove the row")
    }
    return pair
  }

  /// A prompt column, or the turns of a conversation that ends with a question, beside the
  /// completions; hh-rlhf's dialogues cut at the last turn they share; or conversations that share
  /// all but the last turn.
  private func pair(
    _ chosen: JSONObject.Member, _ rejected: JSONObject.Member
  ) throws(Refusal) -> Pair {
    let (left, right) = (try turns(chosen), try turns(rejected))
    let isWhole = (Self.isWhole(left), Self.isWhole(right))
    if let left, let right, isWhole.0, isWhole.1 {
      return try distinct(try shared(left, right, chosen, rejected), chosen, rejected)
    }
    guard !isWhole.0, !isWhole.1 else {
      let (whole, other) = isWhole.0 ? (chosen, rejected) : (rejected, chosen)
      throw refusal(
        whole, nil, "is a whole conversation, and \(Shown.plain(other.key)) is not",
        "write both alike")
    }
    if let other = record.object.member("i_reject"), member("prompt")?.key == "i_chosen",
      other.value != member("prompt")?.value
    {
      throw refusal(other, nil, "is another prompt than i_chosen", "pairs are of one prompt")
    }
    let pair: Pair
    if member("prompt") != nil || member("messages") != nil || left != nil || right != nil {
      pair = Pair(
        prompt: try prompt(allowsEmpty: true, inConversation: left != nil || right != nil),
        chosen: try completion(chosen), rejected: try completion(rejected))
    } else {
      pair = try sharedText(chosen, rejected)
    }
    return try distinct(pair, chosen, rejected)
  }

  /// Whether turns are more than an answer.
  private static func isWhole(_ turns: [Turn]?) -> Bool {
    guard let turns else { return false }
    return turns.count > 1 || turns.first?.role != .assistant
  }

  private func shared(
    _ left: [Turn], _ right: [Turn], _ chosen: JSONObject.Member, _ rejected: JSONObject.Member
  ) throws(Refusal) -> Pair {
    for (turns, member) in [(left, chosen), (right, rejected)] {
      guard let last = turns.last, last.role != .assistant else { continue }
      throw refusal(
        member, nil, "ends with a turn of the \(last.role.rawValue)",
        "the last turn must be the assistant's")
    }
    for (turns, member) in [(left, chosen), (right, rejected)] where turns.last?.fields != nil {
      throw refusal(
        member, nil, "ends with a turn that calls tools or thinks",
        "pairs compare texts; write it into the content, or remove the row")
    }
    let most = min(left.count, right.count) - 1
    var shared = 0
    while shared < most, left[shared] == right[shared] { shared += 1 }
    guard shared > 0 else {
      throw refusal(
        rejected, nil, "shares no first turn with \(Shown.plain(chosen.key))",
        "pairs are of one prompt; remove the row")
    }
    guard left.count == shared + 1, right.count == shared + 1 else {
      throw refusal(
        rejected, nil, "parts from \(Shown.plain(chosen.key)) at [\(shared)], before the last turn",
        "only last turns are compared; cut both behind [\(shared)]")
    }
    if let prompt = member("prompt") { try check(prompt, among: Array(left[..<shared]), chosen) }
    return Pair(
      prompt: try dialogue(
        try asked(try inContext(Array(left[..<shared]), chosen), chosen)),
      chosen: try checked(left[shared].content, chosen, place: "[\(shared)].content"),
      rejected: try checked(right[shared].content, rejected, place: "[\(shared)].content"))
  }

  /// Holds a prompt column to what it only repeats, as in ultrafeedback_binarized: a turn, or the
  /// turns.
  private func check(
    _ prompt: JSONObject.Member, among turns: [Turn], _ chosen: JSONObject.Member
  ) throws(Refusal) {
    let isRepeated: Bool
    if let own = try self.turns(prompt) {
      isRepeated = turns.starts(with: own) || turns.suffix(own.count) == own[...]
    } else {
      let text = ByteText(try string(prompt))
      isRepeated = turns.contains { ByteText($0.content) == text }
    }
    guard isRepeated else {
      throw refusal(
        prompt, nil, "is not in the conversation under \(Shown.plain(chosen.key))",
        "leave one of the two")
    }
  }

  private func sharedText(
    _ chosen: JSONObject.Member, _ rejected: JSONObject.Member
  ) throws(Refusal) -> Pair {
    let marker = Array("\n\nAssistant:".utf8)
    let (left, right) = (
      Array(try string(chosen).utf8), Array(try string(rejected).utf8)
    )
    guard let end = Self.sharedEnd(left, right, marker) else {
      throw refusal(
        nil, source.columns["prompt"] ?? "prompt",
        "is missing, and chosen and rejected share no turn that ends in \"Assistant:\"",
        "add a prompt column")
    }
    // The marker is ASCII, so the cut lies between characters.
    return Pair(
      prompt: try transcript(
        checked(String(decoding: left[..<end], as: UTF8.self), chosen), chosen),
      chosen: try checked(String(decoding: left[end...], as: UTF8.self), chosen),
      rejected: try checked(String(decoding: right[end...], as: UTF8.self), rejected))
  }

  /// Where the last marker that two texts share ends, if they share one.
  static func sharedEnd(_ left: [UInt8], _ right: [UInt8], _ marker: [UInt8]) -> Int? {
    var end = 0
    while end < min(left.count, right.count), left[end] == right[end] { end += 1 }
    while end >= marker.count, !left[end - marker.count..<end].elementsEqual(marker) { end -= 1 }
    return end >= marker.count ? end : nil
  }

  /// A list of nothing but texts, checked; nil for anything else.
  private func texts(_ member: JSONObject.Member) throws(Refusal) -> [String]? {
    guard let items = list(member.value), !items.isEmpty else { return nil }
    var texts: [String] = []
    for (index, item) in items.enumerated() {
      guard let text = item.string else { return nil }
      texts.append(try checked(text, member, place: "[\(index)]"))
    }
    return texts
  }

  /// How much better the chosen completion is: `margin`, or the difference of the scores.
  private func margin() throws(Refusal) -> Double? {
    if let member = filled("margin") {
      guard let margin = number(member.value) else {
        throw refusal(
          member, nil, "is \(Self.unusable(member.value))",
          "a margin is a finite number, at most 1e30")
      }
      return margin
    }
    guard let better = try score("score_chosen"), let worse = try score("score_rejected")
    else { return nil }
    return better - worse
  }

  /// nil where there is no number.
  private func score(_ field: String) throws(Refusal) -> Double? {
    guard let member = filled(field) else { return nil }
    let score = number(member.value)
    guard score != nil || member.value.number == nil else {
      throw refusal(member, nil, "is too large", "a score is a finite number, at most 1e30")
    }
    return score
  }
}
