import Corpus
import Policy
import Recipe
import Runs

/// Trains a Bradley–Terry reward model on preference pairs.
public struct RewardModelStage: Stage {
  public static let kind = "reward-model"
  public static let product = StageProduct.rewardModel
  public static let repeatsPerSeed = false

  let data: DataSource?
  let model: ModelSettings
  let maxLength: Int
  let centring: Double
  let endsTexts: Bool?
  let usesMargins: Bool
  let training: OptimisationSettings

  public init(from section: Section, _ names: RecipeNames) {
    data = names.data("data", in: section, about: "Pairs, by the data's name.")
    model = ModelSettings(from: section, names, labels: 1)
    maxLength = section.int(
      "max_length", default: 512, in: 2...1_000_000,
      about: "Tokens of prompt and completion; longer pairs are left out.")
    // 0.01 keeps rewards near 0 without moving their differences.
    centring = section.double(
      "centring", default: 0.01, atLeast: 0,
      about: "Keeps rewards near 0 without moving their differences.")
    // A new head with it, as TRL, N+ and EXO: without it a text that ends and one that is cut off look
    // the same.
    endsTexts = section.optionalBool(
      "end_token", about: "Whether an end token is read after each text.")
    // Scores of most sets are on no scale of log-odds, so that they are not subtracted unasked.
    usesMargins = section.bool(
      "margins", default: false, about: "Takes the rows' margins off the difference.")
    // One pass: reward models overfit soon.
    training = OptimisationSettings(
      from: section.section("training", about: "How parameters are moved."), learningRate: 1e-4,
      epochs: 1)
  }

  public var isCutOverRanks: Bool { true }

  public func run(_ context: StageContext) throws -> StageResult {
    guard let data else { return StageResult(tokens: 0) }
    let started = try model.start(context, head: RewardHead(endsTexts: endsTexts))
    let length = min(maxLength, started.decoder.configuration.positions)
    let reward = try ModelReward(name: context.name, model: started)
    var dropped = 0
    var examples: [PreferenceRewardTask.Example] = []
    let pairs = try context.read { try data.preferencePairs($0) }
    context.noteReading(
      of: pairs.lazy.flatMap {
        [Exchange($0.prompt, $0.chosen), Exchange($0.prompt, $0.rejected)]
      },
      from: data, by: started.reader)
    context.noteWeights(pairs.map(\.weight))
    for pair in pairs {
      let (chosen, rejected) = try context.row(pair.id) {
        (
          try reward.whole(Exchange(pair.prompt, pair.chosen)),
          try reward.whole(Exchange(pair.prompt, pair.rejected))
        )
      }
      guard max(chosen.count, rejected.count) <= length else {
        dropped += 1
        continue
      }
      examples.append(
        PreferenceRewardTask.Example(
          id: pair.id, chosen: chosen, rejected: rejected, margin: try margin(of: pair, context),
          weight: pair.weight))
    }
    guard !examples.isEmpty else {
      throw TrainingError.unusable(
        "stage \(context.name): \(dropped == 1 ? "its one pair is" : "all \(dropped) pairs are") longer "
          + "than "
          + (length < started.decoder.configuration.positions
            ? "max_length, \(length) tokens; raise it"
            : "the model's context of \(length) tokens; shorten the rows"))
    }
    if dropped > 0 {
      let limit = length < maxLength ? "the context of \(length) tokens" : "max_length"
      try context.leaveOut("\(dropped) pairs are longer than \(limit) and left out")
    }
    let task = PreferenceRewardTask(
      started.decoder, examples, centring: centring, heldOut: training.heldOut)
    context.note("\(task.exampleCount) pairs")
    return try context.train(task, started, training)
  }

  /// - Throws: ``TrainingError/unusable(_:)`` for a pair without the margin that is asked for.
  private func margin(of pair: PreferencePair, _ context: StageContext) throws -> Double {
    guard usesMargins else { return 0 }
    guard let margin = pair.margin else {
      throw TrainingError.unusable(
        "stage \(context.name): row \(pair.id) has no margin, and no score_chosen and "
          + "score_rejected; add them, or set margins: false")
    }
    return margin
  }
}
