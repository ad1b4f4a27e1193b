import Command
import Foundation
import Policy
import Runs
import Torch

/// `plumb export`: a folder of a trained model that opens everywhere.
public struct ExportCommand {
  private let request: ExportRequest
  private let console: Console

  public init(_ request: ExportRequest, console: Console) {
    self.request = request
    self.console = console
  }

  /// Where a model goes, checked before anything is read.
  static func newFolder(_ output: String) throws(CommandError) -> URL {
    let folder = URL(fileURLWithPath: output)
    guard !FileManager.default.fileExists(atPath: folder.path) else {
      throw .badValue(
        option: "--output", value: output, expected: "a folder that is not there yet")
    }
    return folder
  }

  public func perform() throws -> ExitCode {
    let target = try Self.newFolder(request.output)
    let found = try TrainedModel.find(
      request.place, stage: request.stage, seed: request.seed, step: request.step)
    var model = try LanguageModel.load(found.folder)
    let type = request.type.flatMap(StoredTypes.named)
    if model.decoder.adapterSettings != nil {
      model = try Merging(model, storedAs: type, name: request.place).model
    }
    if let type { model.decoder.stored = type }
    let card = try found.card()
    try Folder.make(target) { folder in
      try model.decoder.save(to: folder, atMost: request.shardBytes)
      try model.tokenizer.save(to: folder)
      if let card {
        try AtomicFile.write(
          Data(card.utf8), to: folder.appending(path: CheckpointManifest.card))
      }
    }
    console.say("\(found.folder.path), stored as \(model.decoder.stored)")
    try console.tell("model", request.output)
    return .success
  }
}
