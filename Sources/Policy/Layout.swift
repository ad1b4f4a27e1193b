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
  let promptBlock: Block
  let continuationBlock: Block?
  /// `[continuation]` the prompt of each.
  let owners: Tensor?
  /// `[continuation, 1, time, prompt time + time]`, added to attention scores.
  let mask: Tensor?

  /// Sequences of one kind, padded for attention.
  struct Block {
    let count: Int
    let longest: Int
    let rows: Range<Int>
    /// `[count · longest]` row of each padded place, or −1; and `[row]` padded place of each row.
    let places: Tensor
    let inverse: Tensor
    let isDense: Bool

    init(_ lengths: [Int], from start: Int, on device: Device) throws(TorchError) {
      count = lengths.count
      longest = lengths.max() ?? 0
      let total = lengths.reduce(0, +)
      rows = start..<start + total
      isDense = total == count * longest
      var places = [Int](repeating: -1, count: count * longest)
      var inverse: [Int] = []
      inverse.reserveCapacity(total)
      for (index, length) in lengths.enumerated() {
        for time in 0..<length {
          places[index * longest + time] = inverse.count
          inverse.append(index * longest + time)
        }
      }
      self.places = try Tensor.of(places, on: device)
      self.inverse = try Tensor.of(inverse, on: device)
    }

    /// `[row, …]` to `[count, longest, …]`.
    func padded(_ a: Tensor) throws(TorchError) -> Tensor {
      let wide = try isDense ? a : a.rearranged(places, inverse: inverse)
      return try wide.reshaped([count, longest] + a.sizes.dropFirst())
    }

    /// `[count, longest, width]` to `[row, width]`.
    func packed(_ a: Tensor) throws(TorchError) -> Tensor {
      let flat = try a.reshaped(count * longest, -1)
      return try isDense ? flat : flat.rearranged(inverse, inverse: places)
    }
  }

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
    promptBlock = try Block(prompts.map(\.count), from: 0, on: device)
    if rows > promptRows {
      let block = try Block(continuations.map(\.tokens.count), from: promptRows, on: device)
      continuationBlock = block
      owners = try Tensor.of(continuations.map(\.prompt), on: device)
      mask = try Layout.mask(
        prompts: continuations.map { prompts[$0.prompt].count }, longest: promptBlock.longest,
        time: block.longest, on: device)
    } else {
      continuationBlock = nil
      owners = nil
      mask = nil
    }
  }

  /// 0 where a continuation's token may look, −∞ elsewhere.
  private static func mask(
    prompts: [Int], longest: Int, time: Int, on device: Device
  ) throws(TorchError) -> Tensor {
    let width = longest + time
    var values = [Float](repeating: -.infinity, count: prompts.count * time * width)
    for (index, length) in prompts.enumerated() {
      for query in 0..<time {
        let row = (index * time + query) * width
        for key in 0..<length { values[row + key] = 0 }
        for key in 0...query { values[row + longest + key] = 0 }
      }
    }
    return try Tensor.of(values, [prompts.count, 1, time, width], on: device)
  }

  /// Attention over all rows.
  ///
  /// - Parameter all: `[row, head, size]`: queries, keys and values of each row, rotated where
  ///   the model rotates.
  /// - Returns: `[row, query heads · size]`.
  func attend(_ all: Tensor, heads: Int, keyValueHeads: Int) throws(TorchError) -> Tensor {
    let lengths = [heads, keyValueHeads, keyValueHeads]
    let size = all.sizes[2]
    let scale = 1 / Double(size).squareRoot()
    func parts(_ block: Block) throws(TorchError) -> [Tensor] {
      let rows = try block.rows.count == self.rows ? all : all.slice(0, block.rows)
      var parts = try block.padded(rows).split(2, lengths)
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
    func finished(_ block: Block, _ output: Tensor) throws(TorchError) -> Tensor {
      try block.packed(output.transposed(1, 2).reshaped(block.count, block.longest, -1))
    }
    let prompt = try parts(promptBlock)
    let promptOutput = try finished(
      promptBlock,
      prompt[0].attention(
        repeated(prompt[1]), repeated(prompt[2]), causal: true, scale: scale))
    guard let block = continuationBlock, let owners else { return promptOutput }
    let own = try parts(block)
    let keys = try Tensor.concatenate([prompt[1].select(0, owners), own[1]], 2)
    let values = try Tensor.concatenate([prompt[2].select(0, owners), own[2]], 2)
    // Kernels read a mask of another type than the scores' as if it were of theirs.
    let mask = try mask?.converted(to: all.type)
    let output = try finished(
      block, own[0].attention(repeated(keys), repeated(values), mask: mask, scale: scale))
    return try Tensor.concatenate([promptOutput, output], 0)
  }
}
