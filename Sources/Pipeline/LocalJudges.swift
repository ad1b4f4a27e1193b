import Evaluation
import Foundation
import Judging
import Policy
import Runs
import Torch

/// Judges whose models run in this process.
public enum LocalJudges {
  /// - Parameter folder: where a name of a folder lies.
  public static func maker(
    precision: Precision = .full, on device: Device = .cpu,
    folder: @escaping (String) throws -> URL = { try ModelFolder.find($0) }
  ) -> JudgeAssembly.Local {
    { kind, name, template, sampling in
      if kind == .reward, name == "synthetic" { return RewardJudge.synthetic }
      let found = try JudgeFolder(
        try folder(name), name: name, precision: precision, on: device)
      switch kind {
      case .model: return try ModelJudge(found, template: template, sampling: sampling)
      case .reward: return RewardJudge(found)
      }
    }
  }
}
