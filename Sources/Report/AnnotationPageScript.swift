/// The script of ``AnnotationPage``: shows one comparison after the other, and saves the answers.
///
/// It makes elements and sets their text; no text of the study ever becomes markup.
enum AnnotationPageScript {
  static let source: HTML = "\(state)\(files)\(view)\(actions)"
}
