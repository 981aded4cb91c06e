package org.diffusion4j.core.weights;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.random.Generator;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The parameters of a model by name, shared by every graph that is built from it.
 *
 * <p>Arrays are FLOAT, C-ordered and in memory's layout ({@link ParameterSpec#shape()}). Whoever
 * trains changes them in place and calls {@link #changed}; then every executor over the same
 * weights sees the change.
 */
public final class Weights implements AutoCloseable {
  /** Where values come from that are not in memory yet. */
  interface Source extends AutoCloseable {
    /** An array of its own with the values of a parameter. */
    INDArray read(ParameterSpec spec);

    @Override
    void close();
  }

  private final Map<String, ParameterSpec> specs;
  private final Map<String, INDArray> arrays;
  private final AtomicLong revision;
  private final Optional<Source> source;

  /** What executors keep of these weights, by its class. */
  private final Map<Class<?>, Object> forms = new HashMap<>();

  private volatile boolean closed;

  /**
   * Weights with the given arrays.
   *
   * @throws IllegalArgumentException if an array is missing or its shape is not its spec's
   */
  public Weights(Collection<ParameterSpec> specs, Map<String, INDArray> arrays) {
    this(specs, arrays, new AtomicLong());
  }

  private Weights(
      Collection<ParameterSpec> specs, Map<String, INDArray> arrays, AtomicLong revision) {
    this.revision = revision;
    this.source = Optional.empty();
    this.specs = new LinkedHashMap<>();
    this.arrays = new LinkedHashMap<>();
    for (ParameterSpec spec : specs) {
      INDArray array = arrays.get(spec.name());
      if (array == null) {
        throw new IllegalArgumentException("no array for parameter " + spec.name());
      }
      if (!Arrays.equals(array.shape(), spec.shapeArray())) {
        throw new IllegalArgumentException(
            "shape of "
                + spec.name()
                + " (="
                + Arrays.toString(array.shape())
                + ") must be "
                + spec.shape());
      }
      this.specs.put(spec.name(), spec);
      this.arrays.put(spec.name(), array);
    }
  }

  private Weights(Collection<ParameterSpec> specs, Source source) {
    this.revision = new AtomicLong();
    this.source = Optional.of(source);
    this.specs = new LinkedHashMap<>();
    this.arrays = new LinkedHashMap<>();
    specs.forEach(spec -> this.specs.put(spec.name(), spec));
  }

  /** Weights whose values are read when they are asked for. */
  static Weights of(Collection<ParameterSpec> specs, Source source) {
    return new Weights(specs, source);
  }

  /** Untrained weights, drawn from the generator in the order of the specs. */
  public static Weights initialize(Collection<ParameterSpec> specs, Generator generator) {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    for (ParameterSpec spec : specs) {
      arrays.put(spec.name(), HostArrays.of(draw(spec, generator), spec.shapeArray()));
    }
    return new Weights(specs, arrays);
  }

  /** The values of one untrained parameter. */
  static float[] draw(ParameterSpec spec, Generator generator) {
    int size = Math.toIntExact(spec.size());
    Initializer initializer = spec.initializer();
    if (initializer instanceof Initializer.Normal normal) {
      float[] values = generator.normal(size);
      float scale = (float) normal.standardDeviation();
      for (int i = 0; i < size; i++) {
        values[i] *= scale;
      }
      return values;
    } else if (initializer instanceof Initializer.Uniform uniform) {
      float[] values = generator.uniform(size);
      float bound = (float) uniform.bound();
      for (int i = 0; i < size; i++) {
        values[i] = (values[i] * 2 - 1) * bound;
      }
      return values;
    }
    float[] values = new float[size];
    Arrays.fill(values, (float) ((Initializer.Constant) initializer).value());
    return values;
  }

  /**
   * The array of a parameter, not a copy; it stays in memory.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public INDArray get(String name) {
    ParameterSpec spec = spec(name);
    synchronized (arrays) {
      return arrays.computeIfAbsent(name, n -> source().read(spec));
    }
  }

  /**
   * What a function makes of the values of a parameter: those that are not in memory are read from
   * their file for the time of the call, and not kept.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public <T> T read(String name, Function<INDArray, T> function) {
    ParameterSpec spec = spec(name);
    INDArray kept;
    synchronized (arrays) {
      kept = arrays.get(name);
    }
    if (kept != null) {
      return function.apply(kept);
    }
    try (INDArray values = source().read(spec)) {
      return function.apply(values);
    }
  }

  private Source source() {
    if (closed) {
      throw new IllegalStateException("the weights are closed");
    }
    return source.orElseThrow();
  }

  /**
   * What executors of one kind share of these weights, such as their values in other layouts; it
   * lives as long as they do.
   *
   * @param type tells the kinds from each other
   * @param form makes it at the first call
   */
  public <T> T form(Class<T> type, Supplier<T> form) {
    synchronized (forms) {
      return type.cast(forms.computeIfAbsent(type, t -> form.get()));
    }
  }

  /**
   * What is known of a parameter.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public ParameterSpec spec(String name) {
    ParameterSpec spec = specs.get(name);
    if (spec == null) {
      throw new IllegalArgumentException("no parameter is named " + name);
    }
    return spec;
  }

  /**
   * A copy of a parameter's values, in C order; what is not in memory is not kept there.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public float[] values(String name) {
    return read(name, HostArrays::values);
  }

  /**
   * These weights, if they are those of a model.
   *
   * @throws IllegalArgumentException if a parameter is missing or its shape is not its spec's
   */
  public Weights requireModel(Collection<ParameterSpec> parameters) {
    for (ParameterSpec parameter : parameters) {
      List<Long> shape = spec(parameter.name()).shape();
      if (!shape.equals(parameter.shape())) {
        throw new IllegalArgumentException(
            "shape of " + parameter.name() + " (=" + shape + ") must be " + parameter.shape());
      }
    }
    return this;
  }

  /** The parameters in their order. */
  public List<ParameterSpec> specs() {
    return List.copyOf(specs.values());
  }

  /** The arrays by name, in the order of the specs, not copies; all of them stay in memory. */
  public Map<String, INDArray> arrays() {
    Map<String, INDArray> all = new LinkedHashMap<>();
    specs.keySet().forEach(name -> all.put(name, get(name)));
    return Collections.unmodifiableMap(all);
  }

  /**
   * Other arrays for some of the parameters; the others are shared, and whoever says that these
   * weights changed says it of those.
   *
   * @throws IllegalArgumentException if the shape of an array is not its spec's
   */
  public Weights with(Map<String, INDArray> replacements) {
    Map<String, INDArray> all = new LinkedHashMap<>(arrays());
    all.putAll(replacements);
    return new Weights(specs.values(), all, revision);
  }

  /**
   * Says that values were changed in place: executors may keep weights in layouts of their own, and
   * lay them out anew when the revision is another.
   */
  public void changed() {
    revision.incrementAndGet();
  }

  /** How often {@link #changed} was called. */
  public long revision() {
    return revision.get();
  }

  /** The number of values in all parameters. */
  public long parameterCount() {
    return specs.values().stream().mapToLong(ParameterSpec::size).sum();
  }

  /**
   * Closes the file that values are still to be read from, if there is one. What is in memory stays
   * usable; a value that is not can no longer be asked for. Whoever opened the weights closes them,
   * after the executors that read them. A second call does nothing.
   */
  @Override
  public void close() {
    closed = true;
    source.ifPresent(Source::close);
  }

  /** The same parameters with arrays of their own. */
  public Weights copy() {
    Map<String, INDArray> copies = new LinkedHashMap<>();
    arrays().forEach((name, array) -> copies.put(name, array.dup('c')));
    return new Weights(specs.values(), copies);
  }
}
