/// Which keys a query looks at.
public struct AttentionSpan: Equatable, Sendable {
  /// At none that stand behind it.
  public let isCausal: Bool
  /// At none further back than so many places, its own among them; nil looks back to the first.
  public let window: Int?

  private init(isCausal: Bool, window: Int?) {
    self.isCausal = isCausal
    self.window = window
  }

  /// All keys.
  public static let everything = AttentionSpan(isCausal: false, window: nil)

  /// Its own place and those before it, at most `window` in all.
  public static func causal(window: Int? = nil) -> AttentionSpan {
    AttentionSpan(isCausal: true, window: window)
  }
}
