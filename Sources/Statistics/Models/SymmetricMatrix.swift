/// A small dense symmetric matrix, such as the curvature of a fit.
struct SymmetricMatrix {
  let size: Int
  /// Row after row.
  private(set) var values: [Double]

  init(size: Int) {
    self.size = size
    values = [Double](repeating: 0, count: size * size)
  }

  subscript(row: Int, column: Int) -> Double {
    get { values[row * size + column] }
    set { values[row * size + column] = newValue }
  }

  /// The lower factor L of A = L·Lᵀ (Cholesky); nil where the matrix is not clearly positive
  /// definite, that is where a pivot falls below 1e-12 of its diagonal element.
  private func factor() -> SymmetricMatrix? {
    var lower = SymmetricMatrix(size: size)
    for row in 0..<size {
      for column in 0...row {
        var sum = self[row, column]
        for inner in 0..<column { sum -= lower[row, inner] * lower[column, inner] }
        if row == column {
          guard sum.isFinite, sum > 1e-12 * self[row, row], sum > 0 else { return nil }
          lower[row, row] = sum.squareRoot()
        } else {
          lower[row, column] = sum / lower[column, column]
        }
      }
    }
    return lower
  }

  /// x with A·x = `right`; nil where the matrix is not positive definite.
  func solve(_ right: [Double]) -> [Double]? {
    guard let lower = factor() else { return nil }
    return Self.solve(lower, right)
  }

  /// A⁻¹; nil where the matrix is not positive definite.
  func inverse() -> SymmetricMatrix? {
    guard let lower = factor() else { return nil }
    var inverse = SymmetricMatrix(size: size)
    for column in 0..<size {
      var unit = [Double](repeating: 0, count: size)
      unit[column] = 1
      for (row, value) in Self.solve(lower, unit).enumerated() { inverse[row, column] = value }
    }
    return inverse
  }

  private static func solve(_ lower: SymmetricMatrix, _ right: [Double]) -> [Double] {
    var result = right
    for row in result.indices {
      for inner in 0..<row { result[row] -= lower[row, inner] * result[inner] }
      result[row] /= lower[row, row]
    }
    for row in result.indices.reversed() {
      for inner in row + 1..<result.count { result[row] -= lower[inner, row] * result[inner] }
      result[row] /= lower[row, row]
    }
    return result
  }

  func multiplied(by vector: [Double]) -> [Double] {
    (0..<size).map { row in
      var sum = 0.0
      for column in 0..<size { sum += self[row, column] * vector[column] }
      return sum
    }
  }
}
