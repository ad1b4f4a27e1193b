import Command
import Corpus
import Foundation
import Policy
import Recipe
import Runs
import Torch
import Training

/// `plumb init`: looks at a model, data and the machine, and writes a recipe that runs.
public struct InitCommand {
  let request: InitRequest
  let console: Console

  public init(_ request: InitRequest, console: Console) {
    self.request = request
    self.console = console
  }

  /// Nothing is written that `plumb check` would refuse.
  public func perform() throws -> ExitCode {
    let file = URL(filePath: request.output)
    if !request.replaces, FileManager.default.fileExists(atPath: file.path) {
      throw TrainingError.unusable(
        "\(request.output) is there already; write another one with -o, or add --replace")
    }
    let folder = file.deletingLastPathComponent()
    guard FileManager.default.fileExists(atPath: folder.path) else {
      throw TrainingError.unusable(
        "\(request.output): there is no folder \(folder.path); make it first, or choose another -o")
    }
    var model = try request.model.map(FoundModel.init)
    if let place = model?.place { model?.place = path(place, from: file) }
    var request = request
    request.reward = request.reward.map { path($0, from: file) }
    if model == nil, case .prompts = request.data {
      throw TrainingError.unusable(
        "prompts alone make no model; name one: --model FOLDER, or a name in the Hugging Face cache"
      )
    }
    let data = try request.data.map { try FoundData($0, model?.tokenizer) }
    if let data, data.rows == 0 {
      throw TrainingError.unusable("\(data.path) holds no rows that can be used")
    }
    if let model, let refusal = data?.refusal(in: model.configuration.positions) {
      throw TrainingError.unusable(refusal)
    }
    if model == nil, let data, data.textColumn == nil {
      throw TrainingError.unusable(
        "\(data.path) has no column of plain texts to make a model from; name one: --model FOLDER")
    }
    let weights = model?.weights ?? 0
    let recipe = FirstRecipe(
      request: request, model: model, data: data,
      path: data.map { path($0.path, from: file) } ?? "",
      device: Libtorch.cudaDevices > 0 ? "cuda" : "cpu",
      // Below, rounding operands costs what it saves.
      isNarrow: Libtorch.hasNativeBFloat16 && weights > 50_000_000)
    let (text, estimate) = try fitted(recipe, base: folder)
    try AtomicFile.write(Data(text.utf8), to: file)
    if console.givesRecords {
      try console.print(json: Written(recipe: request.output, name: recipe.name))
    } else {
      console.print("wrote \(request.output)\(estimate)")
      let room = data?.use == .prompts ? recipe.maxTokens : 0
      for line in data?.losses(in: model?.configuration.positions, room: room) ?? [] {
        console.print(ForeignText.printable(line))
      }
      console.print("plumb check \(request.output)   what may go wrong, and what it costs")
      console.print("plumb run \(request.output)     trains, measures, and writes the report")
    }
    return .success
  }

  private struct Written: Encodable {
    let recipe: String
    let name: String
  }

  /// As the recipe names a file: relative where both lie in the working folder.
  private func path(_ given: String, from file: URL) -> String {
    if given.hasPrefix("/") || !FileManager.default.fileExists(atPath: given) { return given }
    let here = FileManager.default.currentDirectoryPath
    let folder = file.deletingLastPathComponent().standardizedFileURL.path
    return folder == URL(filePath: here).standardizedFileURL.path
      ? given : URL(filePath: given).standardizedFileURL.path
  }

  /// The first text that is sound and fits into memory, with what it costs.
  private func fitted(_ recipe: FirstRecipe, base: URL) throws -> (String, String) {
    let positions = recipe.model?.configuration.positions ?? 256
    var failure: (any Error)?
    // A token is about four characters, of few scripts only two.
    for most in [nil, 3 * positions, positions] as [Int?] {
      guard let share = share(recipe, most, base) else { continue }
      for var fit in recipe.fits {
        fit.mostCharacters = most
        fit.share = share
        let text = recipe.text(fit)
        do {
          let document = try RecipeDocument.parse(text, name: request.output)
          let plan = try RunRecipe(document, base: base)
          let outlook = try Outlook(plan)
          let isShort = outlook.parts.contains {
            outlook.memory.shortage(of: $0.estimate.memory) != nil
          }
          if isShort, fit != recipe.fits.last { continue }
          try outlook.check()
          let seconds = try CostEstimate(plan, outlook).seconds
          return (text, Self.words(seconds))
        } catch {
          failure = error
          break
        }
      }
    }
    throw failure ?? TrainingError.unusable("no setting of this model fits into memory")
  }

  /// The largest share of the rows that leaves some to measure on; nil inside where all have to serve both, and
  /// nil where no row is left.
  private func share(_ recipe: FirstRecipe, _ most: Int?, _ base: URL) -> Double?? {
    guard let data = recipe.data, var fit = recipe.fits.first else { return .some(0.9) }
    fit.mostCharacters = most
    return FirstRecipe.shares.first { share in
      fit.share = share
      guard
        let document = try? RecipeDocument.parse(recipe.text(fit), name: request.output),
        let plan = try? RunRecipe(document, base: base)
      else { return share == 0.9 }
      return data.hasRows(plan.data["rows"]) && data.hasRows(plan.data["unseen"])
    }
  }

  private static func words(_ seconds: Double) -> String {
    let minutes = Int((seconds / 60).rounded(.up))
    return
      ", about \(minutes) minute\(minutes == 1 ? "" : "s") on this processor, within a factor of two"
  }
}
