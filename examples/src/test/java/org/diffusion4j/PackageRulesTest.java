package org.diffusion4j;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.TokenStreamFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.diffusion4j.core.files.Json;

/** Which package may see which, as docs/ARCHITECTURE.md has it. */
@AnalyzeClasses(
    packages = "org.diffusion4j",
    importOptions = {ImportOption.DoNotIncludeTests.class, PackageRulesTest.NoTestJars.class})
class PackageRulesTest {
  /** Without the jars of tests, which a build makes of what it else has in folders. */
  static final class NoTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  private static final String ALL = "org.diffusion4j..";

  @ArchTest static final ArchRule coreSeesNoOtherModule = of("core..").sees("core..");

  @ArchTest static final ArchRule autoencodersSeeCoreAlone = of("vae..").sees("vae..", "core..");

  @ArchTest static final ArchRule unetsSeeCoreAlone = of("unet..").sees("unet..", "core..");

  @ArchTest static final ArchRule clipSeesCoreAlone = of("clip..").sees("clip..", "core..");

  @ArchTest
  static final ArchRule diffusionSeesNoExamples =
      of("diffusion..").sees("diffusion..", "core..", "vae..", "unet..", "clip..");

  @ArchTest
  static final ArchRule graphsAreAtTheBottom = of("core.graph").sees("core.graph", "core.check");

  @ArchTest
  static final ArchRule layersNeedNoWeightsToBeBuilt =
      of("core.nn..").sees("core.nn..", "core.graph", "core.check");

  @ArchTest
  static final ArchRule kernelsAreMadeOfGraphsAlone =
      of("core.execution.kernel").sees("core.execution.kernel", "core.graph", "core.check");

  @ArchTest
  static final ArchRule plansKnowNoGraph =
      of("core.execution.plan").sees("core.execution.plan", "core.check");

  @ArchTest
  static final ArchRule kernelsAndPlansKnowNoLibrary =
      noClasses()
          .that(resideInAnyPackage(full("core.execution.kernel", "core.execution.plan")))
          .should()
          .dependOnClassesThat(resideInAnyPackage("org.bytedeco..", "org.nd4j.."));

  @ArchTest
  static final ArchRule oneDnnStaysInItsPackage =
      noClasses()
          .that(
              not(resideInAPackage("org.diffusion4j.core.execution.onednn"))
                  .and(resideInAPackage(ALL)))
          .should()
          .dependOnClassesThat(resideInAPackage("org.bytedeco.dnnl.."));

  @ArchTest
  static final ArchRule weightsNeedNoGraphToRun =
      of("core.weights")
          .sees("core.weights", "core.graph", "core.random", "core.files", "core.check", "core");

  @ArchTest
  static final ArchRule picturesKnowNoGraph =
      of("core.image").sees("core.image", "core.files", "core.check", "core");

  @ArchTest
  static final ArchRule schedulesAndSamplersArePlainArithmetic =
      of("diffusion.schedule", "diffusion.sample")
          .sees(
              "diffusion.schedule",
              "diffusion.sample",
              "core.config",
              "core.random",
              "core.check",
              "core");

  @ArchTest
  static final ArchRule onlyVerifiersAndCommandsSeeVerification =
      noClasses()
          .that(
              resideInAPackage(ALL)
                  .and(not(resideInAnyPackage("org.diffusion4j..verify..")))
                  .and(not(resideInAPackage("org.diffusion4j.examples.cli"))))
          .should()
          .dependOnClassesThat(resideInAPackage("org.diffusion4j..verify.."));

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("org.diffusion4j.(**)").should().beFreeOfCycles();

  @ArchTest
  static void ofDiffusionOnlyThePipelineAndVerifiersSeeAllModels(JavaClasses classes) {
    Map<String, Set<String>> models = new TreeMap<>();
    for (JavaClass type : classes.that(resideInAPackage("org.diffusion4j.diffusion.."))) {
      for (String model : List.of("vae", "unet", "clip")) {
        if (sees(type, model)) {
          models.computeIfAbsent(type.getPackageName(), name -> new TreeSet<>()).add(model);
        }
      }
    }
    models.values().removeIf(seen -> seen.size() < 3);
    assertEquals(
        Set.of("org.diffusion4j.diffusion.pipeline", "org.diffusion4j.diffusion.verify"),
        models.keySet());
  }

  @ArchTest
  static final ArchRule sameDiffStaysInItsExecutorAndItsExample =
      noClasses()
          .that(
              not(resideInAnyPackage(full("core.execution.samediff", "examples.samediff")))
                  .and(resideInAPackage(ALL)))
          .should()
          .dependOnClassesThat(resideInAPackage("org.nd4j.autodiff.."));

  @ArchTest
  static final ArchRule onnxStaysInItsPackage =
      noClasses()
          .that(not(resideInAPackage("org.diffusion4j.core.onnx")).and(resideInAPackage(ALL)))
          .should()
          .dependOnClassesThat(resideInAPackage("onnx.."));

  @ArchTest
  static final ArchRule nobodyDeserializesJavaObjects =
      noClasses().should().dependOnClassesThat().areAssignableTo(ObjectInputStream.class);

  @ArchTest
  static final ArchRule jsonIsReadByTheSameRulesEverywhere =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(Json.class.getName())
          .should()
          .callConstructorWhere(
              target(
                  owner(
                      assignableTo(ObjectMapper.class).or(assignableTo(TokenStreamFactory.class)))))
          .orShould()
          .callMethod(JsonMapper.class, "builder")
          .orShould()
          .callMethod(JsonFactory.class, "builder");

  @ArchTest
  static final ArchRule imageIoStaysInImage =
      noClasses()
          .that(not(resideInAPackage("org.diffusion4j.core.image")))
          .should()
          .dependOnClassesThat(resideInAPackage("javax.imageio.."));

  /** A layer's record and the block around it are easily taken for each other. */
  @ArchTest
  static void layersAndBlocksHaveNamesOfTheirOwn(JavaClasses classes) {
    Map<String, Set<String>> packages = new TreeMap<>();
    for (JavaClass type : classes.that(resideInAnyPackage(full("core.graph", "core.nn..")))) {
      if (type.isTopLevelClass() && !type.getSimpleName().equals("package-info")) {
        packages
            .computeIfAbsent(type.getSimpleName().toLowerCase(Locale.ROOT), name -> new TreeSet<>())
            .add(type.getName());
      }
    }
    packages.values().removeIf(names -> names.size() == 1);
    assertEquals(Map.of(), packages);
  }

  private static boolean sees(JavaClass type, String model) {
    return type.getDirectDependenciesFromSelf().stream()
        .anyMatch(
            dependency ->
                resideInAPackage("org.diffusion4j." + model + "..")
                    .test(dependency.getTargetClass()));
  }

  private static Packages of(String... packages) {
    return new Packages(List.of(full(packages)));
  }

  private static String[] full(String... packages) {
    return Arrays.stream(packages).map(name -> "org.diffusion4j." + name).toArray(String[]::new);
  }

  /** Packages of the project, to be told which ones of the project they may see. */
  private record Packages(List<String> names) {
    ArchRule sees(String... allowed) {
      DescribedPredicate<JavaClass> others =
          resideInAPackage(ALL).and(not(resideInAnyPackage(full(allowed))));
      return noClasses()
          .that(resideInAnyPackage(names.toArray(String[]::new)))
          .should()
          .dependOnClassesThat(others)
          .as(
              String.join(", ", names)
                  + " should see of the project only "
                  + String.join(", ", allowed));
    }
  }
}
