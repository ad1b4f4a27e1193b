import Corpus
import Foundation

/// The shape of a decoder, in the terms of Hugging Face's `config.json`.
public struct ModelConfiguration: Equatable, Sendable {
  /// Which hidden state a reward head reads.
  public enum Pooling: String, CaseIterable, Sendable {
    /// The last token's, as `transformers` does.
    case last
    /// The mean over all tokens: a text's score is the mean of its tokens' scores, which small data
    /// sets overfit less.
    case mean
    /// The sum over the distinct tokens, divided by the root of their number: whether a token is
    /// there counts, not how often. For bags of tokens, models without layers.
    ///
    /// Source: Pang, Lee and Vaithyanathan 2002, "Thumbs up?", where presence beats frequency in
    /// the sentiment of reviews.
    case presence
  }

  /// How rotary frequencies are scaled beyond the trained context.
  public enum RotaryScaling: Equatable, Sendable {
    case none
    case linear(factor: Double)
    /// Stretches a text that is longer than `positions`, which none may be: within them nothing is scaled.
    case dynamic(factor: Double)
    case llama3(factor: Double, low: Double, high: Double, original: Int)
    case yarn(Yarn)
  }

  /// Source: Peng et al. 2023, "YaRN".
  public struct Yarn: Equatable, Sendable {
    public var factor: Double
    /// The context before it was stretched.
    public var original: Int
    /// Turns over that context above which a frequency stays, and below which it is divided.
    public var fast = 32.0
    public var slow = 1.0
    /// What cosines and sines are multiplied by, where the file says so; otherwise from the factor, with
    /// the two scales where both are there.
    public var attention: Double?
    public var scale: Double?
    public var scaleOfAll: Double?
    /// The ramp begins and ends at whole frequencies.
    public var isTruncated = true

    public init(factor: Double, original: Int) {
      self.factor = factor
      self.original = original
    }

    /// What cosines and sines are multiplied by.
    var magnitude: Double {
      func magnitude(_ scale: Double) -> Double {
        factor <= 1 ? 1 : 0.1 * scale * log(factor) + 1
      }
      if let attention { return attention }
      guard let scale, let scaleOfAll, scale != 0, scaleOfAll != 0 else { return magnitude(1) }
      return magnitude(scale) / magnitude(scaleOfAll)
    }
  }

  public var architecture: Architecture
  /// Rows of the embedding; may exceed the tokenizer's vocabulary.
  public var vocab: Int
  public var hidden: Int
  public var layers: Int
  public var heads: Int
  public var keyValueHeads: Int
  public var headSize: Int
  public var feedForward: Int
  /// The longest sequence, in tokens.
  public var positions: Int
  public var epsilon: Double
  /// The output head is the transposed embedding.
  public var isTied: Bool
  public var attentionBias = false
  public var feedForwardBias = false
  public var activation = Activation.silu
  /// Attention scores are divided by the root of the head size.
  public var scalesScores = true
  /// Attention scores are divided by the layer's number too, counted from 1.
  public var scalesScoresByLayer = false
  /// Divides scores by its root, in the head size's place.
  public var queryScalar: Double?
  /// Scores are bent to cap · tanh(score / cap), and logits by a cap of their own.
  public var attentionCap: Double?
  public var logitCap: Double?
  /// Feed-forward reads what attention read, and not what it wrote.
  public var isParallel = false
  /// Of each layer; empty where none has one. See ``AttentionSpan``.
  public var windows: [Int?] = []
  public var rotaryBase = 10_000.0
  public var rotaryScaling = RotaryScaling.none
  /// Of a head's numbers, from the first, that are turned.
  public var rotaryShare = 1.0
  /// Layers whose heads are not turned.
  public var unturnedLayers: Set<Int> = []
  public var beginToken: Int?
  public var endTokens: [Int]
  public var padToken: Int?
  /// Outputs of a sequence-classification head; nil for a language model.
  public var labels: Int?
  public var pooling = Pooling.last
  /// Whether a reward head reads the end token behind a text.
  public var endsTexts = false

  /// A decoder from scratch with the usual proportions.
  ///
  /// - Parameters:
  ///   - feedForward: 4 × hidden for a feed-forward layer of two matrices; ⅔ of that, rounded up to a
  ///     multiple of 32, for one of three.
  ///   - isTied: small models spend most of their weights on the embedding, so it is shared.
  public init(
    architecture: Architecture, vocab: Int, hidden: Int, layers: Int, heads: Int,
    keyValueHeads: Int? = nil, feedForward: Int? = nil, positions: Int, isTied: Bool = true,
    beginToken: Int? = nil, endToken: Int? = nil, padToken: Int? = nil, labels: Int? = nil
  ) {
    self.architecture = architecture
    self.vocab = vocab
    self.hidden = hidden
    self.layers = layers
    self.heads = heads
    self.keyValueHeads = keyValueHeads ?? heads
    headSize = hidden / max(1, heads)
    let gated = (hidden * 8 / 3 + 31) / 32 * 32
    self.feedForward = feedForward ?? gated
    self.positions = positions
    epsilon = 1e-6
    self.isTied = isTied
    self.beginToken = beginToken
    endTokens = endToken.map { [$0] } ?? []
    self.padToken = padToken
    self.labels = labels
    let family = family
    if feedForward == nil, !family.isGated { self.feedForward = 4 * hidden }
    family.prepare(&self)
  }

  /// What is wrong with the shape, or nil. Checked before anything is allocated.
  public var problem: String? {
    let sizes: [(String, Int, Int)] = [
      ("vocabulary", vocab, 1 << 22), ("hidden size", hidden, 1 << 17),
      ("heads", heads, 4096),
      ("key-value heads", keyValueHeads, 4096), ("head size", headSize, 4096),
      ("feed-forward size", feedForward, 1 << 20), ("positions", positions, 1 << 24),
    ]
    for (name, value, limit) in sizes where value < 1 || value > limit {
      return "\(name) is \(value); it must lie in 1 ... \(limit)"
    }
    // Without layers a reward head reads embeddings: a bag of tokens.
    let fewest = labels == nil ? 1 : 0
    if layers < fewest || layers > 1024 {
      return "layers is \(layers); it must lie in \(fewest) ... 1024"
    }
    if pooling == .presence, layers > 0 {
      return "pooling presence forgets the order of tokens; it needs layers: 0"
    }
    if heads % keyValueHeads != 0 {
      return "\(heads) heads are not a multiple of \(keyValueHeads) key-value heads"
    }
    if let problem = family.problem(of: self) { return problem }
    if rotarySize % 2 != 0, family.isRotary {
      return rotaryShare == 1
        ? "head size \(headSize) is odd; rotary positions need pairs"
        : "\(rotarySize) of a head's \(headSize) numbers are turned; rotary positions need pairs"
    }
    if !(epsilon > 0 && epsilon < 1) { return "the norm's epsilon is \(epsilon)" }
    if !(rotaryBase > 0 && rotaryBase.isFinite) { return "rope_theta is \(rotaryBase)" }
    if let labels, labels < 1 || labels > 1 << 16 { return "num_labels is \(labels)" }
    let ids = [beginToken, padToken].compactMap { $0 } + endTokens
    if let wrong = ids.first(where: { $0 < 0 || $0 >= vocab }) {
      return "special token id \(wrong) is outside the vocabulary of \(vocab)"
    }
    return nil
  }

  /// Why this is no language model, or nil; to stand behind its name.
  public var languageProblem: String? {
    labels == nil ? nil : "has a reward head and writes nothing; a language model is needed"
  }

  /// Why this is no reward model, or nil; to stand behind its name.
  public var rewardProblem: String? {
    switch labels {
    case 1: nil
    case nil: "has no reward head with one output; it is a language model"
    case .some(let labels): "has no reward head with one output, but \(labels)"
    }
  }

  /// Numbers of a head that are turned.
  var rotarySize: Int { Int(Double(headSize) * rotaryShare) }

  /// What attention scores of a layer, counted from 0, are multiplied by.
  func attentionScale(layer: Int) -> Double {
    let width = scalesScores ? 1 / (queryScalar ?? Double(headSize)).squareRoot() : 1
    return scalesScoresByLayer ? width / Double(layer + 1) : width
  }

  /// How many places a layer, counted from 0, looks back; nil: to the first.
  func window(layer: Int) -> Int? {
    layer < windows.count ? windows[layer] : nil
  }

  /// Ids that end a completion; the first is the one that training appends.
  public func endTokens(with tokenizer: Tokenizer) -> [Int] {
    let own = tokenizer.endToken.map { [$0] } ?? []
    return own + endTokens.filter { !own.contains($0) }
  }

  /// Refuses a tokenizer with more tokens than the embedding has rows.
  public func requireRoom(for tokenizer: Tokenizer) throws(PolicyError) {
    guard tokenizer.vocabularySize <= vocab else {
      throw .input(
        "the tokenizer has \(tokenizer.vocabularySize) tokens, but the model only "
          + "\(vocab); use the tokenizer that the model was trained with")
    }
  }

  /// Names an id that programs may fill rows with, where the file names none.
  ///
  /// `transformers` takes the last id that is another one for the end of a text, so that no text may end
  /// with it.
  mutating func setPadToken(of tokenizer: Tokenizer) {
    let end = tokenizer.endToken ?? endTokens.first
    let usual = [padToken, tokenizer.padToken, tokenizer.beginToken]
    let last = endsTexts && end != nil ? [0, 1] : [end]
    padToken = (usual + last).compactMap(\.self).first { $0 < vocab && !(endsTexts && $0 == end) }
  }

  /// Makes the shape that of a model with a reward head that reads no end token.
  mutating func setHead(labels: Int, pooling: Pooling) {
    self.labels = labels
    self.pooling = pooling
    endsTexts = false
  }

  /// The feed-forward layer has a third product.
  public var isGated: Bool { family.isGated }

  /// Weights in all.
  public var parameterCount: Int {
    family.parameters(of: self).reduce(0) { $0 + $1.shape.reduce(1, *) }
  }
}
