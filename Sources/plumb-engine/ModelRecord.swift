import Policy

/// A checkpoint for programs: what `plumb model` says of it, in numbers.
struct ModelRecord: Encodable {
  let kind = "model"
  let architecture: String
  /// Outputs of a reward head; nil for a language model.
  let rewardOutputs: Int?
  let isTied: Bool
  let parameters: Int
  let layers: Int
  let hidden: Int
  let heads: Int
  let keyValueHeads: Int
  let feedForward: Int
  /// In tokens.
  let context: Int
  let vocabulary: Int
  let beginTokens: [Int]
  let endTokens: [Int]
  let storedAs: String
  /// Of an adapter that stands on another model.
  let adapterRank: Int?
  let adapterParameters: Int?
  let baseModel: String?
  /// In float32, without activations.
  let bytesToRun: Int
  let bytesToTrain: Int

  init(
    _ c: ModelConfiguration, stored: StoredWeights, adapter: StoredAdapter?, begin: [Int],
    ends: [Int]
  ) {
    architecture = c.architecture.rawValue
    rewardOutputs = c.labels
    isTied = c.isTied
    parameters = c.parameterCount
    layers = c.layers
    hidden = c.hidden
    heads = c.heads
    keyValueHeads = c.keyValueHeads
    feedForward = c.feedForward
    context = c.positions
    vocabulary = c.vocab
    beginTokens = begin
    endTokens = ends
    storedAs = stored.types.description
    adapterRank = adapter?.adapter.rank
    adapterParameters = adapter?.count
    baseModel = adapter?.base.path
    bytesToRun = 4 * parameters
    // Weights, gradients and both moments of AdamW.
    bytesToTrain = adapter.map { 4 * c.parameterCount + 16 * $0.count } ?? 16 * parameters
  }

  private enum CodingKeys: String, CodingKey {
    case kind, architecture, parameters, layers, hidden, heads, context, vocabulary, rewardOutputs
    case keyValueHeads, feedForward, beginTokens, endTokens, storedAs, adapterRank
    case adapterParameters, baseModel, bytesToRun, bytesToTrain
    case isTied = "tied"
  }
}
