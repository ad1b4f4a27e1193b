import Testing
import Torch

func expectClose(
  _ found: [Double], _ expected: [Double], within tolerance: Double,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let near =
    found.count == expected.count
    && zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance || $0 == $1 }
  #expect(
    near, "found \(found), expected \(expected) within \(tolerance)",
    sourceLocation: sourceLocation)
}

/// The numbers of a tensor; a missing gradient is an empty list.
func numbers(_ tensor: Tensor?) throws -> [Double] {
  try tensor?.values(as: Double.self) ?? []
}

/// The message of what `body` throws, or a note that it threw nothing.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "nothing was thrown"
  } catch {
    return "\(error)"
  }
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
