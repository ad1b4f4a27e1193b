/// The frozen policy that log-ratios are taken against.
public enum Anchor: Sendable {
  /// π_ref, from which training started.
  case reference
  /// π_t, the outcome of the previous round; in the first round the reference itself.
  case previous
}
