/// Styles of pages: system fonts, two palettes that colour-blind readers can tell apart, print. They
/// are the files of `Page`, compiled in.
enum PageStyle {
  private static let palette = HTML(compiledIn: PackageResources.palette_css)
  static let report: HTML = "\(palette)\(HTML(compiledIn: PackageResources.page_css))"
  static let annotation: HTML = "\(palette)\(HTML(compiledIn: PackageResources.annotate_css))"
}
