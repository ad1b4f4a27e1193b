import Runs
import Statistics

/// How far the preferred completions of pairs are the longer ones, in Unicode scalars.
///
/// A policy that learns from such pairs learns length with them, and a reward model whose accuracy is
/// not above ``longerIsRight`` has shown nothing else. Pairs of one prompt are alike, so that the
/// prompt is the unit of the intervals.
public struct LengthBias: Sendable {
  public let pairs: Int
  /// Pairs of completions of one length.
  public let equal: Int
  /// Of all pairs, those whose preferred completion is longer.
  public let chosenLonger: Statistics.Estimate
  /// Chosen minus rejected.
  public let difference: Statistics.Estimate
  /// How often a rule that prefers the longer completion is right; equal lengths count one half.
  public let longerIsRight: Statistics.Estimate

  /// Nil without a pair.
  public init?(_ rows: [AuditedRow], inference: Inference = Inference()) {
    var places: [ByteText: Int] = [:]
    var gaps: [[Double]] = []
    for row in rows where row.label == .preference {
      let gap = row.texts[0].unicodeScalars.count - row.texts[1].unicodeScalars.count
      let prompt = ByteText(row.prompt ?? "")
      // Pairs without a prompt have none in common.
      if let place = places[prompt], row.prompt?.isEmpty == false {
        gaps[place].append(Double(gap))
      } else {
        places[prompt] = gaps.count
        gaps.append([Double(gap)])
      }
    }
    func each(_ value: (Double) -> Double) -> [[Double]] { gaps.map { $0.map(value) } }
    guard let longer = inference.share(each { $0 > 0 ? 1 : 0 }),
      let rule = inference.share(each { $0 > 0 ? 1 : $0 == 0 ? 0.5 : 0 }),
      let difference = inference.mean(gaps)
    else { return nil }
    pairs = gaps.reduce(0) { $0 + $1.count }
    equal = gaps.joined().count { $0 == 0 }
    chosenLonger = longer
    longerIsRight = rule
    self.difference = difference
  }
}
