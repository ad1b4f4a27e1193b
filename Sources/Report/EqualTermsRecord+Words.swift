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
}
