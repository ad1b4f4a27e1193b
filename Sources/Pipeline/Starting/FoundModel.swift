import Corpus
import Foundation
import Policy
import Runs
import Training

/// What `plumb init` sees of a model, without reading its weights.
struct FoundModel {
  /// As a recipe in the working folder names it.
  var place: String
  let name: String
  let configuration: ModelConfiguration
  let tokenizer: Tokenizer

  var weights: Int { configuration.parameterCount }

  /// - Parameter given: a folder, or a name in the Hugging Face cache.
  /// - Throws: what is wrong with the folder, as a run would.
  init(_ given: String) throws {
    let folder = try ModelFolder.find(given)
    try CheckpointManifest.hold(folder)
    let file = try ConfigurationFile(of: folder)
    if let problem = file.configuration.languageProblem {
      throw PolicyError.input("\(given) \(problem)")
    }
    configuration = file.configuration
    tokenizer = try Tokenizer.load(directory: folder)
    try configuration.requireRoom(for: tokenizer)
    place = try GivenPolicies.place(given)
    var last = given.split(separator: "/").last.map(String.init) ?? "model"
    if last == "." || last == ".." { last = "model" }
    name = last
  }

  /// As in `llama, 134.5 million weights, context 8192, with a chat template`.
  var words: String {
    "\(configuration.architecture.rawValue), \(UsualRate.millions(weights)) weights, context \(configuration.positions)"
      + (tokenizer.chatTemplate == nil ? "" : ", with a chat template")
  }
}
