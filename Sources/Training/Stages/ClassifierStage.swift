import Corpus
import Foundation
import Policy
import Recipe
import Runs

/// Trains a binary classifier of labelled texts, whose log-odds serve as a reward.
public struct ClassifierStage: Stage {
  public static let kind = "classifier"
  public static let product = StageProduct.rewardModel
  public static let repeatsPerSeed = false

  let data: DataSource?
  let test: DataSource?
  let model: ModelSettings
  let maxLength: Int
  let head: RewardHead
  let training: OptimisationSettings

  public init(from section: Section, _ names: RecipeNames) {
    data = names.data("data", in: section, about: "Labelled texts, by the data's name.")
    test = names.optionalData("test", in: section, about: "Labelled texts to test on.")
    model = ModelSettings(from: section, names, labels: 1)
    maxLength = section.int(
      "max_length", default: 256, in: 2...1_000_000, about: "Tokens of a text; more are cut off.")
    head = RewardHead(
      pooling: section.choice(
        "pooling", default: .last, about: "What the head reads; last is what transformers reads."),
      endsTexts: section.optionalBool(
        "end_token", about: "Whether an end token is read after each text."))
    training = OptimisationSettings(
      from: section.section("training", about: "How parameters are moved."), learningRate: 3e-4,
      epochs: 3)
  }

  public var isCutOverRanks: Bool { true }

  public func run(_ context: StageContext) throws -> StageResult {
    guard let data else { return StageResult(tokens: 0) }
    let texts = try context.read { try data.labelledTexts($0, isBinary: true) }
    let unseen = try test.map { test in
      try context.read { try test.labelledTexts($0, isBinary: true) }
    }
    let started = try model.start(context, head: head)
    if head.pooling != .last {
      context.note(
        "pooling: \(head.pooling.rawValue) is Plumb's own; transformers would read the last token")
    }
    let length = min(maxLength, started.decoder.configuration.positions)
    let reward = try ModelReward(name: context.name, model: started)
    context.noteReading(
      of: texts.lazy.map { data.prompt("", $0.text) }, from: data, by: started.reader)
    context.noteWeights(texts.map(\.weight))
    let examples = try ClassifierStage.examples(texts, reward, length: length) {
      data.prompt("", $0)
    }
    let task = ClassifierTask(started.decoder, examples, heldOut: training.heldOut)
    context.note("\(task.exampleCount) texts")
    let result = try context.train(task, started, training)
    guard result.isFinished, let unseen else { return result }
    let scores = try reward.rewards(of: unseen.map(\.text))
    let right = zip(scores, unseen).filter { ($0 > 0) == ($1.label == 1) }.count
    let record = ClassifierTest(right: right, count: unseen.count)
    try AtomicFile.write(
      record.encoded(), to: context.directory.url.appending(path: ClassifierTest.file))
    context.note("accuracy on \(unseen.count) test texts: \(record.percent)")
    return result
  }

  /// Texts as the reward will read them, cut to `length` tokens.
  static func examples(
    _ texts: [LabelledText], _ reward: ModelReward, length: Int,
    as exchange: (String) -> Exchange = { Exchange("", $0) }
  ) throws -> [ClassifierTask.Example] {
    try texts.map { text in
      ClassifierTask.Example(
        id: text.id, tokens: try reward.tokens(of: exchange(text.text), length: length),
        isPositive: text.label == 1, weight: text.weight)
    }
  }
}

/// How a classifier did on texts it was not trained on.
public struct ClassifierTest: Codable, Sendable, Equatable {
  public static let file = "test.json"
  public var right: Int
  public var count: Int

  var percent: String {
    let share = count == 0 ? 0 : Double(right) / Double(count)
    return "\(Double((share * 10_000).rounded()) / 100) %"
  }

  func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return try encoder.encode(self) + Data("\n".utf8)
  }
}
