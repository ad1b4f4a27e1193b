extension Section {
  /// A text; without a default it is required, and not empty. Numbers and truth values are taken as written.
  public func string(
    _ key: String, default fallback: String? = nil, about: String = ""
  ) -> String {
    declare(key, .text, usual: fallback.map(RecipeValue.string), about: about)
    return scalar(key, fallback, orElse: "", expected: "a text", RecipeValue.string) { node in
      node.text.flatMap { $0.isEmpty && fallback == nil ? nil : $0 }
    }
  }

  /// A text, or nil where the key is missing or null.
  public func optionalString(_ key: String, about: String = "") -> String? {
    declare(key, .text, usual: .null, about: about)
    guard has(key) else { return absent(key) }
    return string(key)
  }

  /// `true` or `false`, and nothing else.
  public func bool(_ key: String, default fallback: Bool, about: String = "") -> Bool {
    declare(key, .truth, usual: .boolean(fallback), about: about)
    return scalar(key, fallback, orElse: fallback, expected: "true or false", RecipeValue.boolean) {
      $0.boolean
    }
  }

  /// One of an enumeration's names.
  public func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, default fallback: Choice? = nil, about: String = ""
  ) -> Choice where Choice.RawValue == String {
    let names = Choice.allCases.map(\.rawValue)
    declare(
      key, .choice(names), usual: fallback.map { .string($0.rawValue) }, about: about)
    let allowed = names.joined(separator: ", ")
    guard let first = fallback ?? Choice.allCases.first else {
      preconditionFailure("\(Choice.self) has no cases to choose from")
    }
    let text = scalar(
      key, fallback?.rawValue, orElse: first.rawValue, expected: "one of \(allowed)",
      RecipeValue.string
    ) { $0.text }
    if let choice = Choice(rawValue: text) { return choice }
    let nearest = KeyAdvice.nearest(to: text, among: names).map {
      "; did you mean \(Quoted.text($0))?"
    }
    complain(key, "is \(Quoted.text(text)); it must be one of \(allowed)\(nearest ?? "")")
    return first
  }

  /// `true` or `false`, or nil where the key is missing or null.
  public func optionalBool(_ key: String, about: String = "") -> Bool? {
    declare(key, .truth, usual: .null, about: about)
    guard has(key) else { return absent(key) }
    return bool(key, default: false)
  }

  /// A whole number; without a default it is required.
  public func int(
    _ key: String, default fallback: Int? = nil, in range: ClosedRange<Int> = Int.min...Int.max,
    about: String = ""
  ) -> Int {
    declare(
      key, .whole, usual: fallback.map(RecipeValue.integer), range: Self.shown(range),
      about: about)
    let inside = min(max(1, range.lowerBound), range.upperBound)
    let value = scalar(
      key, fallback, orElse: inside, expected: "a whole number", RecipeValue.integer
    ) { $0.integer }
    guard has(key), !range.contains(value) else { return value }
    complain(key, "is \(value); it must be \(Self.words(for: range))")
    return fallback ?? inside
  }

  /// A whole number, or nil where the key is missing or null.
  public func optionalInt(
    _ key: String, in range: ClosedRange<Int> = Int.min...Int.max, about: String = ""
  ) -> Int? {
    declare(key, .whole, usual: .null, range: Self.shown(range), about: about)
    guard has(key) else { return absent(key) }
    return int(key, in: range)
  }

  /// A finite number within the given bounds; without a default it is required.
  public func double(
    _ key: String, default fallback: Double? = nil, above: Double? = nil, atLeast: Double? = nil,
    below: Double? = nil, atMost: Double? = nil, about: String = ""
  ) -> Double {
    let bounds = NumberBounds(above: above, atLeast: atLeast, below: below, atMost: atMost)
    declare(
      key, .number, usual: fallback.map(RecipeValue.number), range: bounds.shown, about: about)
    let value = scalar(
      key, fallback, orElse: bounds.inside, expected: "a number", RecipeValue.number
    ) { $0.number }
    guard has(key), !bounds.contains(value) else { return value }
    complain(key, "is \(read(key)?.shown ?? "\(value)"); it must be \(bounds.words)")
    return fallback ?? bounds.inside
  }

  /// A finite number, or nil where the key is missing or null.
  ///
  /// - Parameter word: what the setting may be as well, where ``word(_:at:)`` did not find it.
  public func optionalDouble(
    _ key: String, above: Double? = nil, atLeast: Double? = nil, below: Double? = nil,
    atMost: Double? = nil, or word: String? = nil, about: String = ""
  ) -> Double? {
    let bounds = NumberBounds(above: above, atLeast: atLeast, below: below, atMost: atMost)
    declare(key, .number, usual: .null, range: bounds.shown, about: about)
    guard has(key) else { return absent(key) }
    if let word, isScalar(key), let node = read(key), node.number == nil {
      complain(key, ": \(Self.mismatch(expected: "a number or \(word)", found: node))")
      return nil
    }
    return double(key, above: above, atLeast: atLeast, below: below, atMost: atMost)
  }

  /// Whether a setting that is otherwise a number is a certain word.
  public func word(_ word: String, at key: String) -> Bool {
    guard read(key)?.text == word else { return false }
    resolve(key, .string(word))
    return true
  }

  /// Reads one scalar: the value, the default, or `orElse` after recording a mistake.
  private func scalar<Value>(
    _ key: String, _ fallback: Value?, orElse: Value, expected: String,
    _ record: (Value) -> RecipeValue, _ parse: (RecipeNode) -> Value?
  ) -> Value {
    let node = read(key)
    let value: Value
    if let node {
      if let parsed = parse(node) {
        value = parsed
      } else {
        complain(key, ": \(Self.mismatch(expected: expected, found: node))")
        value = fallback ?? orElse
      }
    } else if let fallback {
      value = fallback
    } else {
      complain(key, "is missing; expected \(expected)")
      value = orElse
    }
    resolve(key, record(value))
    return value
  }

  /// `expected a number, found "abc"`, with a hint where the text almost is one.
  static func mismatch(expected: String, found node: RecipeNode) -> String {
    // The same for every draw, so that it is told once.
    guard !node.isDrawn else {
      return
        "expected \(expected), and what is drawn at random has three digits; list values, as in "
        + "{sweep: [2, 8, 32]}"
    }
    var hint = ""
    if case .scalar(let text, let quoted) = node.content {
      if quoted, ScalarGrammar.number(text) != nil, expected != "a text" {
        hint = "; remove the quotes"
      } else if text.contains("_"),
        ScalarGrammar.number(text.filter { $0 != "_" }) != nil
      {
        hint = "; write it without underscores"
      }
    } else if case .mapping(let entries) = node.content,
      entries.contains(where: { $0.key == SweepReader.key })
    {
      hint = "; only settings of stages may be a sweep"
    } else if case .mapping(let entries) = node.content, entries.count == 1,
      KeyAdvice.nearest(to: entries[0].key, among: [SweepReader.key]) != nil
    {
      hint = "; did you mean \(SweepReader.key)?"
    } else if case .mapping = node.content, expected == "a text" {
      hint = "; put a text with a colon in quotes"
    }
    return "expected \(expected), found \(node.shown)\(hint)"
  }

  static func words(for range: ClosedRange<Int>) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (let low, .max): "at least \(low)"
    case (.min, let high): "at most \(high)"
    case (let low, let high): "from \(low) to \(high)"
    }
  }

  /// The range as a list of keys has it; nil where there is none.
  static func shown(_ range: ClosedRange<Int>) -> String? {
    range == Int.min...Int.max ? nil : words(for: range)
  }

  private func absent<Value>(_ key: String) -> Value? {
    resolve(key, .null)
    return nil
  }
}
