import Torch

/// The tokens of a layout that a language model is asked to predict, and the rows that predict
/// them.
///
/// The first token of a completion is predicted by the last row of its prompt; the last token of a
/// completion predicts nothing, so it is never run through the model.
public struct Targets {
  public let layout: Layout
  /// `[target]` ids, completion after completion.
  public let ids: Tensor
  /// `[target]` row that predicts each.
  let rows: Tensor
  /// Scored tokens of each completion.
  public let lengths: [Int]
  private let padding: Padding

  public var count: Int { lengths.reduce(0, +) }

  /// Completions of prompts: `completions[i]` are the candidates of `prompts[i]`.
  ///
  /// - Throws: ``PolicyError/input(_:)`` for an empty prompt or completion, or one beyond the
  ///   context.
  public static func completions(
    _ completions: [[[Int]]], of prompts: [[Int]], positions: Int, on device: Device
  ) throws -> Targets {
    var continuations: [Layout.Continuation] = []
    var ids: [Int] = []
    var lengths: [Int] = []
    for (prompt, candidates) in completions.enumerated() {
      for tokens in candidates {
        guard !tokens.isEmpty else {
          throw PolicyError.input("completion \(lengths.count) of a batch has no tokens")
        }
        continuations.append(Layout.Continuation(prompt: prompt, tokens: Array(tokens.dropLast())))
        ids += tokens
        lengths.append(tokens.count)
      }
    }
    let layout = try Layout(
      prompts: prompts, continuations: continuations, positions: positions, on: device)
    var rows: [Int] = []
    rows.reserveCapacity(ids.count)
    for (index, continuation) in continuations.enumerated() {
      let prompt = continuation.prompt
      rows.append(layout.promptStarts[prompt] + prompts[prompt].count - 1)
      let start = layout.continuationStarts[index]
      rows += start..<start + continuation.tokens.count
    }
    return try Targets(layout, ids: ids, rows: rows, lengths: lengths, on: device)
  }

  /// Whole sequences, each token but the first predicted from those before it.
  public static func sequences(
    _ sequences: [[Int]], positions: Int, on device: Device
  ) throws -> Targets {
    for sequence in sequences where sequence.count < 2 {
      throw PolicyError.input("a sequence of \(sequence.count) tokens predicts nothing")
    }
    let layout = try Layout(
      prompts: sequences.map { Array($0.dropLast()) }, positions: positions, on: device)
    return try Targets(
      layout, ids: sequences.flatMap { $0.dropFirst() }, rows: Array(0..<layout.rows),
      lengths: sequences.map { $0.count - 1 }, on: device)
  }

  private init(
    _ layout: Layout, ids: [Int], rows: [Int], lengths: [Int], on device: Device
  ) throws(TorchError) {
    self.layout = layout
    self.ids = try Tensor.of(ids, on: device)
    self.rows = try Tensor.of(rows, on: device)
    self.lengths = lengths
    padding = try Padding(lengths, on: device)
  }

  /// `[target]` to sums over the tokens of each completion, `[completion]`.
  public func summed(_ perToken: Tensor) throws(TorchError) -> Tensor {
    try padded(perToken).sum(1)
  }

  /// `[target]` to numbers, `[completion][time]`.
  public func perCompletion(_ perToken: Tensor) throws(TorchError) -> [[Double]] {
    let values: [Double] = try perToken.detached().values()
    var rest = values[...]
    return lengths.map { length in
      defer { rest = rest.dropFirst(length) }
      return Array(rest.prefix(length))
    }
  }

  /// `[target]` to `[completion, time]`, 0 behind the last token of a completion.
  public func padded(_ perToken: Tensor) throws(TorchError) -> Tensor {
    try padding.padded(perToken)
  }
}

extension Decoder {
  /// Hidden states that predict the targets, `[target, hidden]`.
  public func hidden(of targets: Targets) throws(TorchError) -> Tensor {
    let all = try hidden(targets.layout)
    let isEveryRow = targets.layout.continuations.isEmpty
    return try isEveryRow ? all : all.select(0, targets.rows)
  }

  /// log π(token | what came before) of each target, in nats, `[target]`.
  ///
  /// - Parameter temperature: divides the logits, as in sampling.
  public func logProbabilities(
    of targets: Targets, temperature: Double = 1
  ) throws(TorchError) -> Tensor {
    try hidden(of: targets).tokenLogProbabilities(
      head, targets.ids, temperature: temperature, cap: configuration.logitCap,
      precision: precision)
  }

  /// The reward head's output at the row that predicts each target, `[target]`: of a critic, the
  /// value of the state before the token.
  ///
  /// - Throws: ``PolicyError/input(_:)`` for a model without a reward head of one output at the
  ///   last token.
  public func values(of targets: Targets) throws -> Tensor {
    guard configuration.labels == 1, configuration.pooling == .last else {
      throw PolicyError.input("a critic needs a reward head with one output at the last token")
    }
    return try hidden(of: targets).linear(head, precision: precision).reshaped(-1)
  }

  /// Outputs of the reward head for each sequence, `[sequence, label]`: at its last token, or the
  /// mean over its tokens, as the configuration's pooling says.
  public func scores(_ texts: [[Int]]) throws -> Tensor {
    guard configuration.labels != nil else {
      throw PolicyError.input("this model has no reward head; train one with kind: classifier")
    }
    let sequences = configuration.pooling == .presence ? texts.map(Decoder.distinct) : texts
    let layout = try Layout(
      prompts: sequences, positions: configuration.positions, on: device)
    let states = try hidden(layout)
    switch configuration.pooling {
    case .last:
      let last = zip(layout.promptStarts, sequences).map { $0 + $1.count - 1 }
      return try states.select(0, try Tensor.of(last, on: device))
        .linear(head, precision: precision)
    case .mean, .presence:
      let perToken = try layout.promptPadding.padded(states.linear(head, precision: precision))
      let counts = sequences.map { Float($0.count) }
      let sizes = configuration.pooling == .mean ? counts : counts.map { $0.squareRoot() }
      return try perToken.sum(1) / Tensor.of(sizes, on: device).unsqueezed(1)
    }
  }

  /// The tokens of a sequence, each once, in order.
  private static func distinct(_ tokens: [Int]) -> [Int] {
    var seen: Set<Int> = []
    return tokens.filter { seen.insert($0).inserted }
  }
}
