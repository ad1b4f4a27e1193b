import Foundation
import Runs
import Training

/// What a run is asked to make anew, and to take over from others.
struct RunChange {
  /// Stages, as the run's folders or the recipe name them.
  var redo: [String] = []
  /// Of those; nil for every seed.
  var seed: Int?
  var reuse: [RunDirectory] = []
  /// Nobody has to be asked before results are set aside.
  var isAgreed = false

  /// - Throws: `TrainingError.unusable` for a folder that is no other run.
  func check(beside run: RunDirectory) throws {
    for other in reuse {
      let name = other.url.path
      if other.url.path == run.url.path {
        throw TrainingError.unusable(
          "--reuse \(name) is the run itself, whose stages are used anyway")
      }
      guard FileManager.default.fileExists(atPath: other.resolved.path) else {
        throw TrainingError.unusable(
          "--reuse \(name) is no folder of a run: it holds no resolved.json")
      }
    }
  }
}
