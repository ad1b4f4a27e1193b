import Foundation
import Torch

/// Rotary position embedding in the rotate-half convention of Hugging Face.
///
/// Source: Su et al. 2021, "RoFormer"; frequency scaling as in `transformers`' `rope_utils`.
struct Rotary {
  let frequencies: [Double]
  let positions: Int
  /// What cosines and sines are multiplied by.
  let magnitude: Double

  init(_ configuration: ModelConfiguration) {
    let size = configuration.rotarySize
    positions = configuration.positions
    if case .yarn(let yarn) = configuration.rotaryScaling {
      magnitude = yarn.magnitude
    } else {
      magnitude = 1
    }
    let ramp = Rotary.ramp(configuration)
    frequencies = stride(from: 0, to: size, by: 2).map { index in
      let plain = pow(configuration.rotaryBase, -Double(index) / Double(size))
      switch configuration.rotaryScaling {
      case .none, .dynamic: return plain
      case .linear(let factor): return plain / factor
      case .llama3(let factor, let low, let high, let original):
        let wavelength = 2 * Double.pi / plain
        let context = Double(original)
        if wavelength < context / high { return plain }
        if wavelength > context / low { return plain / factor }
        let smooth = (context / wavelength - low) / (high - low)
        return (1 - smooth) * plain / factor + smooth * plain
      case .yarn(let yarn):
        let divided = ramp(index / 2)
        return divided * plain / yarn.factor + (1 - divided) * plain
      }
    }
  }

  /// How far a frequency of YaRN goes over from what it is, 0, to what the factor divides it to, 1.
  private static func ramp(_ configuration: ModelConfiguration) -> (Int) -> Double {
    guard case .yarn(let yarn) = configuration.rotaryScaling else { return { _ in 0 } }
    let size = Double(configuration.rotarySize)
    /// The frequency that turns so often over the original context.
    func place(_ turns: Double) -> Double {
      size * log(Double(yarn.original) / (turns * 2 * Double.pi))
        / (2 * log(configuration.rotaryBase))
    }
    let (first, last) = (place(yarn.fast), place(yarn.slow))
    let begin = max(0, yarn.isTruncated ? first.rounded(.down) : first)
    let end = min(size - 1, yarn.isTruncated ? last.rounded(.up) : last)
    let width = begin == end ? 0.001 : end - begin
    return { min(1, max(0, (Double($0) - begin) / width)) }
  }

  /// `[position, angle]` cosines and sines.
  func tables(type: ElementType, on device: Device) throws(TorchError) -> (
    cosine: Tensor, sine: Tensor
  ) {
    var cosines: [Double] = []
    var sines: [Double] = []
    for position in 0..<positions {
      for frequency in frequencies {
        // The angle is rounded to float32, as the peers compute it.
        let angle =
          type == .float64
          ? Double(position) * frequency : Double(Float(position) * Float(frequency))
        cosines.append(magnitude * cos(angle))
        sines.append(magnitude * sin(angle))
      }
    }
    let sizes = [positions, frequencies.count]
    return (
      try Tensor.of(cosines, sizes).converted(to: type).moved(to: device),
      try Tensor.of(sines, sizes).converted(to: type).moved(to: device)
    )
  }
}
