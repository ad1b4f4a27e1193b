extension ComponentReader {
  /// The ids that a post-processor puts in front of a single text. What it puts behind is not applied:
  /// callers place the end themselves.
  ///
  /// - Throws: `CorpusError.tokenizer` where it names a token that is not in the vocabulary, or a
  ///   template one that it does not define.
  func leadingTokens(_ id: (String) -> Int?) throws(CorpusError) -> [Int] {
    switch type {
    case "ByteLevel": return []
    case "Sequence":
      var ids: [Int] = []
      for step in try children("processors") { ids += try step.leadingTokens(id) }
      return ids
    case "RobertaProcessing", "BertProcessing":
      _ = try token("sep", id)
      return [try token("cls", id)]
    case "TemplateProcessing": return try template(id)
    default:
      throw unsupported(
        "post-processor",
        supported: "TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel, Sequence")
    }
  }

  /// A token and its id, as `["<s>", 0]`.
  private func token(_ key: String, _ id: (String) -> Int?) throws(CorpusError) -> Int {
    let pair = try array(key)
    guard pair.count == 2, let content = pair[0].string, let number = pair[1].integer else {
      throw failure("\(key) must be a token and its id")
    }
    try check(content, number, id)
    return number
  }

  private func template(_ id: (String) -> Int?) throws(CorpusError) -> [Int] {
    var defined: [[UInt8]: [Int]] = [:]
    if let tokens = try child("special_tokens") {
      for member in tokens.object.members {
        let reader = try ComponentReader(
          file: file, path: "\(tokens.path).\(Shown.plain(member.key))", value: member.value)
        defined[Array(member.key.utf8)] = try reader.templateIDs(id)
      }
    }
    // The template for two texts is not used, but a file with a mistake in it is not trusted.
    if let pair = object["pair"], pair != .null { _ = try leading("pair", defined) }
    return try leading("single", defined)
  }

  /// The ids of one token of a template.
  private func templateIDs(_ id: (String) -> Int?) throws(CorpusError) -> [Int] {
    let ids = try array("ids")
    let contents = try array("tokens")
    guard ids.count == contents.count else { throw failure("ids and tokens differ in number") }
    var numbers: [Int] = []
    for (number, content) in zip(ids, contents) {
      guard let number = number.integer, let content = content.string else {
        throw failure("ids must be whole numbers and tokens texts")
      }
      try check(content, number, id)
      numbers.append(number)
    }
    return numbers
  }

  /// The ids in front of a template's first text.
  private func leading(
    _ key: String, _ defined: [[UInt8]: [Int]]
  ) throws(CorpusError) -> [Int] {
    var ids: [Int] = []
    var isInFront = true
    for piece in try children(key) {
      if let special = try piece.child("SpecialToken") {
        let name = try special.string("id")
        guard let found = defined[Array(name.utf8)] else {
          throw piece.failure(
            "the token \(Shown.text(name)) of the template is not among its special_tokens")
        }
        if isInFront { ids += found }
      } else if try piece.child("Sequence") != nil {
        isInFront = false
      } else {
        throw piece.failure("expected a SpecialToken or a Sequence")
      }
    }
    return ids
  }

  private func check(
    _ content: String, _ number: Int, _ id: (String) -> Int?
  ) throws(CorpusError) {
    guard id(content) == number else {
      throw failure("token \(Shown.text(content)) with id \(number) is not in the vocabulary")
    }
  }
}
