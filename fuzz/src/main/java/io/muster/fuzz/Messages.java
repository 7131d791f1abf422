package io.muster.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.SplittableRandom;

/** Messages of a schema with anything in their fields, as likely of one kind as of another. */
public final class Messages {
  private static final int DEEPEST = 6;

  /** So many values in a message, and those that it is made of: large ones would only be slow. */
  private static final int MOST_VALUES = 50;

  private static final int MOST_REPEATED = 4;
  private static final List<String> WORDS =
      List.of(
          "",
          "a",
          "true",
          "request",
          "x.y.Z",
          "../../etc/passwd",
          "{}",
          "\0",
          "\n",
          "é".repeat(30));

  private final SplittableRandom random;
  private int left;

  private Messages(SplittableRandom random) {
    this.random = random;
    this.left = 1 + random.nextInt(MOST_VALUES);
  }

  /** Of this type, and then some of them broken. */
  public static Inputs of(Message type) {
    Inputs whole = random -> message(type, random).toByteArray();
    return whole.broken();
  }

  /** One of this type. */
  public static Message message(Message type, SplittableRandom random) {
    return new Messages(random).fill(type.newBuilderForType(), 0).build();
  }

  private Message.Builder fill(Message.Builder message, int depth) {
    List<FieldDescriptor> fields = message.getDescriptorForType().getFields();
    boolean choice = !message.getDescriptorForType().getOneofs().isEmpty();
    int one = fields.isEmpty() ? -1 : random.nextInt(fields.size());
    for (int i = 0; i < fields.size(); i++) {
      FieldDescriptor field = fields.get(i);
      boolean ofChoice = choice && field.getRealContainingOneof() != null;
      if (ofChoice ? i == one || random.nextInt(8) == 0 : random.nextInt(4) != 0) {
        set(message, field, depth);
      }
    }
    return message;
  }

  private void set(Message.Builder message, FieldDescriptor field, int depth) {
    if (--left < 0) {
      return;
    }
    if (!field.isRepeated()) {
      if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || depth < DEEPEST) {
        message.setField(field, value(message, field, depth));
      }
    } else if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || depth < DEEPEST - 2) {
      for (int i = random.nextInt(MOST_REPEATED); i > 0 && left > 0; i--) {
        message.addRepeatedField(field, value(message, field, depth));
      }
    }
  }

  private Object value(Message.Builder message, FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case INT -> (int) number();
      case LONG -> number();
      case FLOAT -> (float) real();
      case DOUBLE -> real();
      case BOOLEAN -> random.nextBoolean();
      case STRING -> WORDS.get(random.nextInt(WORDS.size()));
      case BYTE_STRING -> bytes();
      case ENUM -> {
        EnumDescriptor type = field.getEnumType();
        yield random.nextInt(10) == 0 && !type.isClosed()
            ? type.findValueByNumberCreatingIfUnknown(random.nextInt())
            : type.getValues().get(random.nextInt(type.getValues().size()));
      }
      case MESSAGE -> fill(message.newBuilderForField(field), depth + 1).build();
    };
  }

  private long number() {
    return switch (random.nextInt(8)) {
      case 0 -> 0;
      case 1 -> Long.MAX_VALUE;
      case 2 -> Long.MIN_VALUE;
      case 3 -> -1;
      case 4 -> random.nextLong();
      case 5 -> Integer.MAX_VALUE;
      default -> random.nextInt(1, 12);
    };
  }

  private double real() {
    return switch (random.nextInt(6)) {
      case 0 -> Double.NaN;
      case 1 -> Double.POSITIVE_INFINITY;
      case 2 -> -1;
      case 3 -> 0;
      default -> random.nextDouble() * 100;
    };
  }

  private ByteString bytes() {
    byte[] bytes = new byte[random.nextInt(3) == 0 ? 32 : random.nextInt(40)]; // 32: a SHA-256
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }
}
