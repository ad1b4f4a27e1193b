import Runs
import Statistics

/// Everything that a judging asks, in the order of its records: canaries first, since they say whether
/// the rest is worth its money.
public struct JudgingQuestions: Sendable, Equatable {
  public struct Item: Sendable, Equatable {
    public var canary: CanaryKind?
    public var question: JudgeQuestion
    /// As ``JudgedPair/look``.
    public var look: Int?
    /// The place of the comparison among the pairs.
    var place: Int
  }

  public let items: [Item]

  /// - Parameters:
  ///   - canaries: how many prompts each kind of canary is put to, drawn evenly from all; 0 for none.
  ///   - seed: of that draw, and of the order of prompts.
  ///   - stop: where it is there, prompts are asked in random order.
  public init(
    _ pairs: [JudgingPair], canaries: Int, seed: UInt64, stop: JudgingStop? = nil
  ) {
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
              reference: pair.reference, checklist: pair.checklist), place: index))
      }
    }
    let looks = stop.map { _ in Self.looks(pairs, &generator) }
    let places = looks.map { looks in pairs.indices.sorted { (looks[$0], $0) < (looks[$1], $1) } }
    for index in places ?? Array(pairs.indices) {
      let pair = pairs[index]
      items.append(
        Item(
          canary: nil,
          question: JudgeQuestion(
            id: pair.id, prompt: pair.prompt, candidates: [pair.first, pair.second],
            reference: pair.reference, checklist: pair.checklist), look: looks?[index], place: index
        ))
    }
    self.items = items
  }

  /// Of every pair the place of its prompt in a random order, from 1.
  private static func looks(
    _ pairs: [JudgingPair], _ generator: inout SeededGenerator
  ) -> [Int] {
    var seen: Set<ByteText> = []
    var prompts = pairs.map { ByteText($0.id) }.filter { seen.insert($0).inserted }
    for place in prompts.indices {
      prompts.swapAt(place, place + generator.index(below: prompts.count - place))
    }
    let looks = Dictionary(
      uniqueKeysWithValues: prompts.enumerated().map { ($1, $0 + 1) })
    return pairs.map { looks[ByteText($0.id)] ?? 0 }
  }

  /// The lines of `judgments.jsonl`, canaries first, then in the order of the pairs; questions
  /// without a judgment are left out.
  public func pairs(_ judgments: [Judgment?]) -> [JudgedPair] {
    sorted(judgments).compactMap { index in
      let item = items[index]
      return judgments[index].map {
        JudgedPair(
          id: item.question.id, prompt: SHA256.hex(of: item.question.prompt.words),
          answers: item.question.candidates.map { SHA256.hex(of: $0) },
          reference: item.question.reference.map { SHA256.hex(of: $0) },
          checklist: item.question.checklist.map { SHA256.hex(of: $0) },
          canary: item.canary,
          lengths: item.question.candidates.map(\.unicodeScalars.count), judgment: $0,
          look: item.look)
      }
    }
  }

  /// Whether a line of `judgments.jsonl` is about these texts, by its hashes; records of older versions
  /// have none and are taken at their word.
  public static func isAbout(_ pair: JudgingPair, _ judged: JudgedPair) -> Bool {
    let first = judged.canary?.text(baseline: pair.second) ?? pair.first
    return [
      (judged.prompt.map { [$0] }, [pair.prompt.words]), (judged.answers, [first, pair.second]),
    ].allSatisfy { hashes, texts in hashes.map { $0 == texts.map { SHA256.hex(of: $0) } } ?? true }
  }

  /// The texts that judgments are about, each once, in the order of ``pairs(_:)``.
  public func texts(_ judgments: [Judgment?]) -> [JudgedText] {
    var seen: Set<String> = []
    return sorted(judgments).flatMap { index in
      let question = items[index].question
      return
        ([question.prompt.words] + question.candidates
        + [question.reference, question.checklist].compactMap(\.self))
        .map(JudgedText.init).filter { seen.insert($0.sha256).inserted }
    }
  }

  /// Places of what is judged: canaries, then the pairs in their order.
  private func sorted(_ judgments: [Judgment?]) -> [Int] {
    let kept = items.indices.filter { judgments[$0] != nil }
    return kept.filter { items[$0].canary != nil }
      + kept.filter { items[$0].canary == nil }.sorted { items[$0].place < items[$1].place }
  }
}
