package org.diffusion4j.diffusion.sample;

import java.util.Arrays;
import java.util.Optional;
import org.diffusion4j.core.config.ConfigFile;

/** The schedulers of diffusers that there are samplers for. */
public enum SchedulerType {
  DDIM("DDIMScheduler"),
  DDPM("DDPMScheduler"),
  EULER("EulerDiscreteScheduler"),
  EULER_ANCESTRAL("EulerAncestralDiscreteScheduler"),
  HEUN("HeunDiscreteScheduler"),
  KDPM2("KDPM2DiscreteScheduler"),
  KDPM2_ANCESTRAL("KDPM2AncestralDiscreteScheduler"),
  LMS("LMSDiscreteScheduler");

  private final String className;

  SchedulerType(String className) {
    this.className = className;
  }

  /** The name in {@code _class_name}, that of diffusers' class. */
  public String className() {
    return className;
  }

  /** The config with the defaults of diffusers. */
  public SchedulerConfig defaults() {
    return switch (this) {
      case DDIM -> DdimConfig.DEFAULTS;
      case DDPM -> DdpmConfig.DEFAULTS;
      case EULER -> EulerConfig.DEFAULTS;
      case EULER_ANCESTRAL -> EulerAncestralConfig.DEFAULTS;
      case HEUN -> HeunConfig.DEFAULTS;
      case KDPM2 -> Kdpm2Config.DEFAULTS;
      case KDPM2_ANCESTRAL -> Kdpm2AncestralConfig.DEFAULTS;
      case LMS -> LmsConfig.DEFAULTS;
    };
  }

  /**
   * The config of this scheduler for the same model: the fields of another config that it has too,
   * and its own defaults.
   *
   * @throws IllegalArgumentException if a shared field has a value that this one does not allow
   */
  public SchedulerConfig from(SchedulerConfig config) {
    return ConfigFile.over(ConfigFile.fieldsOf(config), defaults());
  }

  /** The one with that {@link #className}; empty if there is none. */
  public static Optional<SchedulerType> named(String className) {
    return Arrays.stream(values()).filter(type -> type.className.equals(className)).findFirst();
  }

  /** The one that has configs of that record. */
  public static SchedulerType of(SchedulerConfig config) {
    return Arrays.stream(values())
        .filter(type -> type.defaults().getClass() == config.getClass())
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no scheduler of diffusers has a " + config));
  }
}
