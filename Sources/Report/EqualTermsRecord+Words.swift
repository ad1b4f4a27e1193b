import Foundation
import Runs

extension EqualTermsRecord {
  /// What chose, and is compared.
  public var yardstick: Measure { Measure.named(by) ?? .reward }

  /// `KL at most 4`, `mean up to KL 4`, `reward 1.5`, `any KL`.
  public func words(of reading: Reading) -> String {
    let at = reading.at.map { Numeral.plain($0) } ?? ""
    return switch reading.question {
    case .kl: "KL at most \(at)"
    case .reward: "\(yardstick.title.lowercased()) \(at)"
    case .average: "mean up to KL \(at)"
    case .best: "any KL"
    }
  }

  /// Which caps would have an answer, where some that were asked for lie beyond what the selection's policies
  /// reached; nil where none does.
  public var advice: String? {
    let asked = methods.flatMap { method in
      method.readings.filter { $0.parts.isEmpty && $0.question != .reward }.compactMap(\.at)
    }
    let reaches = methods.map(\.reach).filter { $0 > 0 }
    guard !asked.isEmpty, let least = reaches.min(), let most = reaches.max() else { return nil }
    // Rounded down: a cap that is named has to be reached.
    func cap(_ reach: Double) -> Double {
      let unit = pow(10, (log10(reach)).rounded(.down) - 1)
      return (reach / unit).rounded(.down) * unit
    }
    func shown(_ reach: Double) -> String { Numeral.significant(cap(reach), digits: 2) }
    let ends =
      least < most
      ? "every method reaches \(shown(least)), the farthest \(shown(most))"
      : "the farthest that any reaches is \(shown(most))"
    let halves = [0.25, 0.5, 1].map { shown($0 * least) }.joined(separator: ", ")
    return
      "Caps out of reach: \(ends). Caps within reach of all: evaluation.selection.at.kl: [\(halves)]; or train "
      + "farther, with a weaker beta, a higher rate or more steps."
  }
}
