import Torch

/// An oracle that the leading rank alone asks, and whose answers all ranks get: what costs money, or keeps
/// records, is asked once.
struct FollowedOracle: PreferenceOracle {
  /// nil on the other ranks.
  private let own: (any PreferenceOracle)?
  private let ranks: Ranks

  init(_ own: (any PreferenceOracle)?, over ranks: Ranks) {
    self.own = own
    self.ranks = ranks
  }

  var name: String { own?.name ?? "rank 0's oracle" }

  func preferences(_ questions: [PreferenceQuestion]) throws -> [Double?] {
    try ranks.follow { try own?.preferences(questions) ?? [] }
  }

  func note(on question: PreferenceQuestion) -> String? { own?.note(on: question) }

  func mainReason() throws -> String? { try own?.mainReason() }
}
