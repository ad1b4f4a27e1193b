import CParquet
import Foundation
import Runs

/// The library beside the program that reads Parquet, built where set-up found Apache Arrow.
///
/// It is loaded when the first such file is opened: programs start without it, and work without it.
public enum ParquetLibrary {
  /// What reads Parquet here, as in `Arrow 26.0.0`; or why nothing does, and what to do.
  public static var reader: String {
    do throws(Absence) {
      return String(cString: try load().library)
    } catch {
      switch error {
      case .notBuilt: return "not read by this build; \(Installation.parquet)"
      case .unusable(let reason):
        return "cannot be loaded (\(reason)); \(Installation.parquet) again"
      }
    }
  }

  static let file = "libPlumbParquet.so"

  /// Why there is none, to follow the name of a file.
  enum Absence: Error, Equatable {
    case notBuilt
    case unusable(String)

    var description: String {
      switch self {
      case .notBuilt:
        "is a Parquet file, which this build does not read: run \(Installation.parquet), or "
          + ForeignFile.python(
            "import pandas; pandas.read_parquet",
            ".to_json('OUT.jsonl', orient='records', lines=True)")
      case .unusable(let reason):
        "is a Parquet file, and what reads it cannot be loaded (\(reason)); run \(Installation.parquet) again"
      }
    }
  }

  /// - Parameter folder: where it lies; that of this program when nil.
  static func load(from folder: URL? = nil) throws(Absence) -> plumb_parquet_functions {
    let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    let path = (folder ?? program.deletingLastPathComponent()).appending(path: file).path
    guard access(path, F_OK) == 0 else { throw .notBuilt }
    // Local: its symbols and those of Arrow are nobody else's business, libtorch's above all.
    guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      throw .unusable(String(cString: dlerror()))
    }
    guard let symbol = dlsym(library, PLUMB_PARQUET_SYMBOL) else {
      throw .unusable("\(path) lacks \(PLUMB_PARQUET_SYMBOL)")
    }
    typealias Entry = @convention(c) () -> UnsafePointer<plumb_parquet_functions>?
    guard let functions = unsafeBitCast(symbol, to: Entry.self)()?.pointee else {
      throw .unusable("\(path) gives no functions")
    }
    guard functions.version == PLUMB_PARQUET_VERSION else {
      throw .unusable("\(path) is of another version of Plumb")
    }
    return functions
  }
}
