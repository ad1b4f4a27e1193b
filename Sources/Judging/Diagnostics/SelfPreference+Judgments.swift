import Runs
import Statistics

extension SelfPreference {
  /// Judges of the family of what they judge, each with what a judge of another family says.
  ///
  /// - Parameters:
  ///   - members: names of a jury's judges; empty for a single one.
  ///   - pairs: without canaries.
  static func all(
    first: String, second: String, judge: String, members: [String], _ pairs: [JudgedPair],
    _ inference: Inference
  ) -> [SelfPreference] {
    let judges = members.isEmpty ? [judge] : members
    let families = judges.map(ModelLine.family)
    return judges.indices.flatMap { place in
      [(first, true), (second, false)].compactMap { system, isFirst -> SelfPreference? in
        guard let family = families[place], family == ModelLine.family(of: system) else {
          return nil
        }
        var found = SelfPreference(judge: judges[place], system: system, family: family)
        let other = judges.indices.first { families[$0] != nil && families[$0] != family }
        if let other, !members.isEmpty {
          found.other = judges[other]
          found.excess = excess(place, other, isFirst: isFirst, pairs, inference)
        }
        return found
      }
    }
  }

  /// The paired difference of two members' preferences for one side, prompt by prompt.
  private static func excess(
    _ own: Int, _ other: Int, isFirst: Bool, _ pairs: [JudgedPair], _ inference: Inference
  ) -> JudgedShare? {
    let both = pairs.compactMap { pair -> (id: ByteText, own: Double, other: Double)? in
      guard let parts = pair.judgment.parts, parts.indices.contains(max(own, other)),
        let ours = parts[own].preference, let theirs = parts[other].preference
      else { return nil }
      return (ByteText(pair.id), isFirst ? ours : 1 - ours, isFirst ? theirs : 1 - theirs)
    }
    let prompts = Dictionary(grouping: both, by: \.id).sorted { $0.key < $1.key }.map(\.value)
    return inference.difference(
      [prompts.map { $0.map(\.own) }], minus: [prompts.map { $0.map(\.other) }]
    ).map { JudgedShare($0.estimate) }
  }
}
