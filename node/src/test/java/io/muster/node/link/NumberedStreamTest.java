package io.muster.node.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.node.link.LinkMessage.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NumberedStreamTest {
  private static final long MILLISECOND = 1_000_000;

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyItemArrivesOnceAndInOrderWhateverTheNetworkDoes(long seed) {
    Random random = new Random(seed);
    Outgoing outgoing = new Outgoing();
    Incoming incoming = new Incoming();
    List<byte[]> said = new ArrayList<>();
    List<byte[]> heard = new ArrayList<>();
    List<Frame> network = new ArrayList<>();
    List<Long> acknowledgements = new ArrayList<>();
    int items = 1 + random.nextInt(400);
    long now = 0;
    while (said.size() < items || !outgoing.isEmpty()) {
      now += 50 * MILLISECOND;
      for (int i = random.nextInt(20); i > 0 && said.size() < items; i--) {
        byte[] item = item(random);
        said.add(item);
        outgoing.add(item);
      }
      network.addAll(outgoing.next(now, 0, 0));
      network.addAll(outgoing.again(now, 0, 0));
      for (int i = random.nextInt(network.size() + 1); i > 0; i--) {
        Frame frame = network.get(random.nextInt(network.size()));
        if (random.nextInt(4) != 0) { // else it stays, and comes again
          network.remove(frame);
        }
        if (random.nextInt(5) != 0) { // else it is lost
          heard.addAll(incoming.take(frame));
          acknowledgements.add(incoming.received());
        }
      }
      if (!acknowledgements.isEmpty() && random.nextBoolean()) {
        outgoing.acknowledged(acknowledgements.get(random.nextInt(acknowledgements.size())), now);
      }
      if (random.nextInt(3) == 0) {
        outgoing.acknowledged(incoming.received(), now);
      }
      assertThat(network).allSatisfy(NumberedStreamTest::fitsArtery);
      if (network.size() > 200) {
        network.clear();
      }
    }
    assertThat(heard).usingElementComparator(java.util.Arrays::compare).isEqualTo(said);
  }

  private static byte[] item(Random random) {
    int scale = random.nextInt(40);
    byte[] item = new byte[random.nextInt(scale == 0 ? 400_000 : scale < 4 ? 20_000 : 40)];
    random.nextBytes(item);
    return item;
  }

  private static void fitsArtery(Frame frame) {
    assertThat(frame.pieces().stream().mapToInt(piece -> piece.bytes().length).sum())
        .isLessThanOrEqualTo(Outgoing.FRAME_BYTES);
  }

  @Test
  void nothingGoesBeyondTheWindow() {
    Outgoing outgoing = new Outgoing();
    for (int i = 0; i < 3 * Outgoing.WINDOW_PIECES; i++) {
      outgoing.add(new byte[] {1});
    }
    assertThat(pieces(outgoing.next(0, 0, 0))).isEqualTo(Outgoing.WINDOW_PIECES);
    assertThat(pieces(outgoing.next(0, 0, 0))).isZero();
    outgoing.acknowledged(10, 0);
    assertThat(pieces(outgoing.next(0, 0, 0))).isEqualTo(10);
  }

  @Test
  void theWindowIsInBytesToo() {
    Outgoing outgoing = new Outgoing();
    for (int i = 0; i < 100; i++) {
      outgoing.add(new byte[100_000]);
    }
    assertThat(pieces(outgoing.next(0, 0, 0))).isEqualTo(Outgoing.WINDOW_BYTES / 100_008);
  }

  @Test
  void nothingIsSentAgainWhileAcknowledgementsCome() {
    Outgoing outgoing = new Outgoing();
    outgoing.add(new byte[] {1});
    outgoing.add(new byte[] {2});
    assertThat(outgoing.next(0, 0, 0)).hasSize(1);
    outgoing.acknowledged(1, Outgoing.RESEND_NANOS - 1);
    assertThat(outgoing.again(Outgoing.RESEND_NANOS, 0, 0)).isEmpty();
    assertThat(outgoing.again(2 * Outgoing.RESEND_NANOS, 7, 5))
        .containsExactly(new Frame(2, List.of(new Piece(new byte[] {2}, false)), 7, 5));
  }

  @Test
  void anAcknowledgementOfWhatWasNeverSentIsIgnored() {
    Outgoing outgoing = new Outgoing();
    outgoing.add(new byte[] {1});
    outgoing.next(0, 0, 0);
    outgoing.acknowledged(99, 0);
    assertThat(outgoing.isEmpty()).isFalse();
    assertThat(outgoing.nextNumber()).isEqualTo(2);
  }

  private static int pieces(List<Frame> frames) {
    return frames.stream().mapToInt(frame -> frame.pieces().size()).sum();
  }
}
