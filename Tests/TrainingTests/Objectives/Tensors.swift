import Torch

/// A float64 matrix.
func matrix(_ rows: [[Double]], gradient: Bool = false) throws -> Tensor {
  let made = try Tensor.of(rows.flatMap { $0 }, [rows.count, rows.first?.count ?? 0])
  if gradient { try made.requireGradient() }
  return made
}

/// The numbers of a tensor; a missing gradient is an empty list.
func numbers(_ tensor: Tensor?) throws -> [Double] {
  try tensor?.values(as: Double.self) ?? []
}
