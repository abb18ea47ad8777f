import PartitaTraining
import Testing

/// What control groups leave to a process, by the files of Linux.
@Suite struct CPUQuotaTests {
  private static let unified =
    "30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate"
  private static let first =
    "33 24 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct"

  private func cores(_ groups: String, _ mounts: String, _ files: [String: String]) -> Double? {
    CPUQuota.cores(groups: groups, mounts: mounts) { files[$0] }
  }

  @Test func theTightestGroupCounts() {
    let files = [
      "/sys/fs/cgroup/job/step/cpu.max": "max 100000\n",
      "/sys/fs/cgroup/job/cpu.max": "150000 100000\n",
      "/sys/fs/cgroup/cpu.max": "400000 100000\n",
    ]
    #expect(cores("0::/job/step\n", Self.unified, files) == 1.5)
    #expect(cores("0::/\n", Self.unified, files) == 4)
    #expect(cores("0::/other\n", Self.unified, [:]) == nil)
  }

  @Test func theFirstVersionOfControlGroups() {
    let folder = "/sys/fs/cgroup/cpu,cpuacct/docker/x"
    let files = [
      "\(folder)/cpu.cfs_quota_us": "50000\n", "\(folder)/cpu.cfs_period_us": "100000\n",
    ]
    #expect(cores("4:cpu,cpuacct:/docker/x\n1:name=systemd:/\n", Self.first, files) == 0.5)
    let free = ["\(folder)/cpu.cfs_quota_us": "-1\n", "\(folder)/cpu.cfs_period_us": "100000\n"]
    #expect(cores("4:cpu,cpuacct:/docker/x\n", Self.first, free) == nil)
  }

  /// In a container the mount shows its own group as the root.
  @Test func theRootOfAMount() {
    let mounts = "33 24 0:30 /docker/x /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu"
    let files = [
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "250000",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
    ]
    #expect(cores("4:cpu:/docker/x\n", mounts, files) == 2.5)
  }

  @Test(arguments: ["", "nonsense", "0::", "::::", "0::/a/../b"]) func oddFiles(_ groups: String) {
    #expect(cores(groups, "a b c - d", ["/cpu.max": "x y"]) == nil)
  }
}
