import Runs

extension Tokenizer {
  /// The ids that the post-processor's template puts in front of a single text; none without one.
  ///
  /// ``encode(_:parsingSpecialTokens:)`` never adds them: who builds a sequence decides.
  public var leadingTokens: [Int] {
    guard let data = files["tokenizer.json"],
      let root = try? JSONParser.parse(Array(data)),
      let processor = root.object?["post_processor"]
    else { return [] }
    return Tokenizer.leading(of: processor)
  }

  private static func leading(of processor: JSONValue) -> [Int] {
    switch processor.object?["type"]?.string {
    case "Sequence":
      return processor.object?["processors"]?.array?.flatMap(leading(of:)) ?? []
    case "RobertaProcessing":
      return processor.object?["cls"]?.array?.last?.integer.map { [$0] } ?? []
    case "TemplateProcessing":
      let tokens = processor.object?["special_tokens"]?.object
      var ids: [Int] = []
      for item in processor.object?["single"]?.array ?? [] {
        guard let name = item.object?["SpecialToken"]?.object?["id"]?.string else { return ids }
        ids += tokens?[name]?.object?["ids"]?.array?.compactMap(\.integer) ?? []
      }
      return ids
    default:
      return []
    }
  }
}
