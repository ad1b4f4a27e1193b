import Foundation
import Statistics

/// A method of which everything is known: settings × checkpoints with true KL and reward, trained with
/// seeds that are lucky or not, and measured on prompts that are hard or not.
struct EqualKLWorld {
  let settings: Int
  let checkpoints: Int
  let seeds: Int
  let prompts: Int
  /// Standard deviations: of a training, of one of its checkpoints, of what a prompt makes of a policy,
  /// and of a prompt's mean over its completions.
  let luck = (training: 0.15, checkpoint: 0.1, prompt: 0.5, sampling: 0.5)
  /// Added to the reward of every policy.
  var shift = 0.0

  var points: Int { settings * checkpoints }

  /// The true mean KL of a point, 0.4 to 18 nats.
  func kl(_ point: Int) -> Double {
    let (setting, checkpoint) = point.quotientAndRemainder(dividingBy: checkpoints)
    return 1.5 * pow(1.43, Double(setting)) * Double(checkpoint + 1) / Double(checkpoints)
  }

  /// The true mean reward: rises with the KL and bends, a little more or less at each setting.
  func reward(_ point: Int) -> Double {
    1.2 * kl(point).squareRoot() - 0.06 * kl(point)
      + 0.1 * sin(3 * Double(point / checkpoints)) + shift
  }

  /// What trainings came to: shifts of the reward and factors of the KL, `[point][seed]`.
  struct Trainings {
    var rewards: [[Double]]
    var factors: [[Double]]
  }

  func train(_ generator: inout SeededGenerator) -> Trainings {
    var found = Trainings(rewards: [], factors: [])
    for _ in 0..<settings {
      let lucks = (0..<seeds).map { _ in luck.training * generator.normal() }
      let factors = (0..<seeds).map { _ in exp(0.1 * generator.normal() - 0.005) }
      for _ in 0..<checkpoints {
        found.rewards.append(lucks.map { $0 + luck.checkpoint * generator.normal() })
        found.factors.append(factors)
      }
    }
    return found
  }

  /// Rewards and KLs of points, `[seed][prompt]`; nil for those not asked for.
  struct Tables {
    var rewards: [[[Double]]?]
    var kls: [[[Double]]?]
  }

  /// - Parameter hardness: of each prompt, for all policies.
  func measure(
    _ asked: Set<Int>, of trainings: Trainings, _ hardness: [Double],
    _ generator: inout SeededGenerator
  ) -> Tables {
    var tables = Tables(
      rewards: Array(repeating: nil, count: points), kls: Array(repeating: nil, count: points))
    for point in asked.sorted() {
      let tastes = hardness.map { $0 + luck.prompt * generator.normal() }
      let lengths = hardness.map { _ in exp(0.4 * generator.normal() - 0.08) }
      tables.rewards[point] = trainings.rewards[point].map { shift in
        tastes.map { reward(point) + shift + $0 + luck.sampling * generator.normal() }
      }
      tables.kls[point] = trainings.factors[point].map { factor in
        lengths.map { kl(point) * factor * $0 }
      }
    }
    return tables
  }

  /// The hull that measurements draw.
  func hull(_ tables: Tables) -> ConcaveHull? {
    func mean(_ table: [[Double]]?) -> Double {
      Sample.mean((table ?? []).flatMap { $0 }) ?? .nan
    }
    return ConcaveHull(
      (0..<points).map {
        ConcaveHull.Point(kl: mean(tables.kls[$0]), reward: mean(tables.rewards[$0]))
      })
  }
}
