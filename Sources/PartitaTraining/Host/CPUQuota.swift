internal import Foundation
internal import PartitaFiles

/// The share of processor time that control groups leave to this process, as a container's
/// `--cpus` sets it.
///
/// Source: Linux, Documentation/admin-guide/cgroup-v2.rst, `cpu.max`; scheduler/sched-bwc.rst,
/// `cpu.cfs_quota_us`.
package enum CPUQuota {
  /// In cores, nil where there is no limit. Every group above the process's own counts, too.
  package static var cores: Double? {
    cores(
      groups: text("/proc/self/cgroup") ?? "", mounts: text("/proc/self/mountinfo") ?? "",
      read: text)
  }

  /// - Parameters:
  ///   - groups: `/proc/self/cgroup`.
  ///   - mounts: `/proc/self/mountinfo`.
  ///   - read: a file's text.
  package static func cores(
    groups: String, mounts: String, read: (String) -> String?
  ) -> Double? {
    var quotas: [Double] = []
    for line in groups.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let controllers = fields[1].split(separator: ",")
      let isUnified = fields[1].isEmpty
      guard isUnified || controllers.contains("cpu") else { continue }
      guard let mount = mount(isUnified: isUnified, in: mounts) else { continue }
      var group = String(fields[2])
      if group.hasPrefix(mount.root), mount.root != "/" { group.removeFirst(mount.root.count) }
      for folder in foldersUp(group) {
        let path = mount.point + folder
        let quota =
          isUnified
          ? read("\(path)/cpu.max").flatMap { ratio(of: $0.split(whereSeparator: \.isWhitespace)) }
          : ratio(
            of: [
              read("\(path)/cpu.cfs_quota_us"), read("\(path)/cpu.cfs_period_us"),
            ].compactMap { $0?.trimmingCharacters(in: .whitespacesAndNewlines)[...] })
        if let quota { quotas.append(quota) }
      }
    }
    return quotas.min()
  }

  /// A group's folder and all above it, as far as the mount's own.
  private static func foldersUp(_ group: String) -> [String] {
    var parts = group.split(separator: "/")
    var folders: [String] = []
    while !parts.isEmpty {
      folders.append("/" + parts.joined(separator: "/"))
      parts.removeLast()
    }
    return folders + [""]
  }

  /// Quota over period; no limit is written as `max`, or as -1.
  private static func ratio(of words: [Substring]) -> Double? {
    guard words.count == 2, let quota = Double(words[0]), let period = Double(words[1]), quota > 0,
      period > 0
    else { return nil }
    return quota / period
  }

  /// Where the control groups of processor time are mounted, and which of them is the mount's root
  /// (proc(5), `/proc/pid/mountinfo`).
  private static func mount(isUnified: Bool, in text: String) -> (root: String, point: String)? {
    for line in text.split(separator: "\n") {
      let halves = line.split(separator: " ")
      guard let dash = halves.firstIndex(of: "-"), dash >= 5, halves.count > dash + 3 else {
        continue
      }
      let (type, options) = (halves[dash + 1], halves[dash + 3].split(separator: ","))
      guard isUnified ? type == "cgroup2" : type == "cgroup" && options.contains("cpu") else {
        continue
      }
      return (String(halves[3]), String(halves[4]))
    }
    return nil
  }

  private static func text(_ path: String) -> String? {
    (try? readFile(path)).map { String(decoding: $0, as: UTF8.self) }
  }
}
