/// What something without any merit would have won on the same prompts: what a win rate has to beat.
public struct NullRow: Sendable, Equatable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// The rule that the longer answer wins, in the judge's place.
    case longer
    case shorter
    /// A coin, thrown once for each comparison, in the judge's place.
    case random
    /// One polite sentence for every prompt, in the first system's place, as the judge sees it.
    case constant
  }

  public var kind: Kind
  /// Of the first system; nil where nothing was judged.
  public var winRate: JudgedShare?

  public init(kind: Kind, winRate: JudgedShare?) {
    self.kind = kind
    self.winRate = winRate
  }

  /// As tables call it.
  public var title: String {
    switch kind {
    case .longer: "if the longer won"
    case .shorter: "if the shorter won"
    case .random: "if a coin decided"
    case .constant: "a constant text"
    }
  }
}
