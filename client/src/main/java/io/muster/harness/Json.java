package io.muster.harness;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.databind.ser.impl.UnknownSerializer;
import com.fasterxml.jackson.databind.ser.std.BeanSerializerBase;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON for any type, by a library that is loaded when this class is first used. Objects of users'
 * classes are their fields, whatever the visibility; so what was written can be read back. It
 * remembers the classes that it has seen: {@link JsonInUse} has the one of the programs that run.
 */
final class Json {
  private static final int TYPES = 200;
  private static final int SHOWN = 200;
  private static final int LONGEST_PATH = 60;
  private static final int LONGEST_REASON = 500;

  private final JsonMapper mapper = mapper();
  private final Map<Type, ObjectReader> readers = new ConcurrentHashMap<>();

  private static JsonMapper mapper() {
    JsonMapper mapper =
        JsonMapper.builder()
            .typeFactory(TypeFactory.defaultInstance().withCache(new LRUMap<>(16, TYPES)))
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule().disable(JavaTimeFeature.NORMALIZE_DESERIALIZED_ZONE_ID))
            .addModule(new SimpleModule().setSerializerModifier(new NoInsidesOfTheJdk()))
            .visibility(PropertyAccessor.FIELD, Visibility.ANY)
            .visibility(PropertyAccessor.GETTER, Visibility.NONE)
            .visibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
            .visibility(PropertyAccessor.SETTER, Visibility.NONE)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(SerializationFeature.WRITE_DATES_WITH_ZONE_ID)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();
    mapper
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxStringLength(Integer.MAX_VALUE)
                .maxNumberLength(1_000_000)
                .maxNestingDepth(1000)
                .build())
        .setStreamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(1000).build());
    return mapper;
  }

  void write(Object value, EncodedValue out) throws UncodableValueException, IOException {
    write("the result", value, out);
  }

  /**
   * @param what the value is, for who reads why it can't be written
   */
  void write(String what, @Nullable Object value, OutputStream out)
      throws UncodableValueException, IOException {
    String type = value == null ? "null" : value.getClass().getTypeName();
    try {
      mapper.writeValue(out, value);
    } catch (JsonProcessingException e) {
      throw UncodableValueException.uncodable(
          "%s can't be written as JSON: %s%s".formatted(what, type, whereAndWhy(e)), e);
    } catch (StackOverflowError e) {
      throw UncodableValueException.uncodable(
          "%s can't be written as JSON: %s is nested too deeply, or contains itself"
              .formatted(what, type),
          e);
    }
  }

  @Nullable Object read(Type type, byte[] bytes, int offset, int length)
      throws UncodableValueException {
    try {
      ObjectReader reader = readers.computeIfAbsent(type, this::reader);
      return reader.readValue(bytes, offset, length);
    } catch (IOException | RuntimeException | StackOverflowError e) { // time out of its range, say
      throw UncodableValueException.uncodable(
          "%s can't be read as %s%s"
              .formatted(shown(bytes, offset, length), type.getTypeName(), whereAndWhy(e)),
          e);
    }
  }

  /**
   * A class of the JDK that is no data (a thread, a lock) has fields that mean nothing outside;
   * what a lambda has captured is not the lambda.
   */
  private static final class NoInsidesOfTheJdk extends BeanSerializerModifier {
    private static final long serialVersionUID = 1;

    @Override
    public JsonSerializer<?> modifySerializer(
        SerializationConfig config, BeanDescription bean, JsonSerializer<?> serializer) {
      boolean isBean =
          serializer instanceof BeanSerializerBase || serializer instanceof UnknownSerializer;
      Class<?> type = bean.getBeanClass();
      return isBean && (isOfTheJdk(type) || type.isHidden()) ? new Refusing() : serializer;
    }

    private static boolean isOfTheJdk(Class<?> type) {
      return type != Object.class && type.getModule().getLayer() == ModuleLayer.boot();
    }
  }

  private static final class Refusing extends StdSerializer<Object> {
    private static final long serialVersionUID = 1;

    Refusing() {
      super(Object.class);
    }

    @Override
    public void serialize(Object value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      throw JsonMappingException.from(json, "a " + value.getClass().getTypeName() + " is no data");
    }
  }

  private ObjectReader reader(Type type) {
    JavaType javaType = mapper.getTypeFactory().constructType(type);
    return mapper.readerFor(javaType);
  }

  /** Such as {@code .points[3].owner: no serializer found for java.lang.Thread}. */
  private static String whereAndWhy(Throwable thrown) {
    StringBuilder text = new StringBuilder();
    if (thrown instanceof JsonMappingException mapping) {
      for (JsonMappingException.Reference part : mapping.getPath()) {
        if (part.getFieldName() != null) {
          text.append('.').append(part.getFieldName());
        } else if (part.getIndex() >= 0) {
          text.append('[').append(part.getIndex()).append(']');
        }
        if (text.length() > LONGEST_PATH) {
          text.append("...");
          break;
        }
      }
    }
    String why =
        thrown instanceof JsonProcessingException json
            ? json.getOriginalMessage()
            : thrown.getMessage();
    return text.append(": ").append(shortened(String.valueOf(why))).toString();
  }

  /** The library may repeat in its reason all that it has read. */
  private static String shortened(String why) {
    return why.length() > LONGEST_REASON ? why.substring(0, LONGEST_REASON) + "..." : why;
  }

  private static String shown(byte[] bytes, int offset, int length) {
    String text = new String(bytes, offset, Math.min(length, SHOWN), StandardCharsets.UTF_8);
    return length > SHOWN ? text + "..." : text;
  }
}
