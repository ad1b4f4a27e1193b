import CTorch
import Foundation
import Glibc

/// The processes that work on one run together, as torchrun and srun start them: c10d over Gloo.
///
/// A process is in one group at most. Where nobody started several, it is alone, and nothing below costs
/// anything. All ranks make the same calls in the same order.
public struct Ranks: Sendable, Equatable {
  /// This process, from 0.
  public let rank: Int
  public let count: Int

  public static let alone = Ranks(rank: 0, count: 1)
  /// Those that this process has joined.
  public private(set) nonisolated(unsafe) static var joined = alone

  /// Writes records, talks on the terminal, and decides.
  public var leads: Bool { rank == 0 }
  public var isAlone: Bool { count == 1 }

  // MARK: Coming and going

  /// Ends this process, busy with something else, because another one is gone.
  private nonisolated(unsafe) static var end: @Sendable (TorchError) -> Never = { _ in _exit(1) }

  /// Meets the others.
  ///
  /// - Parameter end: says why and ends the process, on a thread of its own, when another rank is gone and
  ///   this one has not noticed by itself.
  /// - Throws: ``TorchError`` where they do not come within two minutes.
  public static func join(
    _ launch: Launch, orElse end: @escaping @Sendable (TorchError) -> Never
  ) throws(TorchError) {
    guard launch.count > 1 else { return }
    joined = Ranks(rank: launch.rank, count: launch.count)
    self.end = end
    let status = ctorch_ranks_join(
      launch.host, Int32(launch.port), Int32(launch.rank), Int32(launch.count), launch.serves,
      launch.device, launch.name, 120
    ) { rank, words in
      Ranks.end(Ranks.joined.missing(Int(rank), String(cString: words)))
    }
    guard status == 0 else {
      joined = alone
      let place = "\(launch.host):\(launch.port)"
      throw .last("rank \(launch.rank) of \(launch.count), meeting the others at \(place)")
    }
  }

  /// Says goodbye to the others.
  ///
  /// - Parameter failure: what has gone wrong here; nil where the work is done.
  public static func leave(_ failure: String? = nil) { ctorch_ranks_leave(failure ?? "") }

  private func missing(_ rank: Int, _ words: String) -> TorchError {
    words.isEmpty ? .rankLost(rank, of: count) : .rankLeft(rank, of: count, words: words)
  }

  // MARK: Work that is cut

  /// This rank's part of a list: parts follow each other and differ by one at most.
  public func part(of count: Int) -> Range<Int> {
    count * rank / self.count..<count * (rank + 1) / self.count
  }

  /// What work on the elements of a list gives, of which each rank does its part.
  ///
  /// - Parameter work: gives one result for each element.
  public func cut<Element, Result: Codable>(
    _ list: [Element], _ work: ([Element]) throws -> [Result]
  ) throws -> [Result] {
    guard !isAlone else { return try work(list) }
    return try gather(work(Array(list[part(of: list.count)]))).flatMap(\.self)
  }

  // MARK: Exchange

  /// Every rank's value, in the order of ranks.
  public func gather<Value: Codable>(_ mine: Value) throws -> [Value] {
    guard !isAlone else { return [mine] }
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try gather(encoder.encode([mine])).map { try decoder.decode([Value].self, from: $0)[0] }
  }

  /// The leader's value.
  ///
  /// - Parameter mine: not asked for on the other ranks, which give nil.
  public func follow<Value: Codable>(_ mine: () throws -> Value) throws -> Value {
    guard !isAlone else { return try mine() }
    guard let led = try gather(leads ? mine() : nil)[0] else {
      throw TorchError.failed(operation: "following rank 0", reason: "it gave no value")
    }
    return led
  }

  private func gather(_ mine: Data) throws(TorchError) -> [Data] {
    let box = Gathered()
    let status = mine.withUnsafeBytes { bytes in
      ctorch_ranks_gather(
        bytes.bindMemory(to: UInt8.self).baseAddress, Int64(bytes.count),
        Unmanaged.passUnretained(box).toOpaque()
      ) { context, _, bytes, size in
        let box = Unmanaged<Gathered>.fromOpaque(context).takeUnretainedValue()
        box.all.append(bytes.map { Data(bytes: $0, count: Int(size)) } ?? Data())
      }
    }
    guard status == 0 else { throw lost("exchanging records") }
    return box.all
  }

  private final class Gathered {
    var all: [Data] = []
  }

  // MARK: Numbers

  /// Puts the sum over all ranks in the place of a tensor; every rank gets the same bits.
  func add(_ tensor: Tensor) throws(TorchError) {
    guard !isAlone else { return }
    guard tensor.with({ ctorch_ranks_sum($0) }) == 0 else { throw lost("adding up") }
  }

  /// Every rank's numbers in one list, of which this rank's own keep their gradient.
  ///
  /// - Parameter mine: one axis; nil for none.
  public func joined(_ mine: Tensor?, on device: Device) throws -> Tensor {
    if isAlone, let mine { return mine }
    let all: [[Float]] = try gather(mine?.values() ?? [])
    func constant(_ lists: ArraySlice<[Float]>) throws -> Tensor {
      try Tensor.of(lists.flatMap(\.self), on: device)
    }
    guard let mine else { return try constant(all[...]) }
    let sides = (try constant(all[..<rank]), try constant(all[(rank + 1)...]))
    return try Tensor.concatenate(
      [
        sides.0.converted(to: mine.type), mine, sides.1.converted(to: mine.type),
      ], 0)
  }

  /// A part of a parameter, as a list of numbers that shares its memory.
  struct Part {
    /// The parameter's place among all.
    let parameter: Int
    /// Where in the parameter it begins.
    let first: Int
    let values: Tensor

    /// Where it lies in the parameter, as a list of numbers.
    var range: Range<Int> { first..<first + values.count }
  }

  /// The parts of the parameters that this rank moves: together they hold as many numbers on every rank, or
  /// nearly.
  func own(_ parameters: [Tensor]) throws(TorchError) -> [Part] {
    let box = Parts()
    let status = Tensor.with(parameters) {
      ctorch_ranks_own($0, $1, Unmanaged.passUnretained(box).toOpaque()) {
        context, parameter, first, part in
        let box = Unmanaged<Parts>.fromOpaque(context).takeUnretainedValue()
        box.all.append(
          Part(parameter: Int(parameter), first: Int(first), values: Tensor.adopt(part)))
      }
    }
    guard status == 0 else { throw .last("sharing out parameters") }
    return box.all
  }

  private final class Parts {
    var all: [Part] = []
  }

  /// Adds up the ranks' gradients: the sums come to the parts, and the parameters keep none.
  func reduceGradients(of parameters: [Tensor], to parts: [Tensor]) throws(TorchError) {
    let status = Tensor.with(parameters) { parameters, count in
      Tensor.with(parts) { ctorch_ranks_reduce_gradients(parameters, count, $0, $1) }
    }
    guard status == 0 else { throw lost("adding up gradients") }
  }

  /// Puts into everyone's parameters what each rank has moved.
  func gatherParameters(_ parameters: [Tensor]) throws(TorchError) {
    let status = Tensor.with(parameters) { ctorch_ranks_gather_parameters($0, $1) }
    guard status == 0 else { throw lost("gathering parameters") }
  }

  /// Why a call has failed: who is gone, where somebody is.
  private func lost(_ operation: String) -> TorchError {
    let reason = String(cString: ctorch_error())
    var hasLeft = false
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { words in
      guard let start = words.baseAddress else { preconditionFailure("room for no words") }
      let gone = ctorch_ranks_gone(&hasLeft, start, Int32(words.count))
      guard gone >= 0 else {
        return .failed(operation: "\(operation), rank \(rank) of \(count)", reason: reason)
      }
      // Who has left without a word was let go, and is missed all the same.
      return missing(Int(gone), String(cString: start))
    }
  }
}
