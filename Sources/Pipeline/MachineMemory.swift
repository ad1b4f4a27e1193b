import Foundation
import Glibc
import Report
import Runs
import Torch

/// How much memory this process may have at most: the machine's, or what a batch system grants.
public struct MachineMemory {
  /// Bytes; nil where the system does not say.
  let bytes: Double?

  /// Of matrix products.
  var precision = Precision.full

  /// The program itself, with libtorch and what it keeps beside tensors: oneDNN keeps some of what it
  /// lays out for bfloat16.
  var program: Double { precision == .bfloat16 ? 280e6 : 200e6 }

  static var current: MachineMemory {
    let limits = [physical, addressSpace, controlGroup].compactMap { $0 }
    return MachineMemory(bytes: limits.min())
  }

  /// `needs about 12 GB, and this machine has 8 GB`; nil where it fits.
  func shortage(of needed: Double) -> String? {
    let needed = needed + program
    guard let bytes, needed > bytes else { return nil }
    func shown(_ value: Double) -> String {
      Numeral.plain(Numeral.bytes(Int(min(value, 1e18))))
    }
    return "needs about \(shown(needed)) of memory, and this process may have \(shown(bytes))"
  }

  /// Bytes for tensors; nil where the system does not say.
  var room: Double? { bytes.map { $0 - program } }

  /// Whether so much cannot be had, even if an estimate is too large by a factor of `doubt`.
  func cannotHold(_ needed: Double, doubt: Double) -> Bool {
    bytes.map { needed + program > doubt * $0 } ?? false
  }

  /// Where the system limits the address space (`ulimit -v`), refuses to begin with too little left.
  ///
  /// What libtorch cannot allocate is an error; what Swift cannot ends the process. Tensors take the
  /// most by far, and threads reserve some address space each, so that with this much left it is
  /// tensors that fail.
  ///
  /// - Throws: ``MemoryShortage``.
  public static func checkAddressSpace() throws(MemoryShortage) {
    guard let limit = addressSpace, let used = usedAddressSpace else { return }
    guard limit < used + leastRoom else { return }
    throw MemoryShortage(needed: used + leastRoom, limit: limit)
  }

  private static let leastRoom = 1.25 * Double(1 << 30)

  private static var usedAddressSpace: Double? {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
      let pages = text.split(separator: " ").first.flatMap({ Double($0) })
    else { return nil }
    return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
  }

  private static var physical: Double? {
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    return pages > 0 && size > 0 ? Double(pages) * Double(size) : nil
  }

  private static var addressSpace: Double? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0,
      limit.rlim_cur != rlim_t.max
    else { return nil }
    return Double(limit.rlim_cur)
  }

  /// Of the second version of control groups; `max` stands for none.
  private static var controlGroup: Double? {
    let file = URL(filePath: "/sys/fs/cgroup/memory.max")
    guard let data = try? Data(contentsOf: file) else { return nil }
    return Double(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines))
  }
}

/// A limit on memory under which the program cannot work.
public struct MemoryShortage: Error, Equatable, CustomStringConvertible {
  /// Bytes.
  let needed: Double
  let limit: Double

  public var description: String {
    func megabytes(_ bytes: Double) -> Int { Int((bytes / 1e6).rounded(.up)) }
    return
      "the limit on memory (ulimit -v) is \(megabytes(limit)) MB, and libtorch with its threads "
      + "needs \(megabytes(needed)) MB; raise it, or lift it (ulimit -v unlimited)"
  }
}
