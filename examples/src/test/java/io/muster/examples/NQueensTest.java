package io.muster.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NQueensTest {
  @ParameterizedTest
  @CsvSource({"1,1", "2,0", "3,0", "4,2", "8,92", "10,724", "12,14200"})
  void countsArePublishedOnes(String n, long ways) {
    NQueens queens = new NQueens();
    Arguments arguments = new Arguments(Map.of("n", n));
    assertThat(
            queens.reduce(
                queens.split(arguments).map(columns -> queens.run(columns, arguments)), arguments))
        .isEqualTo(ways);
  }
}
