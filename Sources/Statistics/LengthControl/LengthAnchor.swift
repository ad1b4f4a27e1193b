/// The baseline itself, told to be concise and to be verbose: rows that hold the coefficients of
/// length and difficulty where every model's fit must find them.
///
/// Their single preferences were never published, only enough to recover the two sums that a fit
/// needs; see ``LogisticRows``.
public struct LengthAnchor: Sendable, Equatable {
  /// λ/2 with λ = 0.2: two rows share each instruction's weight.
  public static let weight = 0.1

  /// `[row]`: tanh(Δ/sd) and difficulty.
  let rows: [(length: Double, difficulty: Double)]
  /// Σ y·tanh(Δ/sd) and Σ y·difficulty over the rows.
  let sums: (length: Double, difficulty: Double)

  /// Σ y·x of AlpacaEval 2's 2 × 805 rows: −182.711063 for length, 412.935953 for difficulty.
  ///
  /// Source: recovered numerically from the coefficients that AlpacaEval publishes; with them a refit
  /// lands within 0.02 points of the published rate of every model whose annotations are at hand.
  public static let alpacaEval2 = (length: -182.711063, difficulty: 412.935953)

  /// Nil where the lists differ in length, no answer differs in length from the baseline's, or a
  /// number is not finite.
  ///
  /// - Parameters:
  ///   - excesses: length of the baseline's answer minus the variant's, in characters;
  ///     `[variant][instruction]`. Each variant is scaled by its own standard deviation.
  ///   - difficulties: per instruction.
  public init?(
    excesses: [[Double]], difficulties: [Double],
    sums: (length: Double, difficulty: Double) = LengthAnchor.alpacaEval2
  ) {
    guard difficulties.allSatisfy(\.isFinite), sums.length.isFinite, sums.difficulty.isFinite
    else { return nil }
    var rows: [(length: Double, difficulty: Double)] = []
    for variant in excesses {
      guard variant.count == difficulties.count,
        let lengths = LengthComparison.lengthFeatures(variant)
      else { return nil }
      rows += zip(lengths, difficulties).map { (length: $0, difficulty: $1) }
    }
    self.rows = rows
    self.sums = sums
  }

  public static func == (first: LengthAnchor, second: LengthAnchor) -> Bool {
    first.sums == second.sums && first.rows.elementsEqual(second.rows, by: ==)
  }

  /// Each row's preference as the logistic fit of the anchor alone has it: the even guess that
  /// reproduces both sums. Cross-validation needs single rows.
  func imputed() -> [Double]? {
    var data = LogisticRows(dimension: 2)
    for row in rows { data.append([row.length, row.difficulty], weight: 1) }
    data.addTargets([sums.length, sums.difficulty], weight: 1)
    guard let fit = LogisticFit(data) else { return nil }
    return (0..<rows.count).map { Logistic.probability(data.logit($0, fit.coefficients)) }
  }
}
