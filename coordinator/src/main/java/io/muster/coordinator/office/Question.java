package io.muster.coordinator.office;

import io.muster.coordinator.state.ClusterState;
import io.muster.coordinator.state.Effects;
import io.muster.coordinator.state.Now;
import io.muster.coordinator.store.StoreGroup;

/** Something asked of the state by a client. Its answer is released when the group is written. */
interface Question<T> {
  /** Throws a {@link io.muster.coordinator.state.Refusal} where it is refused. */
  T ask(Turn turn);

  /**
   * @param bytes of the group that gathers
   */
  record Turn(ClusterState state, Now now, Effects effects, StoreGroup bytes) {}
}
