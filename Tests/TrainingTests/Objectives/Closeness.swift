import Testing
import Torch

/// Golden numbers are printed with six decimals; half a unit of the last one, and a little.
let sixDecimals = 6e-7

func expectClose(
  _ found: [Double], _ expected: [Double], within tolerance: Double = sixDecimals,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let near =
    found.count == expected.count
    && zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance || $0 == $1 }
  #expect(
    near, "found \(found), expected \(expected) within \(tolerance)",
    sourceLocation: sourceLocation)
}

func expectClose(
  _ found: Double, _ expected: Double, within tolerance: Double = sixDecimals,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose([found], [expected], within: tolerance, sourceLocation: sourceLocation)
}

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

/// The message of what `body` throws, or a note that it threw nothing.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "nothing was thrown"
  } catch {
    return "\(error)"
  }
}
