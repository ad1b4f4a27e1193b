import Policy
import Torch

extension AlignmentTask {
  /// The examples, each with the completion of another prompt and the reference's log-probability of it
  /// after its own.
  ///
  /// An example gets the first candidate of the next one whose prompt differs, in the order given, the
  /// first coming after the last; cut, without an end token, to the room that its prompt leaves. So every
  /// step has mismatches, whatever examples it is made of.
  ///
  /// - Parameters:
  ///   - name: of what needs them, for the message.
  ///   - ranks: of which each scores its part.
  /// - Throws: ``TrainingError/unusable(_:)`` where all examples have one prompt.
  ///
  /// Source: Ethayarajh et al. 2024, KTO, section 4.1; arranged once before training as in TRL, where
  /// the authors' code turns the rows of a step by one.
  public static func mismatched(
    _ examples: [Example], for name: String, by reference: Decoder, temperature: Double,
    over ranks: Ranks = .alone
  ) throws -> [Example] {
    guard let others = others(examples.map(\.prompt)) else {
      throw TrainingError.unusable(
        "\(name) needs completions of other prompts, and all examples "
          + "(\(examples.first?.id ?? ""), …) have one prompt; add rows of another one")
    }
    var arranged = examples
    for (index, other) in others.enumerated() {
      let room = reference.configuration.positions - examples[index].prompt.count
      let completion = (examples[other].candidates.first ?? []).prefix(room)
      arranged[index].mismatch = Mismatch(completion: Array(completion), reference: 0)
    }
    let ratios = try ranks.cut(arranged) { arranged in
      try scoringParts(of: arranged).flatMap { range -> [Double] in
        try withoutGradient {
          try mismatchedRatios(
            Array(arranged[range]), by: reference, temperature: temperature
          ).values()
        }
      }
    }
    for (place, found) in ratios.enumerated() { arranged[place].mismatch?.reference = found }
    return arranged
  }

  /// log π − log π_ref of the mismatched completions after their examples' prompts, `[mismatch]`.
  ///
  /// - Throws: ``TrainingError/unusable(_:)`` for an example without one.
  static func mismatchedRatios(
    _ part: [Example], by model: Decoder, temperature: Double
  ) throws -> Tensor {
    let mismatches = try part.map { example in
      guard let mismatch = example.mismatch else {
        throw TrainingError.unusable("row \(example.id) has no completion of another prompt")
      }
      return mismatch
    }
    let sums = try scores(
      of: mismatches.map { [$0.completion] }, after: part.map(\.prompt), by: model,
      temperature: temperature
    ).sums
    return try sums - Tensor.of(mismatches.map { Float($0.reference) }, on: sums.device)
  }

  /// For each prompt the place of the next one that differs; nil where none does.
  static func others(_ prompts: [[Int]]) -> [Int]? {
    guard let last = prompts.last, let other = prompts.firstIndex(where: { $0 != last }) else {
      return nil
    }
    var others = prompts.map { _ in other }
    for place in prompts.indices.dropLast().reversed() {
      others[place] = prompts[place + 1] == prompts[place] ? others[place + 1] : place + 1
    }
    return others
  }
}
