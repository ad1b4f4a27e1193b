import Torch

/// Rows that are being written, with the keys and values of all they have read.
///
/// One cache per layer, allocated once: the prompt's places first (padded to the longest), then one
/// place per step, the same for all rows.
struct DecodingBatch {
  private let model: Decoder
  /// Original index of each row still being written.
  private(set) var rows: [Int]
  /// State that predicts the next token, `[row, hidden]`.
  private(set) var hidden: Tensor
  /// Per layer `[row, key-value head, place, size]`.
  private var keys: [Tensor] = []
  private var values: [Tensor] = []
  /// `[row, 1, 1, place]`, −∞ where a short prompt has padding; nil when all have one length.
  private var mask: Tensor?
  /// Next position of each row.
  private var lengths: [Int]
  private let promptPlaces: Int
  private var step = 0
  /// Rows of the caches that are still written; others wait to be dropped.
  private var slots: [Int]

  init(_ model: Decoder, _ prompts: [[Int]], count: Int, room: Int) throws {
    self.model = model
    let configuration = model.configuration
    let layout = try Layout(
      prompts: prompts, positions: configuration.positions, on: model.device)
    promptPlaces = layout.promptBlock.longest
    let places = promptPlaces + room
    let total = prompts.count * count
    let owners = try Tensor.of((0..<total).map { $0 / count }, on: model.device)
    let heads = configuration.heads
    let keyValueHeads = configuration.keyValueHeads
    let size = configuration.headSize
    var keys: [Tensor] = []
    var values: [Tensor] = []
    let type = model.parameters[0].type
    let states = try model.run(ids: layout.ids, positions: layout.positions) {
      (_: Int, all: Tensor) throws(TorchError) in
      let parts = try layout.promptBlock.padded(all)
        .split(2, [heads, keyValueHeads, keyValueHeads])
      for (part, isKey) in [(parts[1], true), (parts[2], false)] {
        let cache = try Tensor.zeros(
          [total, keyValueHeads, places, size], type: type, on: model.device)
        try cache.write(part.transposed(1, 2).select(0, owners), 2, at: 0)
        if isKey { keys.append(cache) } else { values.append(cache) }
      }
      return try layout.attend(all, heads: heads, keyValueHeads: keyValueHeads)
    }
    self.keys = keys
    self.values = values
    let last = (0..<total).map {
      layout.promptStarts[$0 / count] + prompts[$0 / count].count - 1
    }
    hidden = try states.select(0, try Tensor.of(last, on: model.device))
    rows = Array(0..<total)
    slots = rows
    lengths = rows.map { prompts[$0 / count].count }
    if let shortest = prompts.map(\.count).min(), shortest < promptPlaces {
      var blocked = [Float](repeating: 0, count: total * places)
      for row in 0..<total {
        for place in lengths[row]..<promptPlaces { blocked[row * places + place] = -.infinity }
      }
      mask = try Tensor.of(blocked, [total, 1, 1, places], on: model.device).converted(to: type)
    }
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
    let configuration = model.configuration
    let heads = configuration.heads
    let keyValueHeads = configuration.keyValueHeads
    let size = configuration.headSize
    let place = promptPlaces + step
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
    let visible = try mask?.slice(3, 0..<place + 1)
    let states = try model.run(
      ids: try Tensor.of(slotIDs, on: model.device),
      positions: try Tensor.of(slotPositions, on: model.device)
    ) { (layer: Int, all: Tensor) throws(TorchError) in
      let parts = try all.split(1, [heads, keyValueHeads, keyValueHeads])
      try keys[layer].write(parts[1].unsqueezed(2), 2, at: place)
      try values[layer].write(parts[2].unsqueezed(2), 2, at: place)
      // Query heads that share a key head stand where time would: no key is repeated.
      return try parts[0].reshaped(held, keyValueHeads, heads / keyValueHeads, size)
        .attention(
          keys[layer].slice(2, 0..<place + 1), values[layer].slice(2, 0..<place + 1),
          mask: visible, scale: 1 / Double(size).squareRoot()
        )
        .reshaped(held, heads * size)
    }
    for index in lengths.indices { lengths[index] += 1 }
    step += 1
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
    mask = try mask?.select(0, kept)
    slots = Array(slots.indices)
  }
}
