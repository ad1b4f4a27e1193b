import Runs

/// Completions to imitate.
extension RowReader {
  typealias Answer = (prompt: Dialogue, turn: Turn)

  /// The prompts and completions of a row: of its columns, or of a conversation.
  ///
  /// - Returns: also how many answers only stand in the prompts of others.
  func answers(
    _ learnt: DataSource.LearntTurns
  ) throws(Refusal) -> (answers: [Answer], unlearnt: Int) {
    if member("prompt") == nil, let messages = member("messages") {
      try refuseMedia()
      guard let turns = try turns(messages) else { throw noMessages(messages) }
      return try split(try inContext(turns, messages), from: 0, learnt, messages, turns.count)
    }
    let member = try required("completion")
    let answer = try turns(member)
    let prompt = try prompt(allowsEmpty: true, inConversation: answer != nil)
    guard let before = prompt.turns else {
      return ([(prompt, Turn(.assistant, try text("completion")))], 0)
    }
    // Answers of a history are the row's own; those of a prompt are given.
    let first = try history().isEmpty ? before.count : 0
    var behind: [Turn] = []
    if let answer {
      for (index, turn) in answer.enumerated() {
        let text = try checked(
          turn.content, member, allowsEmpty: true, place: "[\(index)].content")
        behind.append(Turn(turn.role, text, fields: turn.fields))
      }
    } else {
      behind = [Turn(.assistant, try text("completion"))]
    }
    return try split(before + behind, from: first, learnt, member, behind.count)
  }

  /// A completion: a text, or the one turn of the assistant.
  func completion(_ member: JSONObject.Member) throws(Refusal) -> String {
    guard let turns = try turns(member) else { return try checked(try string(member), member) }
    guard turns.count == 1, turns[0].role == .assistant, turns[0].fields == nil else {
      throw refusal(
        member, nil, "is no single turn of the assistant",
        "leave one turn of the assistant, or write the whole conversation")
    }
    return try checked(turns[0].content, member)
  }

  /// - Parameters:
  ///   - first: the first turn that may be learnt.
  ///   - count: how many turns the member itself holds, the last ones.
  private func split(
    _ turns: [Turn], from first: Int, _ learnt: DataSource.LearntTurns,
    _ member: JSONObject.Member, _ count: Int
  ) throws(Refusal) -> (answers: [Answer], unlearnt: Int) {
    guard turns.last?.role == .assistant else {
      let role = turns.last.map { " a turn of the \($0.role.rawValue)" } ?? "out turns"
      throw refusal(
        member, nil, role == "out turns" ? "is a conversation without turns" : "ends with\(role)",
        "the last turn must be the assistant's, which is what is learnt")
    }
    let places = turns.indices.filter { $0 >= first && turns[$0].role == .assistant }
    let taken = learnt == .all ? places : Array(places.suffix(1))
    var answers: [Answer] = []
    for index in taken {
      let place = "[\(index - (turns.count - count))]"
      guard index > 0, [.user, .tool].contains(turns[index - 1].role) else {
        throw refusal(
          member, nil, "\(place) answers no turn of the user or a tool",
          "put the turn before it that it answers, or remove it")
      }
      guard !Self.isBlank(turns[index].content) || turns[index].fields != nil else {
        throw refusal(
          member, nil, "\(place).content is empty", "remove the row or write the text")
      }
      answers.append((try dialogue(Array(turns[..<index])), turns[index]))
    }
    return (answers, places.count - taken.count)
  }
}
