package io.muster.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The walls of {@code docs/architecture.md}, over the classes of all modules together. */
class ArchitectureTest {
  private static final Path HOME = Path.of(System.getProperty("muster.home", ".."));
  private static final List<String> MODULES =
      List.of("protocol", "client", "node", "coordinator", "worker", "local", "examples");
  private static final String GENERATED = "io.muster.protocol.wire.v1..";

  private static JavaClasses product;
  private static JavaClasses client;

  @BeforeAll
  static void importClasses() {
    product = classesOf(MODULES.stream());
    client = classesOf(Stream.of("protocol", "client"));
  }

  private static JavaClasses classesOf(Stream<String> modules) {
    List<Path> folders =
        modules
            .map(module -> HOME.resolve(module).resolve("target/classes"))
            .filter(Files::isDirectory)
            .toList();
    return new ClassFileImporter()
        .withImportOption(location -> !location.contains("/META-INF/"))
        .importPaths(folders);
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(product);
  }

  @Test
  void theModulesAreThere() {
    assertThat(product.contain("io.muster.protocol.JobId")).isTrue();
  }

  @Test
  void stateKnowsNoFrameworkNoWireNoFilesNoLog() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.muster..state..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.apache.pekko..",
                "scala..",
                "com.typesafe..",
                "com.google.protobuf..",
                "io.grpc..",
                "com.fasterxml..",
                GENERATED,
                "org.slf4j..",
                "java.util.logging..",
                "java.io..",
                "java.nio.file..",
                "java.nio.channels..",
                "java.net..",
                "java.sql..")
            .because("decisions are plain Java (rule 1): the simulation runs them as they are"));
  }

  @Test
  void stateHasNoClock() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.muster..state..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.time.Clock")
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(java.time.LocalDateTime.class, "now")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .because("time comes in as an argument (rules 1 and 2)"));
  }

  @Test
  void stateHasNoChanceAndNoThreads() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.muster..state..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.Random")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.security.SecureRandom")
            .orShould()
            .callMethod(java.util.UUID.class, "randomUUID")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Thread.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.util.concurrent.Executor.class)
            .because("a seed must give the same run again (rule 1)"));
  }

  @Test
  void generatedTypesStayAtTheEdge() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.muster..")
            .and()
            .resideOutsideOfPackage("io.muster..wire..")
            .should()
            .dependOnClassesThat(
                resideInAPackage(GENERATED).or(resideInAPackage("com.google.protobuf..")))
            .because("protobuf is seen only in the wire packages (rule 3)"));
  }

  @Test
  void clientHasNeitherPekkoNorScala() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.pekko..", "scala..", "com.typesafe..")
        .because("it lives in users' programs")
        .allowEmptyShould(true)
        .check(client);
  }

  @Test
  void theApiOfTasksStandsAlone() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.muster.api..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.muster..")
                    .and(DescribedPredicate.not(inPackage("io.muster.api"))))
            .because("user code sees it and nothing behind it"));
  }

  @Test
  void nodesReadNoSerializedObjects() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "io.muster.coordinator..",
                "io.muster.worker..",
                "io.muster.node..",
                "io.muster.local.node..")
            .and()
            .resideOutsideOfPackages("io.muster.worker.io..", "io.muster.worker.tasks..")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(java.io.ObjectInputStream.class)
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("io.muster.calls.CallDecoder")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("io.muster.harness.JavaValues")
            .because("what is serialized runs code: task processes and the client's program do"));
  }

  @Test
  void packagesHaveNoCycles() {
    check(slices().matching("io.muster.(**)").should().beFreeOfCycles());
  }

  @Test
  void everyPackageSaysWhatIsNull() {
    assertThat(product)
        .extracting(JavaClass::getPackage)
        .filteredOn(somewhere -> !somewhere.getName().startsWith("io.muster.protocol.wire.v1"))
        .as("NullAway judges only what is @NullMarked in its package-info.java")
        .allMatch(somewhere -> somewhere.isAnnotatedWith(NullMarked.class));
  }

  @Test
  void namesSayWhatThingsAre() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.muster..")
            .and()
            .resideOutsideOfPackage(GENERATED)
            .should()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Impl"));
  }

  private static DescribedPredicate<JavaClass> inPackage(String root) {
    return resideInAPackage(root + "..");
  }
}
