import Published

/// What `--json` prints for a remark on rows.
struct RemarkLine: Encodable {
  let kind = "remark"
  let about: String
  let count: Int
  let text: String

  init(_ remark: RowRemark) {
    about = remark.kind
    count = remark.count
    text = remark.description
  }
}
