import Foundation

/// The mean of rows that come in clusters (several samples of one prompt), with an error that
/// knows that rows of one cluster are alike.
public enum ClusteredMean {
  /// SE² = C/(C − 1) · Σ_c (Σ_{r∈c} (y_r − ȳ))² / N²; nil for fewer than two clusters with rows,
  /// or where a value is not finite.
  ///
  /// - Parameter clusters: rows of each cluster; clusters without rows are left out.
  public static func standardError(_ clusters: [[Double]]) -> Double? {
    let clusters = clusters.filter { !$0.isEmpty }
    guard clusters.count > 1, let mean = Sample.mean(clusters.flatMap { $0 }) else { return nil }
    let rows = clusters.reduce(0) { $0 + $1.count }
    let squares = clusters.reduce(0) { total, rows in
      let residual = rows.reduce(0) { $0 + ($1 - mean) }
      return total + residual * residual
    }
    let count = Double(clusters.count)
    let error = (count / (count - 1) * squares).squareRoot() / Double(rows)
    return error.isFinite ? error : nil
  }

  /// The mean over all rows, with an interval of ``standardError(_:)``; nil without rows, or where
  /// a value is not finite.
  public static func estimate(
    _ clusters: [[Double]], confidence: Double = 0.95,
    distribution: SamplingDistribution = .studentT
  ) -> Estimate? {
    let clusters = clusters.filter { !$0.isEmpty }
    let rows = clusters.flatMap { $0 }
    guard let mean = Sample.mean(rows) else { return nil }
    return Estimate(
      value: mean, standardError: standardError(clusters), distribution: distribution,
      confidence: confidence, count: rows.count, clusters: clusters.count)
  }
}
