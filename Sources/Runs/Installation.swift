import Foundation
import Glibc

/// What to run where a program or a library of Plumb is missing: in a source tree, or where it was
/// installed without one.
public enum Installation {
  /// The script beside the programs that finds libtorch and Arrow, where they were installed.
  private static let setup: String? = {
    let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    let script = own.appending(path: "setup").filePath
    return access(script, X_OK) == 0 ? script : nil
  }()

  /// Makes the programs again.
  public static var programs: String {
    setup == nil ? "make build" : "installing Plumb again"
  }

  /// Finds libtorch again.
  public static var libtorch: String { setup ?? "make setup" }

  /// Gets what reads Parquet.
  public static var parquet: String {
    setup.map { "\($0) parquet" } ?? "make parquet in Plumb's source"
  }
}
