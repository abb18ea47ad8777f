/// In which element type the operands of products are, and what is kept and sent.
public enum Precision: String, Hashable, Sendable, Encodable, CaseIterable {
  /// Everything in float32.
  case float32
  /// Products of bfloat16, summed in float32; what is kept for backward and what passes from layer to
  /// layer in bfloat16; all else in float32 (Micikevicius et al., arXiv 1710.03740; Kalamkar et al.,
  /// arXiv 1905.12322).
  case bfloat16
}
