/// Who a judge is: what it is called, and every fact that can change an answer of it.
public struct JudgeIdentity: Sendable, Equatable, Codable {
  /// As results show it.
  public var name: String
  /// Kind, model, address, the template's text, sampling settings, the parser's version, ….
  public var facts: [String: String]

  public init(name: String, facts: [String: String]) {
    self.name = name
    self.facts = facts
  }

  /// The identity of a judge that asks others, whose facts it keeps under numbered names.
  public init(name: String, combining others: [JudgeIdentity], facts: [String: String]) {
    var all = facts
    for (index, other) in others.enumerated() {
      for (key, value) in other.facts { all["\(index).\(key)"] = value }
    }
    self.init(name: name, facts: all)
  }
}
