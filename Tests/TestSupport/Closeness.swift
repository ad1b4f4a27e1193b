import Testing

/// Compares lists of numbers; the message says where they differ most.
///
/// - Parameters:
///   - tolerance: by default half a unit of the sixth decimal, to which golden numbers are printed,
///     and a little.
///   - what: stands before the message.
public func expectClose(
  _ found: [Double], _ expected: [Double], within tolerance: Double = 6e-7, _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard found.count == expected.count else {
    Issue.record(
      "\(what): \(found.count) numbers, expected \(expected.count)", sourceLocation: sourceLocation)
    return
  }
  var largest = 0.0
  var place = 0
  for (index, pair) in zip(found, expected).enumerated() {
    let difference = pair.0 == pair.1 ? 0 : abs(pair.0 - pair.1)
    if !(difference <= largest) { (largest, place) = (difference, index) }
  }
  #expect(
    largest <= tolerance,
    "\(what): number \(place) is \(found[place]), expected \(expected[place])",
    sourceLocation: sourceLocation)
}

public func expectClose(
  _ found: Double, _ expected: Double, within tolerance: Double = 6e-7,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose([found], [expected], within: tolerance, sourceLocation: sourceLocation)
}

/// Whether a value agrees with an expected one to so many units of its last printed digit.
public func isClose(_ value: Double?, _ expected: Double, within tolerance: Double) -> Bool {
  guard let value else { return false }
  return abs(value - expected) <= tolerance
}

/// The message of what `body` throws, or a note that it threw nothing.
public func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "nothing was thrown"
  } catch {
    return "\(error)"
  }
}
