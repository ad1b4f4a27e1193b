extension ComponentReader {
  /// Checks a post-processor: its tokens must be in the vocabulary. It is not applied, since
  /// callers place begin and end themselves.
  func checkPostProcessor(_ id: (String) -> Int?) throws(CorpusError) {
    switch type {
    case "ByteLevel": return
    case "Sequence":
      for step in try children("processors") { try step.checkPostProcessor(id) }
    case "RobertaProcessing":
      for key in ["sep", "cls"] {
        let pair = try array(key)
        guard pair.count == 2, let content = pair[0].string, let number = pair[1].integer else {
          throw failure("\(key) must be a token and its id")
        }
        try check(content, number, id)
      }
    case "TemplateProcessing":
      guard let tokens = try child("special_tokens") else { return }
      for member in tokens.object.members {
        let reader = try ComponentReader(
          file: file, path: "\(tokens.path).\(Shown.plain(member.key))", value: member.value)
        let ids = try reader.array("ids")
        let contents = try reader.array("tokens")
        guard ids.count == contents.count else {
          throw reader.failure("ids and tokens differ in number")
        }
        for (number, content) in zip(ids, contents) {
          guard let number = number.integer, let content = content.string else {
            throw reader.failure("ids must be whole numbers and tokens texts")
          }
          try reader.check(content, number, id)
        }
      }
    default:
      throw unsupported(
        "post-processor", supported: "TemplateProcessing, RobertaProcessing, ByteLevel, Sequence")
    }
  }

  private func check(
    _ content: String, _ number: Int, _ id: (String) -> Int?
  ) throws(CorpusError) {
    guard id(content) == number else {
      throw failure("token \(Shown.text(content)) with id \(number) is not in the vocabulary")
    }
  }
}
