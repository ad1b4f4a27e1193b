/// The order in which a training sees its examples: a new shuffle for every pass, each a function
/// of the seed and the pass alone, so that a resumed training needs to remember nothing.
struct Permutation {
  let count: Int
  let seed: UInt64
  private var pass = -1
  private var order: [Int] = []

  init(count: Int, seed: UInt64) {
    self.count = count
    self.seed = seed
  }

  /// Examples number `start ..< start + length` of the endless sequence of passes.
  mutating func examples(from start: Int, length: Int) -> [Int] {
    (start..<start + length).map { position in
      let (wanted, place) = position.quotientAndRemainder(dividingBy: count)
      if wanted != pass {
        order = shuffled(pass: wanted)
        pass = wanted
      }
      return order[place]
    }
  }

  private func shuffled(pass: Int) -> [Int] {
    var generator = SplitMix64(state: seed &+ UInt64(pass) &* 0xd134_2543_de82_ef95)
    return Array(0..<count).shuffled(using: &generator)
  }
}

/// Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators".
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
