/// Which ids a draw leaves out, among those that have a token: first all but the `topK` likeliest, then
/// all but the fewest that hold `topP` of what is left.
///
/// Source: Fan et al. 2018, "Hierarchical neural story generation", for top-k; Holtzman et al. 2020,
/// "The curious case of neural text degeneration", for top-p; in this order in `transformers` and vLLM.
public struct Truncation: Equatable, Sendable {
  /// At least 1; nil keeps all.
  public var topK: Int?
  /// In (0, 1]; 1 keeps all.
  public var topP: Double

  public static let none = Truncation()

  public init(topK: Int? = nil, topP: Double = 1) {
    self.topK = topK
    self.topP = topP
  }
}
