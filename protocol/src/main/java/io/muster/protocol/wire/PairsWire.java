package io.muster.protocol.wire;

import io.muster.protocol.wire.v1.Pair;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Maps as messages. Of a key that comes twice the last counts, as in a map field. */
public final class PairsWire {
  private PairsWire() {}

  public static List<Pair> toProto(Map<String, String> map) {
    return map.entrySet().stream()
        .map(entry -> Pair.newBuilder().setKey(entry.getKey()).setValue(entry.getValue()).build())
        .toList();
  }

  /** One that can't be changed. */
  public static Map<String, String> fromProto(List<Pair> pairs) {
    Map<String, String> map = new HashMap<>();
    pairs.forEach(pair -> map.put(pair.getKey(), pair.getValue()));
    return Map.copyOf(map);
  }
}
