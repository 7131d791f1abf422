package io.muster.fuzz;

import java.util.List;
import java.util.SplittableRandom;

/** Where a try's bytes come from. The same numbers give the same bytes. */
@FunctionalInterface
public interface Inputs {
  byte[] next(SplittableRandom random);

  /** Of these, some of them broken on the way. */
  static Inputs of(List<byte[]> examples) {
    Inputs whole = random -> examples.get(random.nextInt(examples.size()));
    return whole.broken();
  }

  /** As likely of here as of there. */
  default Inputs or(Inputs others) {
    return random -> random.nextBoolean() ? next(random) : others.next(random);
  }

  /** These, some of them broken on the way. */
  default Inputs broken() {
    return random -> {
      byte[] bytes = next(random);
      return random.nextInt(4) == 0 ? bytes : Damage.to(bytes, random);
    };
  }
}
