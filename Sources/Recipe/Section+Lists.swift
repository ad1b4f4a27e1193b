extension Section {
  /// Whole numbers; a single one stands for a list of one.
  public func ints(
    _ key: String, default fallback: [Int]? = nil, in range: ClosedRange<Int> = Int.min...Int.max,
    about: String = ""
  ) -> [Int] {
    declare(
      key, .wholes, usual: fallback.map { .list($0.map(RecipeValue.integer)) },
      range: Self.shown(range), about: about)
    return list(
      key, fallback, expected: "a whole number", RecipeValue.integer,
      objection: { range.contains($0) ? nil : Self.words(for: range) }, parse: { $0.integer })
  }

  /// Finite numbers; a single one stands for a list of one.
  public func doubles(
    _ key: String, default fallback: [Double]? = nil, above: Double? = nil,
    atLeast: Double? = nil, below: Double? = nil, atMost: Double? = nil, about: String = ""
  ) -> [Double] {
    let bounds = NumberBounds(above: above, atLeast: atLeast, below: below, atMost: atMost)
    declare(
      key, .numbers, usual: fallback.map { .list($0.map(RecipeValue.number)) },
      range: bounds.shown, about: about)
    return list(
      key, fallback, expected: "a number", RecipeValue.number,
      objection: { bounds.contains($0) ? nil : bounds.words }, parse: { $0.number })
  }

  /// Texts; a single one stands for a list of one.
  public func strings(
    _ key: String, default fallback: [String]? = nil, about: String = ""
  ) -> [String] {
    declare(
      key, .texts, usual: fallback.map { .list($0.map(RecipeValue.string)) }, about: about)
    return list(key, fallback, expected: "a text", RecipeValue.string, parse: { $0.text })
  }

  /// Texts that are all among some names, each once; others are mistakes at their place.
  ///
  /// - Returns: those that are, once each.
  public func strings(
    _ key: String, default fallback: [String], among names: [String], about: String = ""
  ) -> [String] {
    let words = strings(key, default: fallback, about: about)
    for word in words where !names.contains(word) {
      let meant = KeyAdvice.nearest(to: word, among: names).map { "; did you mean \($0)?" }
      mistake(
        key, at: word,
        "holds \(Quoted.text(word)); it takes \(names.joined(separator: ", "))\(meant ?? "")")
    }
    refuseRepeats(key, words)
    var known: Set<String> = []
    return words.filter { names.contains($0) && known.insert($0).inserted }
  }

  /// A list of `[from, to]` pairs of texts; empty where the key is missing.
  public func stringPairs(_ key: String, about: String = "") -> [(from: String, to: String)] {
    declare(key, .textPairs, usual: .list([]), about: about)
    let pairs: [[String]] = list(
      key, [], expected: "a pair of texts, as in [\"a\", \"b\"]",
      { .list($0.map(RecipeValue.string)) },
      parse: { node in
        guard case .sequence(let items) = node.content, items.count == 2 else { return nil }
        let texts = items.compactMap(\.text)
        return texts.count == 2 ? texts : nil
      })
    return pairs.map { (from: $0[0], to: $0[1]) }
  }

  /// A mapping of keys to texts, as in `columns: {text: review}`; empty where it is missing.
  public func stringMap(_ key: String, about: String = "") -> [String: String] {
    declare(key, .named, usual: .null, about: about)
    guard let section = optionalSection(key) else { return [:] }
    return Dictionary(uniqueKeysWithValues: section.keys.map { ($0, section.string($0)) })
  }

  /// What is listed but for items that are wrong, each of which is a mistake at its place.
  ///
  /// - Parameter objection: what an item that can be read must be and is not.
  private func list<Value>(
    _ key: String, _ fallback: [Value]?, expected: String, _ record: (Value) -> RecipeValue,
    objection: (Value) -> String? = { _ in nil }, parse: (RecipeNode) -> Value?
  ) -> [Value] {
    var values: [Value] = []
    switch read(key) {
    case nil:
      if fallback == nil { complain(key, "is missing; expected a list of \(expected) each") }
      values = fallback ?? []
    case let node?:
      var items = [node]
      if case .sequence(let listed) = node.content { items = listed }
      for (index, item) in items.enumerated() {
        guard let value = parse(item) else {
          complain(key, item: index, ": \(Self.mismatch(expected: expected, found: item))")
          continue
        }
        if let words = objection(value) {
          complain(key, item: index, "holds \(value); each must be \(words)")
          continue
        }
        values.append(value)
      }
      if values.isEmpty, !items.isEmpty { values = fallback ?? [] }
    }
    resolve(key, .list(values.map(record)))
    return values
  }
}
