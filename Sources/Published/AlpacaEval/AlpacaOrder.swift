import Runs
import Statistics

/// In which order AlpacaEval shows the two answers to an instruction.
///
/// CPython's generator is seeded with the text `is_switched_outputs` + instruction + `0`: the whole
/// number whose bytes are the UTF-8 text followed by its SHA-512. The answers are switched where the
/// first 32 bits it gives begin with a 1.
public enum AlpacaOrder {
  /// Whether the model's answer is shown first, instead of the baseline's.
  public static func isSwitched(_ instruction: String) -> Bool {
    firstOutput("is_switched_outputs\(instruction)0") >> 31 == 1
  }

  /// The first 32 bits of CPython's generator after `random.seed(text)`.
  static func firstOutput(_ text: String) -> UInt32 {
    let bytes = Array(text.utf8)
    var generator = MersenneTwister(bigEndian: bytes + SHA512.digest(of: bytes))
    return generator.next()
  }
}
