import Report
import Runs

/// A number of the table at equal KL that a condition may be about: `reward_at_kl_8`, the most reward at a
/// KL of at most 8 nats, of a method, or of one method against another.
struct EqualTermsQuantity: Equatable {
  let measure: Measure
  /// In nats.
  let cap: Double

  /// What stands between two methods of which the difference is meant.
  static let against = " - "

  private static let middle = "_at_kl_"

  init(_ measure: Measure, cap: Double) {
    self.measure = measure
    self.cap = cap
  }

  /// - Returns: nil for another word.
  init?(_ name: String) {
    for measure in [Measure.reward, .heldOutReward] {
      let head = measure.name + Self.middle
      guard name.hasPrefix(head), let cap = Double(name.dropFirst(head.count)), cap > 0 else {
        continue
      }
      self.init(measure, cap: cap)
      return
    }
    return nil
  }

  var name: String { measure.name + Self.middle + Numeral.plain(cap) }

  /// The numbers of a recipe's selection.
  static func all(_ terms: SelectionTerms, hasHeldOut: Bool) -> [EqualTermsQuantity] {
    [Measure.reward, .heldOutReward].prefix(hasHeldOut ? 2 : 1).flatMap { measure in
      terms.caps.map { EqualTermsQuantity(measure, cap: $0) }
    }
  }

  /// What the record says of it: for a method, for two, or for every method where nobody is named.
  ///
  /// - Returns: the number in words with its interval, for each; the interval is none where a method did
  ///   not reach so far.
  func found(
    _ subject: String?, in record: EqualTermsRecord
  ) -> [(shown: String, low: Double?, high: Double?)] {
    if let two = subject.flatMap(Self.two) { return [difference(two, record)] }
    let methods = record.methods.filter { subject ?? $0.name == $0.name }
    return methods.map { method in
      let reading = method.readings.first { $0.question == .kl && $0.at == cap }
      let found = measure == .reward ? reading?.reward : reading?.heldOutReward
      guard let found else {
        return ("\(method.name) does not reach \(Numeral.plain(cap)) nats", nil, nil)
      }
      return ("\(method.name) \(PrintedEstimate(found).phrase)", found.low, found.high)
    }
  }

  /// First minus second, or turned where the record has it so.
  private func difference(
    _ two: (String, String), _ record: EqualTermsRecord
  ) -> (shown: String, low: Double?, high: Double?) {
    let found = record.contrasts.first {
      $0.cap == cap && [($0.first, $0.second), ($0.second, $0.first)].contains { $0 == two }
        && $0.difference.name == measure.name
    }
    let words = two.0 + Self.against + two.1
    guard let found else {
      let short = record.methods.first { method in
        [two.0, two.1].contains(method.name)
          && method.readings.first { $0.question == .kl && $0.at == cap }?.reward == nil
      }
      let reason = short.map { "\($0.name) does not reach \(Numeral.plain(cap)) nats" }
      return ("\(words) was not measured\(reason.map { ": \($0)" } ?? "")", nil, nil)
    }
    var difference = found.difference
    if found.first != two.0 {
      difference.value = difference.value.map { $0 == 0 ? 0 : -$0 }
      (difference.low, difference.high) = (difference.high.map { -$0 }, difference.low.map { -$0 })
    }
    return ("\(words) \(PrintedEstimate(difference).phrase)", difference.low, difference.high)
  }

  /// Both names of `exo - dpo`; nil for one name.
  static func two(_ subject: String) -> (String, String)? {
    guard let place = subject.range(of: against) else { return nil }
    return (String(subject[..<place.lowerBound]), String(subject[place.upperBound...]))
  }
}
