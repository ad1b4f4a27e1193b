import Runs

/// Where in a whole run something is.
public struct RunPlace: Sendable, Equatable {
  /// Of its stages, from 1.
  public var stage: Int
  public var stages: Int
  /// There may be fewer stages.
  public var isAtMost: Bool
  /// Of all stages; nil where nothing is known to go on.
  public var left: RunPace.Left?

  public init(stage: Int, stages: Int, isAtMost: Bool = false, left: RunPace.Left? = nil) {
    self.stage = stage
    self.stages = stages
    self.isAtMost = isAtMost
    self.left = left
  }

  /// - Parameter part: of the pace's parts.
  public init(part: Int, of pace: RunPace) {
    self.init(
      stage: part + 1, stages: pace.parts.count, isAtMost: pace.isAtMost, left: pace.left)
  }

  /// `stage 3 of 7, about 12:40 left`.
  public var words: String {
    "stage \(stage) of \(isAtMost ? "at most " : "")\(stages), \(Self.words(of: left))"
  }

  /// `about 12:40 left`, `time left unknown`.
  public static func words(of left: RunPace.Left?) -> String {
    guard let left else { return "time left unknown" }
    let without = left.uncounted
    let names = without.count > 2 ? "\(without.count) stages" : without.joined(separator: " and ")
    return "about \(ProgressUpdate.clock(.seconds(left.seconds))) left"
      + (without.isEmpty ? "" : " without \(ForeignText.printable(names))")
  }
}
