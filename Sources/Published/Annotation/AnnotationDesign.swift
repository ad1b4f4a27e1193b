import Runs
import Statistics

/// Which prompts people are asked about, in which comparisons, and which answer stands where: all
/// drawn from one seed.
///
/// Source: the protocol of Ji et al. 2024 (EXO), "Human Assessment": 100 prompts, three match-ups of one
/// system with others, three annotators each, a reference answer beside, win, tie or lose by five
/// criteria.
/// Differs: each system is answer 1 in half of its comparisons (the paper says nothing of sides), and
/// the criteria may also be answered one by one.
public struct AnnotationDesign: Sendable, Equatable {
  /// A prompt with every system's answer.
  public struct Prompt: Sendable, Equatable {
    public var text: String
    /// By system.
    public var answers: [String]
    public var reference: String?

    public init(text: String, answers: [String], reference: String? = nil) {
      self.text = text
      self.answers = answers
      self.reference = reference
    }
  }

  /// What the page shows.
  public struct Comparison: Sendable, Equatable {
    public var number: Int
    public var prompt: String
    /// As answer 1 and answer 2.
    public var answers: [String]
    public var reference: String?
  }

  public let key: AnnotationKey
  /// In the order of their numbers.
  public let comparisons: [Comparison]
  /// Comparisons of equal answers: nobody can prefer one.
  public var equal: Int { comparisons.count { ByteText($0.answers[0]) == ByteText($0.answers[1]) } }

  /// - Parameters:
  ///   - matchUps: places in `systems`.
  ///   - limit: at most so many prompts, drawn evenly from all; nil for all.
  public init(
    systems: [AnnotationKey.System], prompts: [Prompt], matchUps: [[Int]], limit: Int?,
    criteria: [String], seed: UInt64
  ) {
    var generator = SeededGenerator(seed: seed)
    let chosen = generator.permutation(prompts.count).prefix(limit ?? prompts.count).sorted()
    var items: [(prompt: Prompt, shown: [Int])] = []
    for matchUp in matchUps {
      // Half of the places of an even number, in random order: neither side is favoured.
      for (prompt, place) in zip(chosen, generator.permutation(chosen.count)) {
        items.append((prompts[prompt], place % 2 == 0 ? matchUp : matchUp.reversed()))
      }
    }
    let ordered = generator.permutation(items.count).map { items[$0] }
    comparisons = ordered.enumerated().map { place, item in
      Comparison(
        number: place + 1, prompt: item.prompt.text,
        answers: item.shown.map { item.prompt.answers[$0] }, reference: item.prompt.reference)
    }
    key = AnnotationKey(
      seed: seed, systems: systems, matchUps: matchUps, criteria: criteria,
      items: zip(ordered, comparisons).map { item, comparison in
        AnnotationKey.Item(
          number: comparison.number, prompt: SHA256.hex(of: comparison.prompt), shown: item.shown,
          texts: Self.hash(comparison))
      })
  }

  /// Each text's hash first, so that no two lists of texts run into one.
  private static func hash(_ comparison: Comparison) -> String {
    let texts = [comparison.prompt] + comparison.answers + [comparison.reference].compactMap { $0 }
    return SHA256.hex(of: texts.map { SHA256.hex(of: $0) }.joined())
  }
}

extension SeededGenerator {
  /// The numbers below `count` in random order (Fisher and Yates).
  fileprivate mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for place in order.indices {
      order.swapAt(place, place + index(below: count - place))
    }
    return order
  }
}
