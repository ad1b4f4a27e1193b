import Command
import Comparing
import Foundation
import Report
import Runs
import Testing

@testable import plumb

/// The ranking in short, as a run ends with it.
@Suite struct ComparisonTableTests {
  /// - Parameter shift: added to the rewards of each system, one after the other.
  private func table(_ shifts: [Double]) throws -> ComparisonTable {
    let systems = shifts.enumerated().map { place, shift in
      Comparison.System(
        name: "m\(place)",
        samples: (0..<12).map { prompt in
          SampleRecord(
            policy: "m\(place)", prompt: "p\(prompt)", dialogue: .text("t"), index: 0, text: "",
            tokens: 1, finished: true, logProbability: 0,
            // Noise of its own that no shift of 1 is lost in.
            reward: shift + Double((prompt * 7 + place * 5) % 11) / 20)
        })
    }
    return ComparisonTable(try Comparison(systems), of: "methods")
  }

  @Test func `what is told apart and what is not is one line`() throws {
    #expect(try table([0, 5]).unresolved == "The two are told apart at 95 %.")
    #expect(try table([0, 5, 10]).unresolved == "All 3 pairs are told apart at 95 %.")
    let close = try table([10, 10, 0]).unresolved
    #expect(close.hasPrefix("Not told apart at 95 %, 1 of 3 pairs: "), "\(close)")
    #expect(close.contains("m0 and m1") || close.contains("m1 and m0"))
    let many = try table([0, 0, 0, 0, 0]).unresolved
    #expect(many.hasPrefix("Not told apart at 95 %, 10 of 10 pairs: "), "\(many)")
    #expect(many.hasSuffix(", and 4 more."), "\(many)")
  }
}
