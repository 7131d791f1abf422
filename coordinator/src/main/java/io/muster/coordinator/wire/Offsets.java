package io.muster.coordinator.wire;

import java.util.ArrayList;
import java.util.List;

/** Ascending offsets as distances, which take a byte each where they are dense. */
final class Offsets {
  private Offsets() {}

  static List<Integer> toDistances(int[] offsets) {
    List<Integer> distances = new ArrayList<>(offsets.length);
    int before = 0;
    for (int offset : offsets) {
      distances.add(offset - before);
      before = offset;
    }
    return distances;
  }

  static int[] fromDistances(List<Integer> distances) {
    int[] offsets = new int[distances.size()];
    int at = 0;
    for (int k = 0; k < offsets.length; k++) {
      at += distances.get(k);
      offsets[k] = at;
    }
    return offsets;
  }
}
