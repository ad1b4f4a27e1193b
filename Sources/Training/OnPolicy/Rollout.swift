import Torch

/// Completions that the policy drew a moment ago, as a method's loss sees them: numbers per token,
/// never tokens and never logits.
///
/// Axes are `[sample, time]`; samples of a prompt stand together. Behind the end of a completion
/// everything is 0, whatever was given.
public struct Rollout {
  /// log π(y_t | x, y_<t) of the policy being trained, in nats, with gradient.
  public let policy: Tensor
  /// The same of the policy that drew the completions, constant.
  public let old: Tensor
  /// The same of the frozen reference, constant.
  public let reference: Tensor
  /// A_t of ``Credit``, constant.
  public let advantages: Tensor
  /// Which places hold a token.
  public let valid: Tensor
  /// Tokens of each sample, `[sample]`.
  public let lengths: Tensor
  /// The longest completion that could have been drawn, in tokens.
  public let limit: Int
  /// β, the strength of the pull towards the reference.
  public let kl: Double

  /// Checks the shapes. Everything but `policy` is converted to its type and cut off from
  /// gradients.
  ///
  /// - Parameters:
  ///   - policy: float32 or float64.
  ///   - lengths: of each sample; places behind them are not read.
  /// - Throws: ``TorchError/shape(operation:expected:found:)`` naming the part whose shape differs
  ///   from the policy's.
  public init(
    policy: Tensor, old: Tensor, reference: Tensor, advantages: Tensor, lengths: [Int],
    limit: Int, kl: Double
  ) throws(TorchError) {
    let (samples, time) = try policy.sizes("sample", "time")
    guard lengths.count == samples, lengths.allSatisfy({ (0...time).contains($0) }) else {
      throw .shape(
        operation: "rollout: lengths", expected: "\(samples) numbers up to \(time)", found: lengths)
    }
    let valid = try Tensor.of(
      lengths.flatMap { length in (0..<time).map { $0 < length } }, [samples, time],
      on: policy.device)
    let absent = try valid.not()
    func constant(_ part: Tensor, _ name: String) throws(TorchError) -> Tensor {
      guard part.sizes == [samples, time] else {
        throw .shape(
          operation: "rollout: \(name)", expected: "[sample \(samples), time \(time)]",
          found: part.sizes)
      }
      return try part.detached().converted(to: policy.type).filled(where: absent, with: 0)
    }
    self.policy = try policy.filled(where: absent, with: 0)
    self.old = try constant(old, "old")
    self.reference = try constant(reference, "reference")
    self.advantages = try constant(advantages, "advantages")
    self.valid = valid
    self.lengths = try Tensor.of(lengths.map(Double.init), on: policy.device)
      .converted(to: policy.type)
    self.limit = limit
    self.kl = kl
  }

  /// From episodes and their credits, for which `policy` is `[sample, time]`.
  public init(
    policy: Tensor, _ episodes: [Episode], _ credits: [Credit], limit: Int, kl: Double
  ) throws(TorchError) {
    let (_, time) = try policy.sizes("sample", "time")
    try self.init(
      policy: policy, old: Rollout.padded(episodes.map(\.old), time, on: policy.device),
      reference: Rollout.padded(episodes.map(\.reference), time, on: policy.device),
      advantages: Rollout.padded(credits.map(\.advantages), time, on: policy.device),
      lengths: episodes.map(\.old.count), limit: limit, kl: kl)
  }

  /// Numbers per token as float64 `[sample, time]`.
  static func padded(
    _ rows: [[Double]], _ time: Int, on device: Device
  ) throws(TorchError) -> Tensor {
    try Tensor.of(
      rows.flatMap { $0 + [Double](repeating: 0, count: max(0, time - $0.count)) },
      [rows.count, time], on: device)
  }

  /// log π − log π_old of each token, `[sample, time]`, with the policy's gradient.
  public func logRatios() throws(TorchError) -> Tensor { try policy - old }

  /// The advantage of each sample's first token, `[sample]`: that of the whole sample for methods
  /// that give all its tokens the same.
  public func sampleAdvantages() throws(TorchError) -> Tensor {
    try advantages.slice(1, 0..<1).squeezed(1)
  }
}
