/// Numbers of categories, sorted by what they are called: rows in another order give the same ones.
struct CategoryCodes<Category: Hashable> {
  let categories: [Category]
  let places: [Category: Int]

  init(_ ratings: [Category]) {
    let named = Set(ratings).map { (name: Array("\($0)".utf8), category: $0) }
    categories = named.sorted { $0.name.lexicographicallyPrecedes($1.name) }.map(\.category)
    places = Dictionary(
      categories.enumerated().map { ($1, $0) }, uniquingKeysWith: { one, _ in one })
  }
}
