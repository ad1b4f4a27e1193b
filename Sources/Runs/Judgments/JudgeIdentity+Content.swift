extension JudgeIdentity {
  /// Of all facts, whatever the judge is called.
  public var sha256: String {
    SHA256.hex(
      of: facts.map { ByteText("\($0.key)=\($0.value)") }.sorted().map(\.text)
        .joined(separator: "\n"))
  }

  /// The values of one fact, of a jury's judges in their order.
  public func values(_ fact: String) -> [String] {
    facts.filter { $0.key == fact || $0.key.hasSuffix(".\(fact)") }
      .sorted { ($0.key.count, $0.key) < ($1.key.count, $1.key) }.map(\.value)
  }

  /// What another judge's facts say otherwise, each once: `judge's template`, `judge's model`.
  public func differences(from other: JudgeIdentity) -> [String] {
    let keys = Set(facts.keys).union(other.facts.keys).sorted()
    return keys.reduce(into: []) { words, key in
      guard facts[key] != other.facts[key] else { return }
      let word = "judge's \(key.split(separator: ".").last.map(String.init) ?? key)"
      if !words.contains(word) { words.append(word) }
    }
  }
}
