import Runs

/// Scores and labels.
extension RowReader {
  typealias Group = (prompt: Dialogue, completions: [String], scores: [Double])

  /// A prompt, completions and scores: `completions` beside `scores`, or completions that carry
  /// their own `score`, `overall_score`, `fine-grained_score` or `rank` (1 is best, so the score is
  /// the rank with its sign turned).
  func group() throws(Refusal) -> Group {
    let member = try required("completions")
    guard let items = list(member.value), !items.isEmpty else {
      throw refusal(member, nil, "is \(member.value.kind) without entries", "list the completions")
    }
    var completions: [String] = []
    var scores: [Double] = []
    var isConversation = false
    for (index, item) in items.enumerated() {
      switch item {
      case .string(let text): completions.append(try entry(text, index, member))
      case .object(let object):
        let names = ["response", "content", "text", "answer", "completion"]
        guard let text = names.lazy.compactMap({ object[$0]?.string }).first else {
          throw refusal(
            member, nil, "[\(index)] has no text",
            "give it as response, content, text, answer or completion")
        }
        isConversation = isConversation || object.member("role") != nil
        completions.append(try entry(text, index, member))
        let given = ["score", "overall_score", "fine-grained_score"].lazy
        if let score = given.compactMap({ object[$0]?.number }).first {
          guard abs(score) <= Self.greatest else {
            throw refusal(
              member, nil, "[\(index)] has a score that is too large",
              "each score must be a finite number, at most 1e30")
          }
          scores.append(score)
        } else if let rank = object["rank"]?.number {
          scores.append(-rank)
        } else if let wrong = given.compactMap({ object[$0] }).first {
          throw refusal(
            member, nil, "[\(index)] has a score that is \(Self.unusable(wrong))",
            "each score must be a finite number, at most 1e30")
        }
      case .array:
        let indexed = JSONObject.Member(
          key: "\(member.key)[\(index)]", value: item, position: member.position)
        isConversation = true
        completions.append(try completion(indexed))
      default:
        throw refusal(member, nil, "[\(index)] is \(item.kind)", "it must be a text")
      }
    }
    if let listed = self.member("scores") { scores = try numbers(listed) }
    guard scores.count == completions.count else {
      throw refusal(
        self.member("scores") ?? member, nil,
        "has \(scores.count) scores for \(completions.count) completions", "give each one score")
    }
    let prompt = try prompt(allowsEmpty: true, inConversation: isConversation)
    return (prompt, completions, scores)
  }

  private func entry(
    _ text: String, _ index: Int, _ member: JSONObject.Member
  ) throws(Refusal) -> String {
    let indexed = JSONObject.Member(
      key: "\(member.key)[\(index)]", value: .string(text), position: member.position)
    return try checked(text, indexed)
  }

  /// What stands in the place of a number that can be used.
  static func unusable(_ value: JSONValue) -> String {
    value.number == nil ? value.kind : "too large"
  }

  private func numbers(_ member: JSONObject.Member) throws(Refusal) -> [Double] {
    guard let items = list(member.value) else {
      throw refusal(member, nil, "is \(member.value.kind)", "it must be a list of numbers")
    }
    var result: [Double] = []
    for (index, item) in items.enumerated() {
      guard let number = number(item) else {
        throw refusal(
          member, nil, "[\(index)] is \(Self.unusable(item))",
          "each score must be a finite number, at most 1e30")
      }
      result.append(number)
    }
    return result
  }

  /// Whether a completion is wanted.
  func isDesirable() throws(Refusal) -> Bool {
    switch try label() {
    case 0: return false
    case 1: return true
    case let label:
      throw refusal(
        try required("label"), nil, "is \(label)", "a completion is wanted (true) or not (false)")
    }
  }

  /// A class: a whole number from 0, a truth value, or `positive` and `negative`.
  func label(isBinary: Bool = false) throws(Refusal) -> Int {
    let member = try required("label")
    switch labelValue(member.value) {
    case .integer(let number) where isBinary && !(0...1).contains(number):
      throw refusal(
        member, nil, "is \(number)",
        "a classifier takes the labels 0 and 1; remove the row, or write one of them")
    case .integer(let number) where (0...65_535).contains(number): return number
    case .boolean(let value): return value ? 1 : 0
    // As data frames write a column that lacks a value somewhere.
    case .number(0): return 0
    case .number(1): return 1
    case .string("positive"): return 1
    case .string("negative"): return 0
    case .integer(let number):
      throw refusal(member, nil, "is \(number)", "a label is a whole number from 0 to 65535")
    default:
      throw refusal(
        member, nil, "is \(member.value.kind)",
        "a label is a whole number, true, false, \"positive\" or \"negative\"")
    }
  }

  /// A label as JSON would hold it; tables write all as texts.
  private func labelValue(_ value: JSONValue) -> JSONValue {
    guard record.isTable, let text = value.string else { return value }
    switch text {
    case "true", "True", "TRUE": return .boolean(true)
    case "false", "False", "FALSE": return .boolean(false)
    default:
      return Int(text).map(JSONValue.integer) ?? Double(text).map(JSONValue.number) ?? value
    }
  }
}
