import Runs
import Torch

extension PreferenceQuestion {
  /// A number in 0 ..< 1 that is the same for both orders of the completions, and for every asking.
  func uniform(seed: UInt64, _ purpose: String) -> Double {
    let bytes = [first, second].map { Array($0.utf8) }
    let isSorted = !bytes[1].lexicographicallyPrecedes(bytes[0])
    let (one, other) = isSorted ? (first, second) : (second, first)
    // Lengths in front keep apart texts that read the same one after the other.
    let text = [purpose, prompt.words, one, other].map { "\($0.utf8.count):\($0)" }.joined()
    return Double(Generator.mix(seed, text) >> 11) * 0x1p-53
  }
}
