import Foundation
import Policy
import TestSupport
import Testing
import Torch

@testable import Training

@Suite struct AlignmentTaskTests {
  /// Another model than the workbench's, so that log-ratios are not 0.
  private func reference() throws -> Decoder {
    try Decoder.start(
      try Workbench.model().configuration, with: Generator(seed: 9, stream: "other"))
  }

  private func rows(_ count: Int, samePrompt: Bool = false) -> [AlignmentTask.Example] {
    Workbench.sequences(count, shortest: 1).enumerated().map { index, completion in
      AlignmentTask.Example(
        id: "row-\(index)", prompt: samePrompt ? [1, 2] : [index % 12, 2],
        candidates: [completion], isDesirable: index % 3 != 1)
    }
  }

  private func task(
    _ rows: [AlignmentTask.Example], heldOut: Double = 0
  ) throws -> AlignmentTask {
    let reference = try reference()
    let scored = try AlignmentTask.scored(rows, by: reference, temperature: 1)
    return AlignmentTask(
      try Workbench.model(), KTO(beta: 0.5),
      try AlignmentTask.mismatched(scored, for: "kto", by: reference, temperature: 1),
      temperature: 1,
      heldOut: heldOut)
  }

  /// log π − log π_ref of completions after prompts.
  private func ratios(_ prompts: [[Int]], _ completions: [[Int]]) throws -> [Double] {
    func sums(_ model: Decoder) throws -> [Double] {
      try numbers(
        AlignmentTask.scores(
          of: completions.map { [$0] }, after: prompts, by: model, temperature: 1
        ).sums)
    }
    return zip(try sums(Workbench.model()), try sums(reference())).map { $0 - $1 }
  }

  @Test func mismatchesAreTheNextRowsCompletionsAfterThisRowsPrompt() throws {
    let rows = rows(6)
    // In the order of the data, whatever the step: of rows 5, 2 and 4.
    let part = [4, 1, 3]
    let prompts = part.map { rows[$0].prompt }
    let others = try ratios(prompts, part.map { rows[$0 + 1].candidates[0] })
    let divergence = max(0, others.reduce(0, +) / 3)
    let completions = part.map { rows[$0].candidates[0] }
    let expected = zip(part, try ratios(prompts, completions)).map { index, d in
      sigmoid((index % 3 != 1 ? -1 : 1) * 0.5 * (d - divergence))
    }
    let (loss, metrics) = try task(rows).loss(of: part, weight: 3)
    expectClose(try loss.item(), expected.reduce(0, +) / 3, within: 1e-5)
    expectClose(metrics.values["kl"] ?? .nan, divergence, within: 1e-5)
    #expect(metrics.values["rewards/chosen"] != nil)
    // Rows 4 and 1 are not wanted.
    #expect(metrics.sums["rewards/rejected"]?.count == 2)
  }

  @Test func aMismatchAnswersAnotherPromptAndFitsBehindThisOne() throws {
    #expect(AlignmentTask.others([[1], [1], [2], [3], [1], [1]]) == [2, 2, 3, 4, 2, 2])
    #expect(AlignmentTask.others([[1], [2]]) == [1, 0])
    #expect(AlignmentTask.others([[1], [1]]) == nil && AlignmentTask.others([]) == nil)
    // The context holds 24 tokens: behind 22 there is room for two of the other's four.
    let long = AlignmentTask.Example(
      id: "long", prompt: [Int](repeating: 1, count: 22), candidates: [[5, 12]],
      isDesirable: true)
    let short = AlignmentTask.Example(
      id: "short", prompt: [3], candidates: [[6, 7, 8, 12]], isDesirable: false)
    let reference = try reference()
    let found = try AlignmentTask.mismatched(
      [long, short], for: "kto", by: reference, temperature: 1)
    #expect(found.map(\.mismatch?.completion) == [[6, 7], [5, 12]])
    let sums = try numbers(
      AlignmentTask.scores(
        of: [[[6, 7]], [[5, 12]]], after: [long.prompt, short.prompt], by: reference,
        temperature: 1
      ).sums)
    expectClose(found.compactMap(\.mismatch?.reference), sums, within: 1e-5)
  }

  /// A prompt's wanted and unwanted completion, two rows a step: one step in fifteen is of one prompt.
  @Test func aStepOfOnePromptHasMismatchesLikeAnyOther() throws {
    let bench = try Workbench()
    let rows = (0..<8).flatMap { prompt in
      [true, false].map { isWanted in
        AlignmentTask.Example(
          id: "\(prompt)\(isWanted)", prompt: [prompt, 2], candidates: [[isWanted ? 5 : 6, 12]],
          isDesirable: isWanted)
      }
    }
    let task = try task(rows)
    _ = try task.loss(of: [0, 1], weight: 2)
    let directory = try bench.directory("kto")
    _ = try Workbench.loop("epochs: 8, batch: 2, learning_rate: 0.02").run(task, in: directory)
    #expect(try Workbench.records(directory).count == 64)
    #expect(
      message { _ = try self.task(self.rows(4, samePrompt: true)) }
        == "kto needs completions of other prompts, and all examples (row-0, …) have one prompt; "
        + "add rows of another one")
    let bare = AlignmentTask(
      try Workbench.model(), KTO(), rows, temperature: 1, heldOut: 0)
    #expect(
      message { _ = try bare.loss(of: [0, 1], weight: 2) }
        == "row 0true has no completion of another prompt")
  }

  @Test func promptsAreScoredBeyondTheirFirstToken() throws {
    let model = try Workbench.model()
    let found = try AlignmentTask.promptScores(
      [[3, 1, 4], [5], [2, 7]], by: model, temperature: 1)
    let expected = try AlignmentTask.scores(
      of: [[[1, 4]], [[7]]], after: [[3], [2]], by: model, temperature: 1)
    let sums = try numbers(expected.sums)
    expectClose(try numbers(found.logProbability), [sums[0], 0, sums[1]], within: 1e-5)
    #expect(try numbers(found.lengths) == [2, 0, 1])
    let none = try AlignmentTask.promptScores([[5], [6]], by: model, temperature: 1)
    #expect(try numbers(none.logProbability) == [0, 0])
  }

  /// Of three candidates the two that share the highest reward are all that best-of-m fits, so no
  /// other is run; with its penalty all of them are.
  @Test func candidatesThatTheLossDoesNotReadAreNotRun() throws {
    let completions = Array(Workbench.sequences(3, shortest: 2))
    let row = AlignmentTask.Example(
      id: "row", prompt: [1, 2], candidates: completions, rewards: [5, 0, 5],
      reference: [-1, -2, -3], sampler: [-4, -5, -6])
    let best = [completions[0], completions[2]]
    let task = AlignmentTask(
      try Workbench.model(), BestOfM(), [row], temperature: 1, heldOut: 0)
    #expect(task.tokens(of: 0) == 2 + best[0].count + best[1].count)
    let sums: [Double] = try numbers(
      AlignmentTask.scores(of: [best], after: [[1, 2]], by: Workbench.model(), temperature: 1)
        .sums)
    expectClose(
      try task.loss(of: [0], weight: 1).loss.item(), -sums.reduce(0, +) / 2, within: 1e-5)
    #expect(row.reduced(to: BestOfM()).sampler == [-4, -6])
    #expect(row.reduced(to: BestOfM(klWeight: 0.1)) == row)
    #expect(row.reduced(to: EXORw(betaPi: 1, betaR: 1)) == row)
  }

  /// Best-of-m divides a step by its tokens, as the language model's task does: the same texts give the
  /// same loss and gradient, in one part or in several.
  @Test func aLikelihoodOverTokensIsThatOfTheLanguageModelInAnyParts() throws {
    let texts = Workbench.sequences(6, shortest: 2)
    let examples = texts.enumerated().map {
      AlignmentTask.Example(
        id: "\($0)", prompt: [1, 2], candidates: [$1, [3, 12]], rewards: [1, 0])
    }
    func gradient(_ parts: [[Int]], _ task: some LearningTask) throws -> (Double, [[Double]]) {
      try task.model.requireGradients()
      let weight = task.weight(of: parts.flatMap(\.self))
      let loss = try parts.reduce(0.0) {
        let part = try task.loss(of: $1, weight: weight).loss
        try part.backward()
        return try $0 + part.item()
      }
      return (loss, try task.model.parameters.map { try numbers($0.gradient) })
    }
    func task() throws -> AlignmentTask {
      AlignmentTask(try Workbench.model(), BestOfM(), examples, temperature: 1, heldOut: 0)
    }
    let expected = try gradient(
      [Array(texts.indices)],
      LanguageModelTask(
        try Workbench.model(),
        texts.enumerated().map { .init(id: "\($0)", prompt: [1, 2], tokens: $1) }, heldOut: 0))
    for parts in [[[0, 1, 2, 3, 4, 5]], [[0], [1, 2, 3], [4, 5]]] {
      let found = try gradient(parts, task())
      expectClose(found.0, expected.0, within: 1e-5)
      for (mine, theirs) in zip(found.1, expected.1) { expectClose(mine, theirs, within: 1e-5) }
    }
    let tokens = texts.reduce(0) { $0 + $1.count }
    #expect(try task().weight(of: Array(texts.indices)) == Double(tokens))
  }

  /// Held out, a likelihood is per token as well: 12 texts, of which the last half.
  @Test func theHeldOutLossHasTheSameUnit() throws {
    let texts = Workbench.sequences(12, shortest: 2)
    let examples = texts.enumerated().map {
      AlignmentTask.Example(id: "\($0)", prompt: [1], candidates: [$1], rewards: [1])
    }
    let task = AlignmentTask(
      try Workbench.model(), BestOfM(), examples, temperature: 1, heldOut: 0.5)
    let language = LanguageModelTask(
      try Workbench.model(),
      texts.enumerated().map { .init(id: "\($0)", prompt: [1], tokens: $1) }, heldOut: 0.5)
    expectClose(
      try withoutGradient { try task.heldOut()["loss"] ?? .nan },
      try withoutGradient { try language.heldOut()["loss"] ?? .nan }, within: 1e-5)
  }

  @Test func enoughRowsAreHeldOutAndNoPartIsSmall() throws {
    // A share of a hundredth would be one row.
    let task = try task(rows(20), heldOut: 0.01)
    #expect(task.exampleCount == 18)
    let held = try withoutGradient { try task.heldOut() }
    #expect(held["loss"] != nil && held["kl"] != nil)
    #expect(HeldOut.parts(of: 17, evenly: true) == [0..<8, 8..<17])
    #expect(HeldOut.parts(of: 17, evenly: false) == [0..<16, 16..<17])
    #expect(HeldOut.parts(of: 0, evenly: true) == [])
  }

  @Test func itTrainsOnLabelledRows() throws {
    let bench = try Workbench()
    let task = try task(rows(24))
    let directory = try bench.directory("kto")
    _ = try Workbench.loop("steps: 30, batch: 8, learning_rate: 0.02").run(task, in: directory)
    let records = try Workbench.records(directory)
    let losses = records.compactMap { $0.metrics["loss"] }
    let (first, last) = (losses.prefix(5).reduce(0, +), losses.suffix(5).reduce(0, +))
    #expect(last < first - 0.5, "\(losses)")
  }

  @Test func whatExamplesHaveBesideThemReachesTheObjective() throws {
    let examples = [
      AlignmentTask.Example(
        id: "a", prompt: [1], candidates: [[2], [3]], rewards: [1, 2], reference: [-1, -2],
        previous: [-3, -4], sampler: [-5, -6], winRates: [0.25, 0.75], preference: 0.125),
      AlignmentTask.Example(
        id: "b", prompt: [1], candidates: [[2]], rewards: [3], reference: [-7], previous: [-8],
        sampler: [-9], winRates: [0.5], preference: 1),
    ]
    let candidates = try AlignmentTask.candidates(
      examples, sums: Tensor.of([Float(-1), -2, -3]), lengths: [1, 2, 3])
    #expect(try numbers(candidates.policy) == [-1, -2, -3, 0])
    #expect(try numbers(candidates.lengths) == [1, 2, 3, 0])
    #expect(try numbers(candidates.rewards) == [1, 2, 3, 0])
    #expect(try numbers(candidates.reference) == [-1, -2, -7, 0])
    #expect(try numbers(candidates.previous) == [-3, -4, -8, 0])
    #expect(try numbers(candidates.sampler) == [-5, -6, -9, 0])
    #expect(try numbers(candidates.winRates) == [0.25, 0.75, 0.5, 0])
    #expect(try numbers(candidates.preference) == [0.125, 1])
    #expect(try candidates.valid.values(as: Bool.self) == [true, true, true, false])
    #expect(candidates.isDesirable == nil && candidates.mismatched == nil)
    var lacking = examples
    lacking[1].winRates = nil
    lacking[0].preference = nil
    lacking[1].reference = []
    let fewer = try AlignmentTask.candidates(
      lacking, sums: Tensor.of([Float(-1), -2, -3]), lengths: [1, 2, 3])
    #expect(fewer.offered == [.previous, .sampler, .rewards, .pairs])
    #expect(fewer.preference == nil)
  }
}
