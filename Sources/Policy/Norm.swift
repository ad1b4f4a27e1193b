import Torch

/// Brings every row of the residual stream to one size.
enum Norm {
  /// As it is.
  case none
  /// LayerNorm.
  case shifted(weight: Tensor, bias: Tensor, epsilon: Double)
  /// RMSNorm.
  case scaled(weight: Tensor, epsilon: Double)
  /// RMSNorm with what the weight differs by from 1.
  case scaledFromOne(weight: Tensor, epsilon: Double)

  static func layer(_ weights: Weights, _ name: String, epsilon: Double) -> Norm {
    .shifted(
      weight: weights[name + ".weight"], bias: weights[name + ".bias"], epsilon: epsilon)
  }

  static func rootMeanSquare(_ weights: Weights, _ name: String, epsilon: Double) -> Norm {
    .scaled(weight: weights[name + ".weight"], epsilon: epsilon)
  }

  func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    switch self {
    case .none: return x
    case .shifted(let weight, let bias, let epsilon):
      return try x.layerNorm(weight, bias, epsilon: epsilon)
    case .scaled(let weight, let epsilon): return try x.rmsNorm(weight, epsilon: epsilon)
    case .scaledFromOne(let weight, let epsilon):
      return try x.rmsNorm(weight + 1, epsilon: epsilon)
    }
  }
}
