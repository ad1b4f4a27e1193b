import Runs

extension RowReader {
  /// Two completions and their prompt: a prompt column, hh-rlhf's dialogues cut at the last turn
  /// they share, or conversations that share all but the last message.
  func pair() throws(Refusal) -> (prompt: String, chosen: String, rejected: String) {
    let chosen = try required("chosen")
    let rejected = try required("rejected")
    try refuseContext()
    let pair: (prompt: String, chosen: String, rejected: String)
    let left = try turns(chosen)
    let right = try turns(rejected)
    if let left, let right, try isWhole(left) {
      pair = try sharedTurns(left, right, chosen, rejected)
    } else if member("prompt") != nil {
      pair = (try prompt(allowsEmpty: true), try completion("chosen"), try completion("rejected"))
    } else if let left, let right {
      pair = try sharedTurns(left, right, chosen, rejected)
    } else {
      pair = try sharedText(chosen, rejected)
    }
    guard ByteText(pair.chosen) != ByteText(pair.rejected) else {
      throw refusal(
        rejected, nil, "is the same text as \(Shown.plain(chosen.key))", "remove the row")
    }
    return pair
  }

  /// Whether a conversation begins with the row's own prompt, so that the column only repeats it, as
  /// in ultrafeedback_binarized.
  private func isWhole(_ turns: [Turn]) throws(Refusal) -> Bool {
    guard let prompt = member("prompt"), turns.count > 1 else { return false }
    return prompt.value.string.map { ByteText($0) == ByteText(turns[0].content) } ?? false
  }

  private func sharedTurns(
    _ left: [Turn], _ right: [Turn], _ chosen: JSONObject.Member, _ rejected: JSONObject.Member
  ) throws(Refusal) -> (prompt: String, chosen: String, rejected: String) {
    guard left.count == 2, right.count == 2, left[0] == right[0], left[0].role == .user,
      left[1].role == .assistant, right[1].role == .assistant
    else { throw conversation(chosen) }
    return (
      try checked(left[0].content, chosen), try checked(left[1].content, chosen),
      try checked(right[1].content, rejected)
    )
  }

  private func sharedText(
    _ chosen: JSONObject.Member, _ rejected: JSONObject.Member
  ) throws(Refusal) -> (prompt: String, chosen: String, rejected: String) {
    guard let left = chosen.value.string, let right = rejected.value.string else {
      let wrong = chosen.value.string == nil ? chosen : rejected
      throw refusal(wrong, nil, "is \(wrong.value.kind)", "it must be a text")
    }
    let marker = Array("\n\nAssistant:".utf8)
    let (leftBytes, rightBytes) = (Array(left.utf8), Array(right.utf8))
    var shared = 0
    while shared < min(leftBytes.count, rightBytes.count), leftBytes[shared] == rightBytes[shared] {
      shared += 1
    }
    var end = shared
    while end >= marker.count, !leftBytes[end - marker.count..<end].elementsEqual(marker) {
      end -= 1
    }
    guard end >= marker.count else {
      throw refusal(
        nil, source.columns["prompt"] ?? "prompt",
        "is missing, and chosen and rejected share no turn that ends in \"Assistant:\"",
        "add a prompt column")
    }
    // The marker is ASCII, so the cut lies between characters.
    return (
      try checked(String(decoding: leftBytes[..<end], as: UTF8.self), chosen),
      try checked(String(decoding: leftBytes[end...], as: UTF8.self), chosen),
      try checked(String(decoding: rightBytes[end...], as: UTF8.self), rejected)
    )
  }

  /// A prompt and a completion, from columns or from a conversation of two messages.
  func demonstration() throws(Refusal) -> (prompt: String, completion: String) {
    if member("prompt") == nil, let messages = member("messages") {
      try refuseContext()
      guard let turns = try turns(messages) else {
        throw refusal(
          messages, nil, "is \(messages.value.kind), and no list of messages",
          "a message has a role and a content")
      }
      guard turns.count == 2, turns[0].role == .user, turns[1].role == .assistant else {
        throw conversation(messages)
      }
      return (
        try checked(turns[0].content, messages), try checked(turns[1].content, messages)
      )
    }
    return (try prompt(allowsEmpty: true), try completion("completion"))
  }
}
