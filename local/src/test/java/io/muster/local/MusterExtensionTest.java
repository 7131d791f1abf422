package io.muster.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.client.Muster;
import io.muster.client.Pool;
import io.muster.local.junit.MusterExtension;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MusterExtensionTest {
  @RegisterExtension static MusterExtension extension = MusterExtension.local(1);

  @Test
  void aTestGetsTheClusterAndAPool(Muster muster, Pool pool) {
    assertThat(muster).isSameAs(extension.muster());
    assertThat(pool).isNotNull();
  }

  @Nested
  class Inner {
    @Test
    void hasTheSameCluster(Muster muster) {
      assertThat(muster).isSameAs(extension.muster());
    }
  }
}
