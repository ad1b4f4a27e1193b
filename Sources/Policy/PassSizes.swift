/// How many rows a pass over a layout has, and how they are padded for attention.
public struct PassSizes: Equatable, Sendable {
  /// Sequences one after the other, each padded to the longest where attention reads them.
  struct Part: Equatable, Sendable {
    var count = 0
    var longest = 0
    var rows = 0

    /// Places of all, padding among them.
    var places: Double { Double(count) * Double(longest) }
    /// Nothing is padded.
    var isDense: Bool { count * longest == rows }

    mutating func add(_ length: Int) {
      count += 1
      rows += length
      longest = max(longest, length)
    }
  }

  private(set) var prompts = Part()
  private(set) var continuations = Part()
  /// Tokens that are predicted, or texts that a head scores.
  private(set) var targets = 0

  public init() {}

  var rows: Int { prompts.rows + continuations.rows }
  /// Every row is asked for, as it is.
  var isEveryRow: Bool { continuations.count == 0 && targets == rows }

  /// A prompt with its completions, as ``Targets/completions(_:of:positions:on:)`` lays them out.
  public mutating func add(prompt: Int, completions: [Int]) {
    prompts.add(prompt)
    for length in completions {
      continuations.add(max(0, length - 1))
      targets += length
    }
  }

  /// A text of which each token but the first is predicted.
  public mutating func add(sequence: Int) {
    prompts.add(max(0, sequence - 1))
    targets += max(0, sequence - 1)
  }

  /// A text that a reward head scores at one place.
  public mutating func add(scored: Int) {
    prompts.add(scored)
    targets += 1
  }
}
