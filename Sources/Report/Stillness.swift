import Runs

/// Policies that training left where they were, by the interval of their divergence.
///
/// A divergence of at most ε nats bounds every difference of probabilities by √(ε/2) (Pinsker): at 0.01
/// no win rate against the reference can be further than 7 points from one half.
struct Stillness {
  let studies: [Study]

  /// Nats of a completion, below which nothing that a report compares can differ by much.
  static let limit = 0.01

  /// A sentence, or an empty piece where all have moved or nobody measured.
  var html: HTML {
    var still: [String] = []
    var moved = 0
    for study in studies {
      for group in study.groups {
        let found =
          study.groupMeasurement("kl", group, against: .none)
          ?? group.finals.lazy.compactMap { study.measurement("kl", of: $0.id, against: .none) }
          .first
        guard let found else { continue }
        // Of equal policies every KL is 0, which leaves nothing to be unsure of.
        let high = found.value == 0 ? found.high ?? 0 : found.high
        if let high, high < Self.limit {
          still.append(study.qualified(study.numbered(group)))
        } else {
          moved += 1
        }
      }
    }
    guard !still.isEmpty else { return "" }
    let who =
      moved == 0
      ? "The policies have not moved" : "Not moved: \(still.joined(separator: ", "))"
    return """
      <p class="note"><strong>\(text: who).</strong> The interval of the KL to the reference ends below \
      \(text: Numeral.significant(Self.limit)) nats, so that no win rate against it can be further than 7 \
      points from one half. Raise the learning rate or the number of steps.</p>

      """
  }
}
