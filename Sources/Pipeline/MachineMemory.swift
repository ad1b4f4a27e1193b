import Foundation
import Glibc
import Report
import Runs

/// How much memory this process may have at most: the machine's, or what a batch system grants.
struct MachineMemory {
  /// Bytes; nil where the system does not say.
  let bytes: Double?

  /// An estimate of memory is right within a factor of two; beyond it there is no doubt.
  private static let doubt = 2.0

  static var current: MachineMemory {
    let limits = [physical, addressSpace, controlGroup].compactMap { $0 }
    return MachineMemory(bytes: limits.min())
  }

  /// `needs about 12 GB, and this machine has 8 GB`; nil where it fits.
  func shortage(of needed: Double) -> String? {
    guard let bytes, needed > bytes else { return nil }
    func shown(_ value: Double) -> String {
      Numeral.bytes(Int(min(value, 1e18))).replacing("\u{A0}", with: " ")
    }
    return "needs about \(shown(needed)) of memory, and this process may have \(shown(bytes))"
  }

  /// Whether so much cannot be had, whatever an estimate may be wrong by.
  func cannotHold(_ needed: Double) -> Bool { bytes.map { needed > Self.doubt * $0 } ?? false }

  private static var physical: Double? {
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    return pages > 0 && size > 0 ? Double(pages) * Double(size) : nil
  }

  private static var addressSpace: Double? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0,
      limit.rlim_cur != RLIM_INFINITY
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
