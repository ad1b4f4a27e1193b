import Foundation
import Runs

/// The one script of a page: it reads text and numbers from the page and never makes markup. A report
/// without it lacks nothing but search, order and filters.
struct PageScript {
  let source: HTML
  /// Base64 of the SHA-256 of ``source``, as the page's policy names it.
  let hash: String

  /// Of reports: search, order and filters over what the page already holds.
  static let report = PageScript(HTML(compiledIn: PackageResources.page_js))
  /// Of pages on which people compare answers.
  static let annotation = PageScript(HTML(compiledIn: PackageResources.annotate_js))

  private init(_ source: HTML) {
    self.source = source
    let digits = Array(SHA256.hex(of: source.source).utf8)
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
    }
    hash = Data(bytes).base64EncodedString()
  }
}
