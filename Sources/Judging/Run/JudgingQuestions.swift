import Runs
import Statistics

/// Everything that a judging asks, in the order of its records: canaries first, since they say whether
/// the rest is worth its money.
public struct JudgingQuestions: Sendable, Equatable {
  public struct Item: Sendable, Equatable {
    public var canary: CanaryKind?
    public var question: JudgeQuestion
  }

  public let items: [Item]

  /// - Parameters:
  ///   - canaries: how many prompts each kind of canary is put to, drawn evenly from all; 0 for none.
  ///   - seed: of that draw.
  public init(_ pairs: [JudgingPair], canaries: Int, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var order = Array(pairs.indices)
    let chosen = min(canaries, pairs.count)
    for place in 0..<chosen {
      order.swapAt(place, place + generator.index(below: order.count - place))
    }
    var items: [Item] = []
    for kind in CanaryKind.allCases {
      for index in order.prefix(chosen).sorted() {
        let pair = pairs[index]
        items.append(
          Item(
            canary: kind,
            question: JudgeQuestion(
              id: pair.id, prompt: pair.prompt,
              candidates: [kind.text(baseline: pair.second), pair.second],
              reference: pair.reference)))
      }
    }
    for pair in pairs {
      items.append(
        Item(
          canary: nil,
          question: JudgeQuestion(
            id: pair.id, prompt: pair.prompt, candidates: [pair.first, pair.second],
            reference: pair.reference)))
    }
    self.items = items
  }

  /// The lines of `judgments.jsonl`; questions without a judgment are left out.
  public func pairs(_ judgments: [Judgment?]) -> [JudgedPair] {
    zip(items, judgments).compactMap { item, judgment in
      judgment.map {
        JudgedPair(
          id: item.question.id, prompt: SHA256.hex(of: item.question.prompt.words),
          canary: item.canary,
          lengths: item.question.candidates.map(\.unicodeScalars.count), judgment: $0)
      }
    }
  }
}
