/// The program itself.
public enum Plumb {
  public static let version = "0.1.0"
}
