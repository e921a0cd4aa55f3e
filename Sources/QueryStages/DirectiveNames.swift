/// The directives that a Corefile may hold.
public enum DirectiveNames {
  /// Their names in the order of their stages.
  public static var all: [String] { stageOrder.map { $0.name } }
}
