import PartitaDevice
import PartitaGraph
import Testing

extension Snippets {
  @Test func device() throws {
    // snippet
    var graph = Graph()
    try graph.beginLayer("double")
    let x = try graph.variable("x", .perSample([4]), .input)
    let y = try graph.append(Scale(2), x)

    // x at the start of a piece of memory, y behind it.
    let device = CPUDevice()
    let stream = device.makeStream()
    let offset = Place.aligned(4 * 4)
    let list = try device.compile(
      KernelList(
        graph: graph, nodes: [0], samples: 1,
        places: [x: Place(.shared, 0), y: Place(.shared, offset)], workspaceStart: 0))
    let memory = try device.allocate(bytes: 2 * offset)
    let workspace = try device.allocate(bytes: list.workspaceBytes)

    let numbers: [Float] = [1, 2, 3, 4]
    var doubled: [Float] = [0, 0, 0, 0]
    device.upload(numbers, to: memory.address, bytes: 16, on: stream)
    let regions = Region.allCases.map { $0 == .workspace ? workspace.address : memory.address }
    try device.run(list, regions, accumulates: false, on: stream)
    device.download(memory.address + offset, to: &doubled, bytes: 16, on: stream)
    print(doubled)
    // end
    #expect(doubled == [2, 4, 6, 8])
  }
}
