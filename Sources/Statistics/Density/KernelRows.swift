import Foundation

/// Gaussian kernels of draws at the points of a grid, kept where they are not 0.
///
/// A row is left out beyond five bandwidths, where a kernel has 4·10⁻⁶ of its height.
struct KernelRows {
  private static let reach = 5.0

  private let points: Int
  private let starts: [Int]
  private let offsets: [Int]
  private let values: [Double]

  /// - Parameter grid: evenly spaced, two points or more.
  init(_ positions: [Double], grid: [Double], bandwidth: Double) {
    points = grid.count
    let step = (grid[points - 1] - grid[0]) / Double(points - 1)
    let scale = 1 / (bandwidth * (2 * Double.pi).squareRoot())
    var starts: [Int] = []
    var offsets = [0]
    var values: [Double] = []
    for position in positions {
      let low = (position - Self.reach * bandwidth - grid[0]) / step
      let high = (position + Self.reach * bandwidth - grid[0]) / step
      let first = Int(max(0, min(Double(points), low.rounded(.up))))
      let last = Int(max(-1, min(Double(points - 1), high.rounded(.down))))
      starts.append(first)
      if first <= last {
        for point in first...last {
          let z = (position - grid[point]) / bandwidth
          values.append(scale * exp(-z * z / 2))
        }
      }
      offsets.append(values.count)
    }
    (self.starts, self.offsets, self.values) = (starts, offsets, values)
  }

  /// Σ weight · kernel, added to `sums` from a place on. `[point]`
  func add(_ weights: [Double], to sums: inout [Double], at place: Int) {
    values.withUnsafeBufferPointer { values in
      sums.withUnsafeMutableBufferPointer { sums in
        for row in weights.indices where weights[row] != 0 {
          let (weight, start) = (weights[row], place + starts[row] - offsets[row])
          for index in offsets[row]..<offsets[row + 1] {
            sums[start + index] += weight * values[index]
          }
        }
      }
    }
  }

  /// Σ (weight · kernel)², likewise.
  func addSquares(_ weights: [Double], to sums: inout [Double]) {
    for row in weights.indices {
      for index in offsets[row]..<offsets[row + 1] {
        let value = weights[row] * values[index]
        sums[starts[row] + index - offsets[row]] += value * value
      }
    }
  }
}
