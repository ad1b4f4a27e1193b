import Foundation
import Testing
import Torch

/// Compares lists of numbers; the message says where they differ most.
func expectClose(
  _ found: [Double], _ expected: [Double], within tolerance: Double, _ what: String = "",
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

/// The message of what `body` throws, or a note that it threw nothing.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "nothing was thrown"
  } catch {
    return "\(error)"
  }
}
