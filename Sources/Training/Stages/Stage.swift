import Corpus
import Foundation
import Policy
import Recipe
import Runs

/// A step of a run: reads what earlier stages and data files hold, leaves its own folder.
public protocol Stage: Sendable {
  /// As recipes write it: `language-model`.
  static var kind: String { get }
  /// What later stages can take from it.
  static var product: StageProduct { get }
  /// Runs once for every seed unless the recipe says otherwise.
  static var repeatsPerSeed: Bool { get }

  /// Reads the settings; mistakes are recorded in the section, and what the stage is made from in
  /// the names' ``RecipeNames/inputs``.
  init(from section: Section, _ names: RecipeNames)

  /// What the stage will cost; records what later stages need to know of it.
  func estimate(_ name: String, _ sizes: inout StageSizes) throws -> StageEstimate

  /// Weights of the model that it leaves; nil for a stage without one, and where nobody knows yet.
  func weights(_ names: RecipeNames) -> Int?

  /// Whether ranks that are there run it together; otherwise the leading one does, and the others wait.
  var isCutOverRanks: Bool { get }

  /// Runs, or goes on where an earlier process stopped.
  func run(_ context: StageContext) throws -> StageResult
}

extension Stage {
  public func weights(_ names: RecipeNames) -> Int? { nil }
  public var isCutOverRanks: Bool { false }
}

/// What a finished stage offers.
public enum StageProduct: Sendable {
  case tokenizer, languageModel, rewardModel, candidates

  /// - Parameter name: of the model, as the recipe has it.
  /// - Throws: `PolicyError.input` where the model is not this.
  func check(_ configuration: ModelConfiguration, name: String) throws {
    let problem: String?
    switch self {
    case .languageModel: problem = configuration.languageProblem
    case .rewardModel: problem = configuration.rewardProblem
    case .tokenizer, .candidates: problem = nil
    }
    if let problem { throw PolicyError.input("\(name) \(problem)") }
  }
}

public struct StageResult: Sendable, Equatable {
  /// A part of a stage whose cost is recorded by itself.
  public struct Phase: Sendable, Equatable {
    public var name: String
    public var seconds: Double
    public var tokens: Int
    public var oracleCalls: Int

    public init(_ name: String, seconds: Double, tokens: Int = 0, oracleCalls: Int = 0) {
      self.name = name
      self.seconds = seconds
      self.tokens = tokens
      self.oracleCalls = oracleCalls
    }
  }

  public var isFinished: Bool
  public var tokens: Int
  /// Texts that got a reward and pairs that were compared from outside, to be learnt from.
  public var oracleCalls: Int
  /// What tokens, calls and time went into; empty for a stage that is one phase.
  public var phases: [Phase]

  public init(
    isFinished: Bool = true, tokens: Int, oracleCalls: Int = 0, phases: [Phase] = []
  ) {
    self.isFinished = isFinished
    self.tokens = tokens
    self.oracleCalls = oracleCalls
    self.phases = phases
  }
}

/// The names that a stage's settings may refer to, with what stands behind them.
public struct RecipeNames {
  public var data: [String: DataSource]
  /// Stages above this one.
  public var stages: [(name: String, product: StageProduct)]
  /// Stages whose kind is not known, of which nothing more can be said.
  public var unknown: Set<String> = []
  /// Stages above this one that stand for several, each with the names of those.
  public var swept: [String: [String]] = [:]
  /// The one of them that each means in the stage that is being read.
  public var variants: [String: String] = [:]
  /// Reads oracles that are judges; nil where there are none.
  public var judgedOracle: JudgedOracle?
  /// Finds policies that live in servers; nil where none may stand.
  public var servers: Servers?
  /// What was looked up.
  public var inputs = StageInputs()
  /// Weights of the models of stages above, where they are known before anything runs.
  public var weights: [String: Int] = [:]
  /// The folder that relative paths start from; nil where no folder is looked into.
  public var base: URL?

  public init(data: [String: DataSource], stages: [(name: String, product: StageProduct)]) {
    self.data = data
    self.stages = stages
  }

  /// A data source by name.
  public func data(_ key: String, in section: Section, about: String = "") -> DataSource? {
    let name = section.string(key, about: about)
    if let source = data(named: name) { return source }
    if !name.isEmpty {
      section.mistake(key, "there is no data named \(name)\(offer(Array(data.keys)))")
    }
    return nil
  }

  /// A data source by its name, where there is one.
  func data(named name: String) -> DataSource? {
    if data[name] != nil { inputs.declare(.data(name)) }
    return data[name]
  }

  /// What a name that a setting holds means in the stage that is being read, and in its records.
  func meant(by name: String, _ key: String, in section: Section) -> String {
    guard let variant = variants[name] else { return name }
    section.rename(key, name, to: variant)
    return variant
  }

  /// A stage of kind `sample` above this one by its name, where there is one.
  func candidates(named name: String) -> String? {
    if unknown.contains(name) { return name }
    guard stages.contains(where: { $0.name == name && $0.product == .candidates }) else {
      return nil
    }
    inputs.declare(.stage(name))
    return name
  }

  public func optionalData(
    _ key: String, in section: Section, about: String = ""
  ) -> DataSource? {
    section.has(key) ? data(key, in: section, about: about) : nil
  }

  /// Weights of a model; nil where it is not there, which is said elsewhere, or not known yet.
  func weights(of source: ModelSource) -> Int? {
    switch source {
    case .stage(let name): return weights[name]
    case .folder(let path):
      guard let base, !path.isEmpty, let folder = try? ModelFolder.find(path, from: base) else {
        return nil
      }
      return (try? ConfigurationFile(of: folder))?.configuration.parameterCount
    }
  }

  /// What a name stands for, without a word where it stands for nothing.
  func source(named name: String) -> ModelSource {
    let name = variants[name] ?? name
    return stages.contains { $0.name == name } ? .stage(name) : .folder(name)
  }

  /// The rate for a training that is given none; nil where the model's size is not known.
  func usualRate(
    of source: ModelSource, hasAdapter: Bool, _ lesson: UsualRate.Lesson
  ) -> UsualRate? {
    weights(of: source).map { UsualRate(weights: $0, hasAdapter: hasAdapter, lesson) }
  }

  /// A model: a stage above, or a folder that holds one.
  public func model(
    _ key: String, in section: Section, product: StageProduct = .languageModel,
    about: String = ""
  ) -> ModelSource {
    source(section.string(key, about: about), key, in: section, product)
  }

  /// A model by its name.
  ///
  /// - Parameter item: of the list under the key that names it; the name itself without it.
  public func source(
    _ given: String, _ key: String, item: String? = nil, in section: Section,
    _ product: StageProduct
  ) -> ModelSource {
    let item = item ?? given
    if ServerName.isMeant(by: given) {
      section.mistake(key, at: item, "a policy \(ServerName.refusal)")
      return .folder(given)
    }
    let name = meant(by: given, key, in: section)
    if let stage = stages.first(where: { $0.name == name }) {
      if stage.product != product {
        section.mistake(key, at: item, "stage \(name) makes no \(RecipeNames.word(product))")
      }
      inputs.declare(.stage(name))
      return .stage(name)
    }
    if unknown.contains(name) { return .stage(name) }
    if let several = swept[name] {
      section.mistake(
        key, at: item,
        "\(name) is swept and stands for \(several.count) stages; name one of them, as in "
          + (several.first ?? ""))
      return .stage(name)
    }
    if !name.isEmpty, !name.contains("/") {
      let fitting = stages.filter { $0.product == product }.map(\.name)
      section.mistake(
        key, at: item,
        "there is no stage \(name) above this one\(offer(fitting)); "
          + "a folder is written with a slash")
    } else if !name.isEmpty {
      inputs.declare(.folder(name))
      checkFolder(name, key, item: item, in: section)
    }
    return .folder(name)
  }

  /// Records where a folder that a key names is not there.
  public func checkFolder(
    _ name: String, _ key: String, item: String, in section: Section
  ) {
    guard let base else { return }
    do throws(RunError) {
      let folder = try ModelFolder.find(name, from: base)
      guard !FileManager.default.fileExists(atPath: folder.path) else { return }
      section.absent(
        key, at: item,
        "there is no folder \(folder.path); a checkpoint is a folder with config.json, "
          + "model.safetensors and tokenizer.json")
    } catch {
      section.absent(key, at: item, "\(error)")
    }
  }

  private func offer(_ names: [String]) -> String {
    names.isEmpty ? "" : " (there is \(names.sorted().joined(separator: ", ")))"
  }

  static func word(_ product: StageProduct) -> String {
    switch product {
    case .tokenizer: return "tokenizer"
    case .languageModel: return "language model"
    case .rewardModel: return "reward model"
    case .candidates: return "candidates"
    }
  }
}
