import CPCRE2

/// A compiled regular expression over UTF-8 bytes.
///
/// PCRE2 with JIT. Tokenizer files are written for Oniguruma, so ``PatternDialect`` first
/// rewrites what the two read differently.
final class Pattern: Sendable {
  /// Steps one match may take, and kilobytes of heap: real patterns need a few hundred.
  private static let matchLimit: UInt32 = 3_000
  private static let depthLimit: UInt32 = 10_000
  private static let heapLimit: UInt32 = 16_384

  // Written once here; PCRE2 documents compiled patterns as read-only and shareable.
  nonisolated(unsafe) private let code: OpaquePointer

  /// - Throws: the reason why PCRE2 refuses the pattern.
  init(_ source: String) throws(PatternError) {
    guard source.utf8.count <= 20_000 else {
      throw PatternError(problem: "the pattern is longer than 20,000 bytes")
    }
    let translated = Array(try PatternDialect.translate(source).utf8)
    guard let context = pcre2_compile_context_create_8(nil) else {
      throw PatternError(problem: "no memory for the pattern")
    }
    defer { pcre2_compile_context_free_8(context) }
    pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
    pcre2_set_parens_nest_limit_8(context, 100)
    var error: Int32 = 0
    var offset = 0
    let options = UInt32(PCRE2_UTF) | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C
    guard
      let code = pcre2_compile_8(translated, translated.count, options, &error, &offset, context)
    else {
      var message = [UInt8](repeating: 0, count: 256)
      let length = pcre2_get_error_message_8(error, &message, message.count)
      let text = String(decoding: message.prefix(Int(max(0, length))), as: UTF8.self)
      throw PatternError(problem: "\(text) at byte \(offset) of \(Shown.text(source))")
    }
    // Without JIT the interpreter matches the same, only slower.
    _ = pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE)
    self.code = code
  }

  deinit { pcre2_code_free_8(code) }

  /// Calls `body` with every match, left to right; offsets count from the start of `bytes`.
  ///
  /// When a match exceeds its limits, which takes a hostile pattern, matching ends there and
  /// the rest of the text counts as unmatched: the work stays bounded and the result the same.
  ///
  /// - Parameter bytes: valid UTF-8.
  func forEachMatch(in bytes: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
    guard let match = pcre2_match_data_create_8(1, nil) else { return }
    defer { pcre2_match_data_free_8(match) }
    guard let context = pcre2_match_context_create_8(nil) else { return }
    defer { pcre2_match_context_free_8(context) }
    pcre2_set_match_limit_8(context, Self.matchLimit)
    pcre2_set_depth_limit_8(context, Self.depthLimit)
    pcre2_set_heap_limit_8(context, Self.heapLimit)
    guard let ends = pcre2_get_ovector_pointer_8(match) else { return }
    var empty: UInt8 = 0
    withUnsafePointer(to: &empty) { nothing in
      let subject = bytes.baseAddress ?? nothing
      var offset = 0
      while offset <= bytes.count {
        var status = pcre2_match_8(
          code, subject, bytes.count, offset, PCRE2_NO_UTF_CHECK, match, context)
        if status == PCRE2_ERROR_JIT_STACKLIMIT {
          status = pcre2_match_8(
            code, subject, bytes.count, offset, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, match, context)
        }
        guard status >= 0, ends[0] <= ends[1], ends[1] <= bytes.count else { return }
        body(Int(ends[0])..<Int(ends[1]))
        offset = Int(ends[1])
        if ends[0] == ends[1] {
          offset += offset < bytes.count ? Unicode8.width(bytes[offset]) : 1
        }
      }
    }
  }
}

/// Why a pattern is refused.
struct PatternError: Error, Equatable {
  let problem: String
}
