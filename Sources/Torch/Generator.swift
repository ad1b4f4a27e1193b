import CTorch

/// A named stream of random numbers. Each consumer has its own, so that adding one does not shift
/// another's numbers. Numbers are made on the CPU and are the same for every device.
public final class Generator {
  private let handle: OpaquePointer

  /// - Parameters:
  ///   - seed: of the run.
  ///   - stream: the consumer's name; different names give unrelated streams.
  public init(seed: UInt64, stream: String) throws(TorchError) {
    guard let made = ctorch_generator(Generator.mix(seed, stream)) else {
      throw .last("generator")
    }
    handle = made
  }

  deinit { ctorch_generator_release(handle) }

  /// A seed of its own for a named consumer: FNV-1a over the name, then one SplitMix64 round with the seed.
  public static func mix(_ seed: UInt64, _ stream: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in stream.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    var mixed = (hash ^ seed) &+ 0x9e37_79b9_7f4a_7c15
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// Uniform in [0, 1).
  public func uniform(_ sizes: [Int]) throws(TorchError) -> Tensor {
    try Tensor.make("uniform") {
      withExtendedLifetime(self) {
        ctorch_uniform(sizes.map(Int64.init), Int32(sizes.count), handle)
      }
    }
  }

  /// Normal with mean 0.
  public func normal(
    _ sizes: [Int], deviation: Double, type: ElementType = .float32
  ) throws(TorchError) -> Tensor {
    try Tensor.make("normal") {
      withExtendedLifetime(self) {
        ctorch_normal(sizes.map(Int64.init), Int32(sizes.count), deviation, type.code, handle)
      }
    }
  }

  /// All that is needed to go on with the same numbers: `[bytes]`, one byte per int64.
  public func state() throws(TorchError) -> Tensor {
    try Tensor.make("generator state") {
      withExtendedLifetime(self) { ctorch_generator_state(handle) }
    }
  }

  public func restore(_ state: Tensor) throws(TorchError) {
    try state.perform("restore generator") { state in
      withExtendedLifetime(self) { ctorch_generator_restore(handle, state) }
    }
  }
}

extension Tensor {
  /// One id per row of these logits, drawn from softmax(logits / temperature), and its
  /// log-probability under that whole distribution, in nats, whatever may not be drawn of it.
  ///
  /// - Parameters:
  ///   - uniform: `[row]` in [0, 1): each row's draw depends on its own number alone.
  ///   - temperature: 0 takes the most likely id (log-probability at temperature 1).
  ///   - allowed: only the first so many ids are drawn; all where it is nil.
  ///   - truncation: which of these are left out.
  public func draw(
    uniform: Tensor, temperature: Double, allowed: Int? = nil, truncation: Truncation = .none
  ) throws(TorchError) -> (ids: Tensor, logProbabilities: Tensor) {
    var second: OpaquePointer?
    let ids = try make("draw") { logits in
      uniform.with {
        ctorch_draw(
          logits, $0, temperature, Int64(allowed ?? -1), Int64(truncation.topK ?? 0),
          truncation.topP, &second)
      }
    }
    guard let second else { throw .last("draw") }
    return (ids, Tensor.adopt(second))
  }
}
