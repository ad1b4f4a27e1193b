import Corpus
import Foundation
import Policy
import Recipe
import Runs

/// A policy in a server as a recipe names it, which the program makes and gives to stages.
public protocol ServedPolicyMaker: Sendable {
  var name: ServerName { get }
  /// What its tokens are known from, before anything is asked; nil where only its answers show them.
  var tokenizer: ModelSource? { get }

  /// What it is said to serve; nil where nobody says.
  var checkpoint: ModelSource? { get }

  /// - Parameter folder: where what it was asked and what it answered is kept.
  func policy(in folder: URL, _ context: StageContext) throws -> any ServedPolicy

  /// Holds the server against the checkpoint that the recipe names beside it.
  ///
  /// - Returns: nil where it names none.
  /// - Throws: where the server serves other weights.
  func check(
    _ policy: any ServedPolicy, on prompts: [ServedPrompt], maxTokens: Int, _ context: StageContext
  ) throws -> ServedRecord?

  /// Why it says of no text what that is worth; nil where it does.
  var rewardProblem: String? { get }

  /// The server as a reward, of which there is one in a folder.
  ///
  /// - Parameter folder: where requests and answers are kept.
  func reward(in folder: URL, _ context: StageContext) throws -> any Reward

  /// What the last check of the reward in a folder came to; nil where it was held against nothing.
  func rewardRecord(in folder: URL) throws -> ServedRecord?

  /// Why it cannot be handed weights; nil where it can.
  var handoverProblem: String? { get }

  /// The server as one that draws for a policy in training.
  ///
  /// - Parameters:
  ///   - model: what is trained, or where that begins.
  ///   - folder: where requests, answers and weights are kept.
  func engine(
    for model: LanguageModel, in folder: URL, _ context: StageContext
  ) throws -> any DrawingEngine
}

/// Who draws in the place of this process while a policy is trained.
struct EngineSource: Sendable {
  let maker: any ServedPolicyMaker

  /// Nil where a stage draws here; mistakes are recorded at the key.
  init?(of section: Section, _ names: RecipeNames) {
    let key = "engine"
    // Asking for a key that is not there would put it among the resolved settings.
    guard section.has(key) else { return nil }
    let name = section.string(
      key,
      about:
        "server:MODEL@URL that draws completions: it is handed the weights before each drawing.")
    guard ServerName.isMeant(by: name) else {
      section.mistake(key, "is a server, as in server:MODEL@http://127.0.0.1:30000")
      return nil
    }
    guard let servers = names.servers,
      let maker = servers(name, key, section, names, .languageModel)
    else {
      return nil
    }
    if let problem = maker.handoverProblem { section.mistake(key, problem) }
    self.maker = maker
  }
}

extension RecipeNames {
  /// Finds what a recipe says of a server; mistakes are recorded at the key that names it.
  ///
  /// - Parameter product: what the server is to be, a language model or a reward model.
  public typealias Servers = (
    _ name: String, _ key: String, _ section: Section, _ names: RecipeNames,
    _ product: StageProduct
  ) -> (any ServedPolicyMaker)?
}

/// Who draws: a model here, or one in a server.
enum DrawingPolicy: Sendable {
  case model(ModelSource)
  case server(any ServedPolicyMaker)

  /// Reads a name; a mistake is recorded where nothing has it.
  init(_ key: String, in section: Section, _ names: RecipeNames, about: String) {
    let name = section.string(key, about: about)
    if ServerName.isMeant(by: name), let servers = names.servers,
      let maker = servers(name, key, section, names, .languageModel)
    {
      if maker.tokenizer == nil {
        section.mistake(
          key,
          "server:\(maker.name.model) has no tokenizer here that its prompts could be read with; name the "
            + "folder of one, or its checkpoint, under servers.\(maker.name)")
      }
      self = .server(maker)
    } else if ServerName.isMeant(by: name), names.servers != nil {
      self = .model(.folder(name))
    } else {
      self = .model(names.source(name, key, in: section, .languageModel))
    }
  }
}
