import Foundation

extension RunDirectory {
  /// A file name for any id: characters outside `A–Z a–z 0–9 . _ -` are replaced, and a piece of
  /// the id's hash keeps names apart that were changed.
  public static func workName(of id: String) -> String {
    let kept = id.unicodeScalars.map { scalar -> Character in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": Character(scalar)
      default: "_"
      }
    }
    let name = String(kept.prefix(100))
    guard name != id || name.hasPrefix(".") || name.isEmpty else { return name }
    return "_\(name)-\(SHA256.hex(of: id).prefix(8))"
  }

  /// What the evaluation's work on a policy left: every completion with all that was computed for it.
  public func evaluationWork(of policy: String) -> URL {
    url.appending(path: "evaluation").appending(path: Self.workName(of: policy))
      .appending(path: "samples.jsonl")
  }
}
