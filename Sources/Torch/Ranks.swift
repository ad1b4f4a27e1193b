import CTorch
import Foundation

/// The processes that work on one run together, as torchrun and srun start them: c10d over Gloo.
///
/// A process is in one group at most. Where nobody started several, it is alone, and nothing below costs
/// anything.
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

  /// Meets the others.
  ///
  /// - Throws: ``TorchError`` where the place of meeting cannot be reached within a minute.
  public static func join(_ launch: Launch) throws(TorchError) {
    guard launch.count > 1 else { return }
    let status = ctorch_ranks_join(
      launch.host, Int32(launch.port), Int32(launch.rank), Int32(launch.count), launch.serves,
      launch.device, launch.name)
    guard status == 0 else {
      let place = "\(launch.host):\(launch.port)"
      throw .last("rank \(launch.rank) of \(launch.count) meeting the others at \(place)")
    }
    joined = Ranks(rank: launch.rank, count: launch.count)
  }

  /// Says goodbye to the others.
  public static func leave() { ctorch_ranks_leave() }

  /// Puts the sum over all ranks in the place of each one's gradients. A parameter that has none on any
  /// rank keeps none.
  public func sumGradients(of parameters: [Tensor]) throws(TorchError) {
    guard !isAlone else { return }
    let status = Tensor.with(parameters) { ctorch_ranks_sum_gradients($0, $1) }
    guard status == 0 else { throw lost("summing gradients") }
  }

  /// Puts the leader's values in the place of everyone's.
  public func share(_ tensors: [Tensor]) throws(TorchError) {
    guard !isAlone else { return }
    let status = Tensor.with(tensors) { ctorch_ranks_share($0, $1) }
    guard status == 0 else { throw lost("sharing weights") }
  }

  /// Every rank's bytes, in the order of ranks.
  public func gather(_ mine: Data) throws(TorchError) -> [Data] {
    guard !isAlone else { return [mine] }
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
  public func follow<Value: Codable>(_ mine: Value) throws -> Value { try gather(mine)[0] }

  /// This rank's part of a list: parts follow each other and differ by one at most.
  public func part<Element>(of list: [Element]) -> ArraySlice<Element> {
    list[(list.count * rank / count)..<(list.count * (rank + 1) / count)]
  }

  private func lost(_ operation: String) -> TorchError {
    let reason = String(cString: ctorch_error())
    var hasLeft = false
    let gone = ctorch_ranks_gone(&hasLeft)
    guard gone >= 0 else {
      return .failed(operation: "\(operation), rank \(rank) of \(count)", reason: reason)
    }
    return hasLeft ? .rankLeft(Int(gone), of: count) : .rankLost(Int(gone), of: count)
  }

  private final class Gathered {
    var all: [Data] = []
  }
}
