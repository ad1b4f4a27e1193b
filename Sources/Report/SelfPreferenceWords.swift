import Runs

/// How terminal and page say that a judge may favour its own family.
public enum SelfPreferenceWords {
  public static func text(_ one: SelfPreference) -> String {
    let head = "\(one.judge) judges \(one.system), both \(one.family)"
    guard let other = one.other else {
      return head + "; a judge of another family beside it would show whether it favours its own"
    }
    guard let excess = one.excess else {
      return head + "; \(other) decided none of the same comparisons"
    }
    let points = Numeral.fixed(100 * excess.value, decimals: 1)
    guard let low = excess.low, let high = excess.high else {
      return head + "; it prefers it by \(points) points more than \(other) does"
    }
    let ends = [low, high].map { Numeral.fixed(100 * $0, decimals: 1) }
    return head
      + "; it prefers it by \(points) [\(ends[0]), \(ends[1])] points more than \(other) does"
  }
}
