import Foundation
import Judging
import Policy
import Runs
import Torch

/// A model's folder as a judge needs it: told apart by the contents of its files, loaded when it is
/// first asked.
public final class JudgeFolder {
  /// As it was written; for messages.
  public let name: String
  /// Names it in results, without the way to it.
  var title: String { name.split(separator: "/").last.map(String.init) ?? name }
  /// SHA-256 over the names and contents of the files that decide what the model says.
  public let digest: String
  let precision: Precision
  let device: Device
  private let url: URL
  private var loaded: LanguageModel?

  /// - Throws: `PolicyError` where the folder has no readable `config.json`, `RunError` where Plumb
  ///   wrote it and it is no longer what was written.
  public init(
    _ url: URL, name: String, precision: Precision = .full, on device: Device = .cpu
  ) throws {
    self.url = url
    self.name = name
    self.precision = precision
    self.device = device
    try CheckpointManifest.hold(url)
    _ = try ConfigurationFile(of: url)
    digest = try ModelIdentity.of(url)
  }

  /// The model, read at the first call.
  public func model() throws -> LanguageModel {
    if let loaded { return loaded }
    let model = try LanguageModel.load(url, precision: precision, on: device)
    loaded = model
    return model
  }

  /// What every answer of the model depends on, apart from the question and how it is asked.
  ///
  /// Threads, kernels and libtorch move the last bits of a probability.
  var facts: [String: String] {
    Self.machine(precision, device).merging(["model": digest]) { $1 }
  }

  static func machine(_ precision: Precision, _ device: Device) -> [String: String] {
    [
      "precision": precision.rawValue, "device": device.description,
      "libtorch": Libtorch.version, "capability": Libtorch.capability,
      "threads": "\(Libtorch.threads)",
    ]
  }
}
