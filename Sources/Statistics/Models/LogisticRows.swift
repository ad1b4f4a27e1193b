/// Rows of a logistic regression whose targets may be fractions.
///
/// The loss Σ w·(log(1 + e^z) − y·z), z = β·x, needs the targets only through Σ w·y·x: rows whose
/// single targets are unknown can take part when that sum is known.
public struct LogisticRows: Sendable, Equatable {
  public let dimension: Int
  /// `[row][feature]`, row after row.
  private(set) var features: [Double] = []
  private(set) var weights: [Double] = []
  /// Σ w·y·x, per feature.
  private(set) var targetSums: [Double]

  public init(dimension: Int) {
    self.dimension = dimension
    targetSums = [Double](repeating: 0, count: dimension)
  }

  public var count: Int { weights.count }

  /// Adds a row with its target in 0 … 1; features beyond the dimension are our own mistake.
  public mutating func append(_ row: [Double], target: Double, weight: Double = 1) {
    append(row, weight: weight)
    for index in row.indices { targetSums[index] += weight * (target * row[index]) }
  }

  /// Adds a row whose target enters through ``addTargets(_:weight:)``.
  public mutating func append(_ row: [Double], weight: Double) {
    precondition(row.count == dimension)
    features += row
    weights.append(weight)
  }

  /// Adds Σ y·x of rows given without targets.
  public mutating func addTargets(_ sums: [Double], weight: Double) {
    precondition(sums.count == dimension)
    for index in sums.indices { targetSums[index] += weight * sums[index] }
  }

  var isFinite: Bool {
    features.allSatisfy(\.isFinite) && weights.allSatisfy { $0.isFinite && $0 >= 0 }
      && targetSums.allSatisfy(\.isFinite)
  }

  func logit(_ row: Int, _ coefficients: [Double]) -> Double {
    var sum = 0.0
    let start = row * dimension
    for index in 0..<dimension { sum += features[start + index] * coefficients[index] }
    return sum
  }

  /// The loss at `coefficients`, without a penalty.
  func loss(_ coefficients: [Double]) -> Double {
    var loss = 0.0
    for row in weights.indices {
      loss += weights[row] * Logistic.softplus(logit(row, coefficients))
    }
    for index in 0..<dimension { loss -= coefficients[index] * targetSums[index] }
    return loss
  }

  /// Gradient and curvature of the loss.
  func derivatives(_ coefficients: [Double]) -> (gradient: [Double], curvature: SymmetricMatrix) {
    var gradient = targetSums.map { -$0 }
    var curvature = SymmetricMatrix(size: dimension)
    for row in weights.indices {
      let probability = Logistic.probability(logit(row, coefficients))
      let spread = weights[row] * probability * (1 - probability)
      let start = row * dimension
      for first in 0..<dimension {
        let feature = features[start + first]
        guard feature != 0 else { continue }
        gradient[first] += weights[row] * probability * feature
        for second in 0...first {
          curvature[first, second] += spread * feature * features[start + second]
        }
      }
    }
    for first in 0..<dimension {
      for second in 0..<first { curvature[second, first] = curvature[first, second] }
    }
    return (gradient, curvature)
  }
}
