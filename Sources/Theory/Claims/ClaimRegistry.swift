/// The claims that `plumb theory` examines.
public enum ClaimRegistry {
  /// Paper by paper, in the order in which they are printed. A new paper is one line here.
  public static let all: [Claim] =
    EXOClaims.all + DPOClaims.all + BestOfClaims.all + INPOClaims.all + NashClaims.all
    + IPOClaims.all + SelfPlayClaims.all + NoisyOracleClaims.all + OpponentClaims.all
    + LIREClaims.all + IRLClaims.all + SAILClaims.all
    + PolicyGradientClaims.all + LanguageModelClaims.all

  /// The papers, each once, in that order.
  public static var papers: [Paper] {
    all.map(\.paper).reduce(into: []) { papers, paper in
      if !papers.contains(paper) { papers.append(paper) }
    }
  }
}
