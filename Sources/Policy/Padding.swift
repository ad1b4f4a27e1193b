import Torch

/// Where sequences of several lengths, one after the other in rows, lie when each is padded to the
/// longest.
struct Padding {
  let count: Int
  let longest: Int
  /// Of all sequences together.
  let rows: Int
  /// `[count · longest]` row of each padded place, or −1.
  private let places: Tensor
  /// `[row]` padded place of each row.
  private let inverse: Tensor

  init(_ lengths: [Int], on device: Device) throws(TorchError) {
    count = lengths.count
    longest = lengths.max() ?? 0
    rows = lengths.reduce(0, +)
    var places = [Int](repeating: -1, count: count * longest)
    var inverse: [Int] = []
    inverse.reserveCapacity(rows)
    for (index, length) in lengths.enumerated() {
      for time in 0..<length {
        places[index * longest + time] = inverse.count
        inverse.append(index * longest + time)
      }
    }
    self.places = try Tensor.of(places, on: device)
    self.inverse = try Tensor.of(inverse, on: device)
  }

  /// Nothing is padded: all sequences are equally long.
  private var isDense: Bool { rows == count * longest }

  /// `[row, …]` to `[count, longest, …]`, 0 behind the end of a sequence.
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
