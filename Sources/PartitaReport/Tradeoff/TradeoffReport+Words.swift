extension TradeoffReport {
  /// What the numbers say, a sentence each: nothing in them is known beforehand.
  public var sentences: [String] {
    [needed, fastest, notRun, onOneDevice, statistics, losses, predictions, answer].compactMap {
      $0
    }
  }

  private func bytes(_ count: Int) -> String { NumberText.bytes(count) }

  private func time(_ row: Row) -> String {
    row.secondsOfSample.map(NumberText.seconds) ?? "an unknown time"
  }

  private func devices(_ count: Int) -> String { count == 1 ? "one device" : "\(count) devices" }

  /// A way with its numbers, as `the pipeline (2 x 1 1f1b)`.
  private func words(_ row: Row) -> String {
    row.batch == whole.batch ? row.way : "\(row.way) of \(row.batch)"
  }

  private var needed: String? {
    guard let need = whole.bytes else { return nil }
    let lead =
      "\(name) in batches of \(NumberText.count(whole.batch)) needs \(bytes(need)) on one device, which has "
      + bytes(memory)
    return whole.fits
      ? "\(lead): it fits, and nothing needs to be split or made smaller."
      : "\(lead): \(bytes(need - memory)) are lacking."
  }

  /// The least time of a sample among some; of equal ones the first.
  private func fastest(of rows: [Row]) -> Row? {
    rows.min { ($0.secondsOfSample ?? .infinity) < ($1.secondsOfSample ?? .infinity) }
  }

  private var fastest: String? {
    guard let best = fastest(of: compared), let seconds = best.secondsOfSample else {
      return
        "No way fits \(bytes(memory)) on \(devices(ranks)): take more devices, more memory, or a smaller "
        + "network."
    }
    let lead =
      "Of what fits, \(words(best)) on \(devices(best.ranks)) takes the least time for a sample, "
      + "\(NumberText.seconds(seconds))"
    let alone = fastest(of: compared.filter { $0.ranks == 1 })
    guard best.ranks > 1, let alone, let one = alone.secondsOfSample else { return lead + "." }
    let ratio = one / seconds
    return lead
      + ", \(NumberText.short(ratio)) times as fast as the best on one device (\(words(alone)), "
      + "\(time(alone))): each device does \(NumberText.percent(ratio / Double(best.ranks))) of what one does "
      + "alone."
  }

  /// The ways that fit, and were left out of what is compared.
  private var notRun: String? {
    let left = fitting.filter { $0.secondsOfSample != nil && !compared.contains($0) }
    guard !left.isEmpty else { return nil }
    let ways = left.map {
      "\(words($0)) on \(devices($0.ranks)) (predicted \(time($0)) a sample)"
    }
    return
      "Not run on this machine, and left out of what follows: \(ways.joined(separator: ", "))."
  }

  /// How ways on one device compare that do the same work.
  private var onOneDevice: String? {
    let alone = compared.filter { $0.ranks == 1 && $0.batch == whole.batch }
    guard !whole.fits else { return nil }
    guard let best = fastest(of: alone) else {
      return compared.contains { $0.ranks == 1 }
        ? "The whole batch fits one device in no way." : nil
    }
    let other = compared.filter { $0.ranks == 1 && $0.batch != whole.batch }
    guard let smaller = fastest(of: other), let own = best.secondsOfSample,
      let its = smaller.secondsOfSample
    else { return nil }
    return
      "On one device the whole batch fits by \(best.way), at \(NumberText.seconds(own)) a sample; "
      + "\(words(smaller)) takes \(NumberText.short(its / own)) times that."
  }

  private var statistics: String? {
    guard let smaller = compared.first(where: { $0.batch < whole.batch }) else { return nil }
    return "A batch of \(smaller.batch) makes \(NumberText.count(updates(smaller))) updates of "
      + "\(NumberText.count(samples)) samples where the whole batch makes "
      + "\(NumberText.count(updates(whole))), by gradients of \(NumberText.short(noise(smaller))) times the "
      + "variance; every way that keeps the batch keeps its gradients, up to rounding and to norms over "
      + "microbatches."
  }

  /// A way and its loss, the least first.
  private func ranked(_ loss: (Row) -> Double?) -> [(row: Row, loss: Double)] {
    compared.compactMap { row in loss(row).map { (row, $0) } }.sorted { $0.loss < $1.loss }
  }

  private var losses: String? {
    let bySamples = ranked { $0.loss(afterSamples: Double(samples)) }
    guard let shortest, let best = bySamples.first, let worst = bySamples.last else { return nil }
    var text =
      "After the same \(NumberText.count(samples)) samples the loss is least with \(words(best.row)), "
      + "\(NumberText.fixed(best.loss, 4)), and greatest with \(words(worst.row)), "
      + "\(NumberText.fixed(worst.loss, 4))"
    let bySeconds = ranked { $0.loss(afterSeconds: shortest) }
    if let first = bySeconds.first {
      text +=
        "; after the same \(NumberText.seconds(shortest)) it is least with \(words(first.row)), "
        + NumberText.fixed(first.loss, 4)
      let other = bySeconds.first { ($0.row.ranks == 1) != (first.row.ranks == 1) }
      if let other {
        text +=
          ", where \(words(other.row)) on \(devices(other.row.ranks)) has "
          + NumberText.fixed(other.loss, 4)
      }
    }
    return text + "."
  }

  private var predictions: String? {
    let errors = compared.compactMap(\.error).map(abs)
    guard let worst = errors.max() else { return nil }
    let within = errors.count { $0 <= statedError }
    return "\(within) of \(errors.count) measured steps lie within the stated "
      + "\(NumberText.percent(statedError)) of what was predicted; the worst is off by "
      + "\(NumberText.percent(worst))."
  }

  /// Splitting or shrinking, for this network on these devices.
  private var answer: String? {
    let bySeconds = shortest.map { shortest in ranked { $0.loss(afterSeconds: shortest) } } ?? []
    guard let best = bySeconds.first?.row ?? fastest(of: compared) else { return nil }
    let reason =
      bySeconds.isEmpty ? "by the time of a sample" : "by the loss after the same seconds"
    let what =
      if best.ranks > 1 {
        "split it over \(devices(best.ranks)) (\(words(best)), \(best.plan ?? ""))"
      } else if best.batch < whole.batch {
        "take the smaller minibatch of \(best.batch)"
          + (best.rate < whole.rate ? ", at a rate of \(NumberText.short(best.rate, 6))" : "")
      } else if best.way == whole.way {
        "leave it whole on one device"
      } else {
        "keep the batch on one device, by \(best.way)"
      }
    return "So here, \(reason): \(what)."
  }
}
