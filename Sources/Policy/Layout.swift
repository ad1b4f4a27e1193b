import Torch

/// Token sequences packed into rows without padding: prompts, and continuations that share them.
///
/// A prompt is run through the model once, however many continuations it has. Rows are all prompts
/// one after the other, then all continuations. Only attention sees padding; it reads continuations
/// as queries over the keys of their prompt and their own.
public struct Layout {
  public struct Continuation {
    /// Index of the prompt.
    public var prompt: Int
    public var tokens: [Int]

    public init(prompt: Int, tokens: [Int]) {
      self.prompt = prompt
      self.tokens = tokens
    }
  }

  public let prompts: [[Int]]
  public let continuations: [Continuation]
  /// First row of each prompt and of each continuation.
  public let promptStarts: [Int]
  public let continuationStarts: [Int]
  public let rows: Int

  /// `[row]` token ids and positions in their sequence.
  let ids: Tensor
  let positions: Tensor
  /// Of prompts and of continuations, for attention.
  let promptPadding: Padding
  private let continuationPadding: Padding?
  /// `[continuation]` the prompt of each.
  let owners: Tensor?
  /// Of continuations, by window.
  private let masks: ContinuationMasks?

  /// - Parameters:
  ///   - prompts: each with at least one token.
  ///   - continuations: tokens that follow a prompt; those without tokens take no rows.
  /// - Throws: ``PolicyError/input(_:)`` for an empty prompt or a sequence beyond `positions`.
  public init(
    prompts: [[Int]], continuations: [Continuation] = [], positions limit: Int,
    on device: Device = .cpu
  ) throws {
    for (index, prompt) in prompts.enumerated() where prompt.isEmpty {
      throw PolicyError.input(
        "prompt \(index) of a batch is empty; a model needs one token to begin with")
    }
    let longest = max(
      prompts.map(\.count).max() ?? 0,
      continuations.map { prompts[$0.prompt].count + $0.tokens.count }.max() ?? 0)
    guard longest <= limit else {
      throw PolicyError.input(
        "a sequence has \(longest) tokens, but the model's context holds \(limit); "
          + "shorten it or set max_length")
    }
    self.prompts = prompts
    self.continuations = continuations
    var ids: [Int] = []
    var places: [Int] = []
    var starts: [Int] = []
    for prompt in prompts {
      starts.append(ids.count)
      ids += prompt
      places += 0..<prompt.count
    }
    promptStarts = starts
    let promptRows = ids.count
    starts = []
    for continuation in continuations {
      starts.append(ids.count)
      ids += continuation.tokens
      let begin = prompts[continuation.prompt].count
      places += begin..<begin + continuation.tokens.count
    }
    continuationStarts = starts
    rows = ids.count
    self.ids = try Tensor.of(ids, on: device)
    self.positions = try Tensor.of(places, on: device)
    promptPadding = try Padding(prompts.map(\.count), on: device)
    if rows > promptRows {
      let padding = try Padding(continuations.map(\.tokens.count), on: device)
      continuationPadding = padding
      owners = try Tensor.of(continuations.map(\.prompt), on: device)
      masks = ContinuationMasks(
        prompts: continuations.map { prompts[$0.prompt].count }, longest: promptPadding.longest,
        time: padding.longest, device: device)
    } else {
      continuationPadding = nil
      owners = nil
      masks = nil
    }
  }

  /// Attention over all rows.
  ///
  /// - Parameters:
  ///   - all: `[row, head, size]`: queries, keys and values of each row, rotated where the model
  ///     rotates.
  ///   - layer: whose scale the scores get.
  /// - Returns: `[row, query heads · size]`.
  func attend(
    _ all: Tensor, _ configuration: ModelConfiguration, layer: Int
  ) throws(TorchError) -> Tensor {
    let (heads, keyValueHeads) = (configuration.heads, configuration.keyValueHeads)
    let lengths = [heads, keyValueHeads, keyValueHeads]
    let scale = configuration.attentionScale(layer: layer)
    let (window, cap) = (configuration.window(layer: layer), configuration.attentionCap)
    func parts(_ padding: Padding, from start: Int) throws(TorchError) -> [Tensor] {
      let rows =
        try padding.rows == self.rows ? all : all.slice(0, start..<start + padding.rows)
      var parts = try padding.padded(rows).split(2, lengths)
      for index in parts.indices { parts[index] = try parts[index].transposed(1, 2) }
      return parts
    }
    func repeated(_ keys: Tensor) throws(TorchError) -> Tensor {
      guard heads != keyValueHeads else { return keys }
      let sizes = keys.sizes
      return try keys.unsqueezed(2)
        .expanded([-1, -1, heads / keyValueHeads, -1, -1])
        .reshaped([sizes[0], heads, sizes[2], sizes[3]])
    }
    func finished(_ padding: Padding, _ output: Tensor) throws(TorchError) -> Tensor {
      try padding.packed(output.transposed(1, 2).reshaped(padding.count, padding.longest, -1))
    }
    let prompt = try parts(promptPadding, from: 0)
    let promptOutput = try finished(
      promptPadding,
      prompt[0].attention(
        repeated(prompt[1]), repeated(prompt[2]), span: .causal(window: window), scale: scale,
        cap: cap))
    guard let padding = continuationPadding, let owners, let masks else { return promptOutput }
    let own = try parts(padding, from: promptPadding.rows)
    let keys = try Tensor.concatenate([prompt[1].select(0, owners), own[1]], 2)
    let values = try Tensor.concatenate([prompt[2].select(0, owners), own[2]], 2)
    // Kernels read a mask of another type than the scores' as if it were of theirs.
    let mask = try masks.mask(window: window).converted(to: all.type)
    let output = try finished(
      padding,
      own[0].attention(repeated(keys), repeated(values), mask: mask, scale: scale, cap: cap))
    return try Tensor.concatenate([promptOutput, output], 0)
  }
}
