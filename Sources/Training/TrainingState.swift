import Foundation
import Policy
import Runs
import Torch

/// What a checkpoint holds beside the weights so that a training can go on: the optimiser's
/// moments, numbers of the training itself, and weights of models beside the trained one.
///
/// The file is of the safetensors format and does not end like one: who downloads or loads every
/// `*.safetensors` of a folder and of those below it means a model.
struct TrainingState {
  static let file = "\(CheckpointManifest.training)/state.tensors"

  /// The model's folder, and the file that was read.
  let folder: URL
  private let url: URL
  private let tensors: [String: Tensor]

  /// The weights themselves are among it where the checkpoint stores them with fewer digits than they are
  /// trained with.
  ///
  /// - Parameters:
  ///   - numbers: float64, by names that no weight has.
  ///   - beside: models whose weights are kept too, by names of their own.
  static func write(
    _ optimiser: AdamW, of model: Decoder, numbers: [(name: String, values: [Double])] = [],
    beside: [(name: String, model: Decoder)] = [], to folder: URL
  ) throws {
    var tensors: [(String, Tensor)] = []
    // A checkpoint in half precision has lost the digits that the next step would go on from.
    if model.stored.isNarrow {
      tensors += zip(model.trainable.names, model.trainable.tensors).map { ("weight.\($0)", $1) }
    }
    for (name, values) in numbers { tensors.append(("number.\(name)", try Tensor.of(values))) }
    for (name, model) in beside {
      tensors += zip(model.trainable.names, model.trainable.tensors).map { ("\(name).\($0)", $1) }
    }
    try Folder.make(folder.appending(path: CheckpointManifest.training))
    try SafetensorsWriter.write(
      moments(optimiser, of: model)
        + tensors.map { name, tensor in
          SafetensorsReading.entry(name, type: tensor.type, sizes: tensor.sizes) { tensor }
        }, to: folder.appending(path: file))
  }

  /// Gives the leading rank, which writes, this rank's share of the moments.
  static func give(_ optimiser: AdamW, of model: Decoder) throws {
    try SafetensorsWriter.ask(moments(optimiser, of: model))
  }

  private static func moments(_ optimiser: AdamW, of model: Decoder) -> [SafetensorsWriter.Tensor] {
    AdamW.Moment.allCases.flatMap { moment in
      zip(model.trainable.names, model.trainable.tensors).enumerated().map { index, weight in
        SafetensorsReading.entry(
          "\(moment).\(weight.0)", type: optimiser.settings.moments ?? weight.1.type,
          sizes: weight.1.sizes
        ) { try optimiser.moment(moment, of: index) }
      }
    }
  }

  /// Puts weights that were kept beside the trained model's back; none where none were kept.
  func restore(_ name: String, _ model: Decoder) throws {
    for (weight, mine) in zip(model.trainable.names, model.trainable.tensors) {
      if let saved = tensors["\(name).\(weight)"] { try mine.assign(saved) }
    }
  }

  /// Reads that of a checkpoint's folder, also where earlier versions put it.
  static func read(_ folder: URL) throws -> TrainingState {
    let before = folder.appending(path: CheckpointManifest.earlierTraining)
    let isEarlier = FileManager.default.fileExists(atPath: before.path)
    let url = isEarlier ? before : folder.appending(path: file)
    return TrainingState(folder: folder, url: url, tensors: try SafetensorsReading.tensors(in: url))
  }

  /// Puts the folder's weights into the model and the moments into its optimiser.
  func restore(_ model: Decoder, _ optimiser: inout AdamW, step: Int) throws {
    let saved = try model.trainable(in: folder)
    let names = model.trainable.names
    for (index, name) in names.enumerated() {
      try model.trainable.tensors[index].assign(tensors["weight.\(name)"] ?? saved.tensors[index])
    }
    try optimiser.restore(
      step: step, first: try names.map { try tensor("first.\($0)") },
      second: try names.map { try tensor("second.\($0)") })
  }

  /// Numbers of the training itself.
  ///
  /// - Throws: `RunError` when there are not `count` of them.
  func numbers(_ name: String, count: Int) throws -> [Double] {
    let values: [Double] = try tensor("number.\(name)").values()
    guard values.count == count, values.allSatisfy(\.isFinite) else {
      throw RunError.invalidFile(
        path: url.path, problem: "holds number.\(name) as \(values)")
    }
    return values
  }

  /// A number of steps.
  func count(_ name: String) throws -> Int {
    let value = try numbers(name, count: 1)[0]
    guard let count = Int(exactly: value), count >= 0 else {
      throw RunError.invalidFile(
        path: url.path, problem: "holds number.\(name) as \(value)")
    }
    return count
  }

  private func tensor(_ name: String) throws -> Tensor {
    guard let tensor = tensors[name] else {
      throw RunError.invalidFile(
        path: url.path, problem: "lacks \(name)")
    }
    return tensor
  }
}
