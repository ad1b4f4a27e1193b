import Command
import Foundation
import Policy
import Report
import Runs

/// `plumb merge`: a whole model of an adapter and its base.
public struct MergeCommand {
  private let request: MergeRequest
  private let console: Console

  public init(_ request: MergeRequest, console: Console) {
    self.request = request
    self.console = console
  }

  public func perform() throws -> ExitCode {
    let target = try ExportCommand.newFolder(request.output)
    let found = try TrainedModel.find(request.adapter)
    guard FileManager.default.fileExists(atPath: found.folder.path) else {
      throw PolicyError.input("\(request.adapter) is no folder here")
    }
    guard ModelFolder.isAdapter(found.folder) else {
      throw PolicyError.input(
        "\(request.adapter) is a whole model already, and has nothing to merge")
    }
    let merging = try Merging(
      LanguageModel.load(found.folder), storedAs: request.type.flatMap(StoredTypes.named),
      name: request.adapter)
    try Folder.make(target) { folder in
      try merging.model.decoder.save(to: folder)
      try merging.model.tokenizer.save(to: folder)
    }
    console.say(
      "\(found.folder.path), stored as \(merging.model.decoder.stored); largest difference from the "
        + "adapter: \(Numeral.significant(merging.difference))")
    try console.tell("model", request.output)
    return .success
  }
}
