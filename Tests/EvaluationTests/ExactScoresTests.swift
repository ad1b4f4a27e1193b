import Foundation
import Policy
import Statistics
import Testing
import Torch

@testable import Evaluation

@Suite struct ExactScoresTests {
  @Test func probabilitiesOfAllCompletionsSumToOne() throws {
    let world = try TinyWorld(letters: 3)
    let model = try world.model(seed: 1)
    // 3 letters and an end: 1 + 3 + 9 ended within three tokens, 27 cut at three.
    #expect(world.completions.count == 40)
    let scores = try ExactScores(
      policy: model.decoder, reference: nil, temperature: 0.7
    ).sums([world.completions, world.completions], of: [[0], [1, 0]])
    for sums in scores {
      let total = sums.reduce(0) { $0 + exp($1.logProbability) }
      #expect(abs(total - 1) < 1e-5)
      #expect(sums.allSatisfy { $0.reference == $0.logProbability && $0.divergence == 0 })
    }
  }

  @Test func rowsThatNoTokenHasTakeTheirShareAsInTraining() throws {
    let world = try TinyWorld()
    let model = try world.model(seed: 1, padding: 3)
    let sums = try ExactScores(policy: model.decoder, reference: nil, temperature: 1)
      .sums([world.completions], of: [[0]])[0]
    let targets = try Targets.completions(
      [world.completions], of: [[0]], positions: 16, on: .cpu)
    let trained: [Double] = try withoutGradient {
      try targets.summed(model.decoder.logProbabilities(of: targets)).values()
    }
    #expect(zip(sums, trained).allSatisfy { abs($0.logProbability - $1) < 1e-5 })
    #expect(sums.reduce(0) { $0 + exp($1.logProbability) } < 0.9)
  }

  @Test func sumsAgreeWithOnePrefixAtATime() throws {
    let world = try TinyWorld()
    let (policy, reference) = (try world.model(seed: 1), try world.model(seed: 2))
    let tokens = [0, 1, world.end]
    let scores = try ExactScores(
      policy: policy.decoder, reference: reference.decoder, temperature: 1.3
    ).sums([[tokens]], of: [[1]])
    var expected = ExactScores.Sums()
    for index in tokens.indices {
      let prefix = [1] + tokens[..<index]
      let p = try world.next(policy, prefix, temperature: 1.3)
      let q = try world.next(reference, prefix, temperature: 1.3)
      expected.logProbability += log(p[tokens[index]])
      expected.reference += log(q[tokens[index]])
      for id in p.indices {
        expected.divergence += p[id] * (log(p[id]) - log(q[id]))
        expected.entropy -= p[id] * log(p[id])
      }
    }
    let sums = scores[0][0]
    #expect(abs(sums.logProbability - expected.logProbability) < 1e-5)
    #expect(abs(sums.reference - expected.reference) < 1e-5)
    #expect(abs(sums.divergence - expected.divergence) < 1e-5)
    #expect(abs(sums.entropy - expected.entropy) < 1e-5)
    #expect(sums.divergence > 0.01)
  }

  @Test func divergenceAlongPrefixesAveragesToThatOfWholeCompletions() throws {
    let world = try TinyWorld()
    let (policy, reference) = (try world.model(seed: 1), try world.model(seed: 2))
    let p = try world.distribution(policy, [0])
    let q = try world.distribution(reference, [0])
    let exact = zip(p, q).reduce(0) { $0 + $1.0 * (log($1.0) - log($1.1)) }
    let entropy = p.reduce(0) { $0 - $1 * log($1) }
    let sums = try ExactScores(
      policy: policy.decoder, reference: reference.decoder, temperature: 1
    ).sums([world.completions], of: [[0]])[0]
    func mean(_ value: (ExactScores.Sums) -> Double) -> Double {
      zip(p, sums).reduce(0) { $0 + $1.0 * value($1.1) }
    }
    #expect(abs(mean(\.divergence) - exact) < 1e-5)
    #expect(abs(mean(\.entropy) - entropy) < 1e-5)
    #expect(abs(mean { $0.logProbability - $0.reference } - exact) < 1e-5)
    #expect(abs(mean { KLEstimators.k3($0.logProbability - $0.reference) } - exact) < 1e-5)
  }

  @Test func manyCompletionsAreScoredInPartsWithTheSameResult() throws {
    let world = try TinyWorld()
    let (policy, reference) = (try world.model(seed: 1), try world.model(seed: 2))
    let scores = ExactScores(
      policy: policy.decoder, reference: reference.decoder, temperature: 1)
    // 700 × 15 completions of up to three tokens exceed one batch of 8192 rows.
    let many = [Array(repeating: world.completions, count: 700).flatMap { $0 }, [[0]]]
    let found = try scores.sums(many, of: [[0], [1]])
    let once = try scores.sums([world.completions], of: [[0]])[0]
    #expect(found.map(\.count) == [700 * 15, 1])
    for (index, sums) in found[0].enumerated() {
      #expect(abs(sums.divergence - once[index % 15].divergence) < 1e-5)
      #expect(abs(sums.logProbability - once[index % 15].logProbability) < 1e-5)
    }
  }
}
