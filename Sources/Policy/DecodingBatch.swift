import Torch

/// Rows that are being written, with the keys and values of all they have read.
///
/// One cache per layer, allocated once. Each row's places are its prompt's and then its own tokens,
/// without a gap, so a row looks at as many places as it has read.
struct DecodingBatch {
  private let model: Decoder
  /// Original index of each row still being written.
  private(set) var rows: [Int]
  /// State that predicts the next token, `[row, hidden]`.
  private var hidden: Tensor
  /// Per layer `[row, key-value head, place, size]`.
  private var keys: [Tensor] = []
  private var values: [Tensor] = []
  /// Tokens that each row has read: its next position.
  private var lengths: [Int]
  /// Rows of the caches that are still written; others wait to be dropped.
  private var slots: [Int]

  init(_ model: Decoder, _ prompts: [[Int]], count: Int, room: Int) throws {
    self.model = model
    let configuration = model.configuration
    let layout = try Layout(
      prompts: prompts, positions: configuration.positions, on: model.device)
    let places = layout.promptPadding.longest + room
    let total = prompts.count * count
    let owners = try Tensor.of((0..<total).map { $0 / count }, on: model.device)
    let heads = configuration.heads
    let keyValueHeads = configuration.keyValueHeads
    let size = configuration.headSize
    var keys: [Tensor] = []
    var values: [Tensor] = []
    let type = model.parameters[0].type
    let ends = prompts.indices.map { layout.promptStarts[$0] + prompts[$0].count - 1 }
    let states = try model.run(
      ids: layout.ids, positions: layout.positions,
      keeping: try Tensor.of(ends, on: model.device)
    ) {
      (layer: Int, all: Tensor) throws(TorchError) in
      let parts = try layout.promptPadding.padded(all)
        .split(2, [heads, keyValueHeads, keyValueHeads])
      for (part, isKey) in [(parts[1], true), (parts[2], false)] {
        let cache = try Tensor.zeros(
          [total, keyValueHeads, places, size], type: type, on: model.device)
        try cache.write(part.transposed(1, 2).select(0, owners), 2, at: 0)
        if isKey { keys.append(cache) } else { values.append(cache) }
      }
      return try layout.attend(all, configuration, layer: layer)
    }
    self.keys = keys
    self.values = values
    hidden = try states.select(0, owners)
    rows = Array(0..<total)
    slots = rows
    lengths = rows.map { prompts[$0 / count].count }
  }

  /// Scores of the next token, `[row, vocab]`.
  func logits() throws(TorchError) -> Tensor {
    try model.logits(hidden)
  }

  /// Reads one more token of the rows that go on, and forgets the others.
  ///
  /// - Parameters:
  ///   - ids: the next token of every current row.
  ///   - going: indices of the rows that go on.
  mutating func advance(_ ids: [Int], keeping going: [Int]) throws(TorchError) {
    rows = going.map { rows[$0] }
    slots = going.map { slots[$0] }
    lengths = going.map { lengths[$0] }
    try compact()
    let held = keys[0].sizes[0]
    // Rows that left but still hold a slot are run along with token 0; nobody reads them.
    var slotIDs = [Int](repeating: 0, count: held)
    var slotPositions = [Int](repeating: 0, count: held)
    for (index, slot) in slots.enumerated() {
      slotIDs[slot] = ids[going[index]]
      slotPositions[slot] = lengths[index]
    }
    let keys = keys
    let values = values
    let places = try Tensor.of(slotPositions, on: model.device)
    let configuration = model.configuration
    let states = try model.run(
      ids: try Tensor.of(slotIDs, on: model.device), positions: places
    ) { (layer: Int, all: Tensor) throws(TorchError) in
      try all.attention(
        intoCache: keys[layer], values[layer], at: places,
        window: configuration.window(layer: layer),
        scale: configuration.attentionScale(layer: layer), cap: configuration.attentionCap)
    }
    for index in lengths.indices { lengths[index] += 1 }
    hidden =
      held == slots.count ? states : try states.select(0, try Tensor.of(slots, on: model.device))
  }

  /// Drops the slots of rows that left, once they are a quarter: copying a cache costs about as
  /// much as a step of it.
  private mutating func compact() throws(TorchError) {
    let held = keys[0].sizes[0]
    guard slots.count * 4 <= held * 3 else { return }
    let kept = try Tensor.of(slots, on: model.device)
    for layer in keys.indices {
      keys[layer] = try keys[layer].select(0, kept)
      values[layer] = try values[layer].select(0, kept)
    }
    slots = Array(slots.indices)
  }
}
