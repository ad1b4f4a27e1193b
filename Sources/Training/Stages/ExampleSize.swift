import Policy

/// Tokens of an example of a training, as a model runs it.
struct ExampleSize: Equatable, Sendable {
  enum Kind: Sendable {
    /// A text that is predicted from its beginning.
    case sequence
    /// Texts that a reward head scores.
    case scored
    /// A prompt, and completions of it.
    case completions
  }

  var kind: Kind
  /// Of the text, or of the prompt.
  var first: Int
  /// Of the completions, or of the other texts.
  var others: [Int] = []

  /// In all.
  var tokens: Double { Double(others.reduce(first, +)) }

  /// Of the longest text of its own.
  var longest: Int {
    let longest = others.max() ?? 0
    return kind == .completions ? first + longest : max(first, longest)
  }

  func add(to sizes: inout PassSizes) {
    switch kind {
    case .sequence: sizes.add(sequence: first)
    case .completions: sizes.add(prompt: first, completions: others)
    case .scored:
      sizes.add(scored: first)
      for other in others { sizes.add(scored: other) }
    }
  }

  static func together(_ examples: some Sequence<ExampleSize>) -> PassSizes {
    var sizes = PassSizes()
    for example in examples { example.add(to: &sizes) }
    return sizes
  }
}

extension Array where Element == ExampleSize {
  /// Of the examples' tokens; 0 where there is none.
  var mean: Double { isEmpty ? 0 : reduce(0) { $0 + $1.tokens } / Double(count) }
}
