extension Figure {
  /// Tables of which the reader chooses one; on paper all of them stand, one below the other.
  ///
  /// It works without a script. At most as many as `page.css` knows places for.
  ///
  /// - Parameter id: unique in the page.
  static func views(_ views: [(title: String, body: HTML)], id: String) -> HTML {
    guard views.count > 1 else { return HTML(views.map(\.body)) }
    var choices: HTML = ""
    var bodies: HTML = ""
    for (place, view) in views.enumerated() {
      let name = "\(id)-\(place + 1)"
      choices += """
        <input type="radio" name="\(attribute: id)" id="\(attribute: name)"\(place == 0 ? " checked" : "")>\
        <label for="\(attribute: name)">\(text: view.title)</label>
        """
      bodies += "<div class=\"view\">\(view.body)</div>\n"
    }
    return "<div class=\"views\">\(choices)\n\(bodies)</div>\n"
  }
}
