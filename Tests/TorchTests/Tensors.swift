import Torch

/// The numbers of a tensor; a missing gradient is an empty list.
func numbers(_ tensor: Tensor?) throws -> [Double] {
  try tensor?.values(as: Double.self) ?? []
}

/// Seeded normal numbers that remember their gradient.
func variable(_ sizes: [Int], type: ElementType = .float64, stream: String = "x") throws -> Tensor {
  let made = try Generator(seed: 1, stream: stream).normal(sizes, deviation: 1, type: type)
  try made.requireGradient()
  return made
}

/// The slope of `value` in each element of a float64 tensor, by central differences.
func slopes(
  _ tensor: Tensor, _ value: (Tensor) throws -> Tensor
) throws -> [Double] {
  let step = 1e-6
  let origin = try numbers(tensor)
  return try origin.indices.map { place in
    func moved(_ by: Double) throws -> Double {
      var changed = origin
      changed[place] += by
      return try value(Tensor.of(changed, tensor.sizes)).sum().item()
    }
    return try (moved(step) - moved(-step)) / (2 * step)
  }
}
