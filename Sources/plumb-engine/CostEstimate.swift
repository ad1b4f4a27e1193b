import Foundation
import Policy
import Training

/// What a recipe will cost, from its settings alone: nothing is loaded and nothing runs.
struct CostEstimate {
  let lines: [String]

  init(_ plan: RunRecipe) throws {
    lines = []
  }
}
