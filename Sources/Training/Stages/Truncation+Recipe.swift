import Recipe
import Torch

extension Truncation {
  /// Reads `top_k` and `top_p` of a stage that samples; by default nothing is left out, because methods
  /// take samples for those of the policy.
  init(from section: Section) {
    self.init(
      topK: section.optionalInt(
        "top_k", in: 1...1_000_000, about: "Draws among the k likeliest tokens alone."),
      topP: section.double(
        "top_p", default: 1, above: 0, atMost: 1,
        about: "Draws among the likeliest tokens of this share alone."))
  }
}
