import Foundation
import Torch

/// Rotary position embedding in the rotate-half convention of Hugging Face.
///
/// Source: Su et al. 2021, "RoFormer"; frequency scaling as in `transformers`' `rope_utils`.
struct Rotary {
  let frequencies: [Double]
  let positions: Int

  init(_ configuration: ModelConfiguration) {
    let size = configuration.headSize
    positions = configuration.positions
    frequencies = stride(from: 0, to: size, by: 2).map { index in
      let plain = pow(configuration.rotaryBase, -Double(index) / Double(size))
      switch configuration.rotaryScaling {
      case .none: return plain
      case .linear(let factor): return plain / factor
      case .llama3(let factor, let low, let high, let original):
        let wavelength = 2 * Double.pi / plain
        let context = Double(original)
        if wavelength < context / high { return plain }
        if wavelength > context / low { return plain / factor }
        let smooth = (context / wavelength - low) / (high - low)
        return (1 - smooth) * plain / factor + smooth * plain
      }
    }
  }

  /// `[position, head size / 2]` cosines and sines.
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
        cosines.append(cos(angle))
        sines.append(sin(angle))
      }
    }
    let sizes = [positions, frequencies.count]
    return (
      try Tensor.of(cosines, sizes).converted(to: type).moved(to: device),
      try Tensor.of(sines, sizes).converted(to: type).moved(to: device)
    )
  }
}
