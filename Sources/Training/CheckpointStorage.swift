import Policy
import Torch

/// What a checkpoint stores weights as. They are trained as float32 whatever it is.
public enum CheckpointStorage: String, CaseIterable, Sendable {
  /// Each tensor as the model came; float32 for one from scratch.
  case asFound = "as-found"
  case float32
  case bfloat16
  case float16

  func apply(to model: Decoder) {
    switch self {
    case .asFound: break
    case .float32: model.stored = StoredTypes(.float32)
    case .bfloat16: model.stored = StoredTypes(.bfloat16)
    case .float16: model.stored = StoredTypes(.float16)
    }
  }
}
