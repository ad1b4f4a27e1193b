import Runs

/// What a completion follows.
extension RowReader {
  /// A prompt: its column, with alpaca's `input` behind an empty line, as a text; a conversation, or
  /// a text beside a system prompt or a history, as turns.
  ///
  /// - Parameter inConversation: whether the completion comes as a message, so that the prompt is a
  ///   turn too.
  func prompt(allowsEmpty: Bool, inConversation: Bool = false) throws(Refusal) -> Dialogue {
    try refuseMedia()
    guard let member = member("prompt") ?? member("messages") else {
      // Says what is missing.
      throw refusal(try required("prompt"), nil, "is missing", "add it")
    }
    if let turns = try turns(member) {
      return try dialogue(try asked(try inContext(turns, member), member))
    }
    if self.member("prompt") == nil { throw noMessages(member) }
    let context = try systemTurns() + history()
    let isConversation = inConversation || !context.isEmpty || source.isConversation
    var text = try checked(
      promptText(member), member, allowsEmpty: allowsEmpty && !isConversation)
    if member.key == "instruction" || source.columns["input"] != nil,
      let input = self.member("input"), input.value != .string("")
    {
      text += "\n\n" + (try self.text("input", allowsEmpty: true))
    }
    if isConversation { return try dialogue(context + [Turn(.user, text)]) }
    try refuseTemplateInput()
    return source.prompt(text)
  }

  /// What two transcripts share.
  func transcript(_ text: String, _ member: JSONObject.Member) throws(Refusal) -> Dialogue {
    guard !source.isConversation else {
      throw refusal(
        member, nil, "is a transcript of several turns",
        "conversation takes prompts that are one turn; leave it out, or write messages")
    }
    return source.prompt(text)
  }

  /// The prompt of a row of any kind: a conversation's turns without its last answer, or what two
  /// conversations or transcripts share; nil for a comparison that is all ties.
  func lonePrompt() throws(Refusal) -> Dialogue? {
    switch comparison {
    case .transcripts?, .predictions?: return try pairs().pairs.first?.prompt
    default: break
    }
    if member("prompt") == nil, let messages = member("messages"), let turns = try turns(messages) {
      let isAnswered = turns.last?.role == .assistant
      try refuseMedia()
      return try dialogue(
        try asked(try inContext(isAnswered ? turns.dropLast() : turns, messages), messages))
    }
    if member("prompt") == nil, member("chosen") != nil, member("rejected") != nil,
      let pair = try pairs().pairs.first
    {
      return pair.prompt
    }
    return try prompt(allowsEmpty: false)
  }

  /// The turns that a member holds, as they are written; nil where it holds no conversation.
  func turns(_ member: JSONObject.Member) throws(Refusal) -> [Turn]? {
    do throws(Turn.Problem) {
      return try Turn.turns(member.value)
    } catch {
      throw refusal(member, nil, error.problem, error.advice)
    }
  }

  /// The turns of a conversation after the source's replacements, behind the row's system prompt and
  /// history.
  func inContext(_ turns: [Turn], _ member: JSONObject.Member) throws(Refusal) -> [Turn] {
    var result = try systemTurns() + history()
    var turns = turns
    if let system = result.first, system.role == .system, turns.first?.role == .system {
      guard turns[0].content == system.content else {
        throw refusal(
          member, nil, "begins with another system turn than the row's own",
          "remove one of the two")
      }
      turns.removeFirst()
    }
    for (index, turn) in turns.enumerated() {
      result.append(
        Turn(
          turn.role,
          try checked(
            turn.content, member, allowsEmpty: turn.role != .user, place: "[\(index)].content"),
          fields: turn.fields))
    }
    return result
  }

  /// Turns that end with one to answer.
  func asked(_ turns: [Turn], _ member: JSONObject.Member) throws(Refusal) -> [Turn] {
    switch turns.last?.role {
    case .user?, .tool?: return turns
    case let role:
      throw refusal(
        member, nil,
        role.map { "ends with a turn of the \($0.rawValue)" } ?? "is a conversation without turns",
        "a prompt ends with the turn that is answered, of the user or a tool")
    }
  }

  func noMessages(_ member: JSONObject.Member) -> Refusal {
    refusal(
      member, nil, "is \(member.value.kind), and no list of messages",
      "a message has a role and a content")
  }

  /// Columns that change what a model would see, and that nothing here can hold.
  func refuseMedia() throws(Refusal) {
    for name in ["images", "videos", "audios"] {
      guard let member = given(name) else { continue }
      throw refusal(
        member, nil, "would be left out of the prompt",
        "write it into the prompt, or remove the row")
    }
  }

  /// What only a chat template could write, beside a prompt that is a text.
  func refuseTemplateInput() throws(Refusal) {
    for name in ["tools", "documents", "chat_template_kwargs"] {
      guard let member = given(name) else { continue }
      throw refusal(
        member, nil, "would be left out of the prompt, which is a text",
        "write the prompt as messages, or remove the row")
    }
  }

  /// Turns beside what the row holds for the chat template: `tools` and `documents`, lists, and
  /// `chat_template_kwargs`, an object; each also as a JSON text.
  func dialogue(_ turns: [Turn]) throws(Refusal) -> Dialogue {
    var input = TemplateInput()
    for name in ["tools", "documents"] {
      guard let member = given(name) else { continue }
      guard let items = list(member.value), items.allSatisfy({ $0.object != nil }) else {
        throw refusal(
          member, nil, "is no list of objects", "a chat template takes its \(name) as one")
      }
      let text = JSONText.line(.array(items.map(\.withoutNulls)))
      if name == "tools" { input.tools = text } else { input.documents = text }
    }
    if let member = given("chat_template_kwargs") {
      var value = member.value
      if let text = value.string { value = (try? JSONParser.parse(Array(text.utf8))) ?? value }
      guard let object = value.object else {
        throw refusal(
          member, nil, "is \(member.value.kind)", "it must be an object of names and values")
      }
      for name in ["messages", "add_generation_prompt", "tools", "documents"]
      where object.member(name) != nil {
        throw refusal(member, nil, "sets \(name)", "that is the row's own to say; remove it")
      }
      let kept = value.withoutNulls
      if kept.object?.members.isEmpty == false { input.variables = JSONText.line(kept) }
    }
    return Dialogue(turns, input)
  }

  /// A column that says something.
  private func given(_ name: String) -> JSONObject.Member? {
    guard let member = record.object.member(name) else { return nil }
    switch member.value {
    case .null, .string(""), .string("[]"), .array([]), .string("{}"): return nil
    default: return member
    }
  }

  /// The row's system prompt, where it has one.
  private func systemTurns() throws(Refusal) -> [Turn] {
    guard let member = filled("system") else { return [] }
    let text = try checked(try string(member), member, allowsEmpty: true)
    return Self.isBlank(text) ? [] : [Turn(.system, text)]
  }

  /// Earlier turns as LLaMA-Factory writes them: pairs of what the user and the assistant said.
  func history() throws(Refusal) -> [Turn] {
    guard let member = filled("history") else { return [] }
    guard let pairs = list(member.value) else {
      throw refusal(
        member, nil, "would be left out of the prompt", "write it as a list of pairs of texts")
    }
    var turns: [Turn] = []
    for (index, pair) in pairs.enumerated() {
      guard let texts = pair.array, texts.count == 2, let question = texts[0].string,
        let answer = texts[1].string
      else {
        throw refusal(
          member, nil, "[\(index)] is no pair of texts",
          "write what the user and the assistant said")
      }
      turns.append(
        Turn(.user, try checked(question, member, place: "[\(index)][0]")))
      turns.append(
        Turn(.assistant, try checked(answer, member, allowsEmpty: true, place: "[\(index)][1]")))
    }
    return turns
  }

  /// A text, or WebGPT's object that holds one.
  private func promptText(_ member: JSONObject.Member) throws(Refusal) -> String {
    if let text = member.value.object?["full_text"]?.string { return text }
    return try string(member)
  }
}

extension JSONValue {
  /// The same without members that are null: tables have a place for every field that some row has.
  var withoutNulls: JSONValue {
    switch self {
    case .array(let items): .array(items.map(\.withoutNulls))
    case .object(let object):
      .object(
        JSONObject(
          members: object.members.filter { $0.value != .null }.map {
            JSONObject.Member(key: $0.key, value: $0.value.withoutNulls, position: $0.position)
          }))
    default: self
    }
  }
}
